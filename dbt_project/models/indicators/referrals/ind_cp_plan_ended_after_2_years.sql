-- CPP-07: by days, both the first and the last counted: 729 is the longest that is not two years.
with

fct_cp_plan as (
    select * from {{ ref('fct_cp_plan') }}
),

threshold as (
    select * from {{ ref('threshold') }}
    where indicator_code = 'CPP-07'
),

measured as (
    select
        fct_cp_plan.*,
        {{ days_between('fct_cp_plan.start_date', 'fct_cp_plan.end_date') }} + 1 as days_counted,
        threshold.threshold
    from fct_cp_plan
    left join threshold
        on {{ holds_at('threshold', 'fct_cp_plan.end_date') }}
    where
        fct_cp_plan.end_date is not null
        and not fct_cp_plan.is_other_authority
),

final as (
    select
        {{ indicator_columns(
            record_table='fct_cp_plan',
            record_key='cp_plan_key',
            event_date='end_date',
            numerator='case when days_counted > threshold then 1 else 0 end',
            denominator='1',
            quantity='cast(days_counted as double)',
            age_years='age_at_end_years',
            team_key='team_key',
            abuse_category_code="coalesce(latest_category_code, 'not known')",
        ) }}
    from measured
)

select * from final
