-- CPP-01: children with an open plan of this authority at the month end.
with

fct_cp_month as (
    select * from {{ ref('fct_cp_month') }}
),

final as (
    select
        {{ indicator_columns(
            record_table='fct_cp_month',
            record_key='cp_month_key',
            related_record_key='cp_plan_key',
            event_date='month_end_date',
            quantity='cast(days_on_plan as double)',
            age_years='age_years',
            team_key='team_key',
            abuse_category_code="coalesce(latest_category_code, 'not known')",
        ) }}
    from fct_cp_month
)

select * from final
