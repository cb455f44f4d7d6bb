-- CPP-06: by days, both the first and the last counted: 729 is the longest that is not two years.
with

fct_cp_month as (
    select * from {{ ref('fct_cp_month') }}
),

threshold as (
    select * from {{ ref('threshold') }}
    where indicator_code = 'CPP-06'
),

measured as (
    select
        fct_cp_month.*,
        fct_cp_month.days_on_plan + 1 as days_counted,
        threshold.threshold
    from fct_cp_month
    left join threshold
        on {{ holds_at('threshold', 'fct_cp_month.month_end_date') }}
),

final as (
    select
        {{ indicator_columns(
            record_table='fct_cp_month',
            record_key='cp_month_key',
            related_record_key='cp_plan_key',
            event_date='month_end_date',
            numerator='case when days_counted > threshold then 1 else 0 end',
            denominator='1',
            quantity='cast(days_counted as double)',
            age_years='age_years',
            team_key='team_key',
            abuse_category_code="coalesce(latest_category_code, 'not known')",
        ) }}
    from measured
)

select * from final
