-- CPP-03: plans of this authority by the day on which they ended.
with

fct_cp_plan as (
    select * from {{ ref('fct_cp_plan') }}
),

final as (
    select
        {{ indicator_columns(
            record_table='fct_cp_plan',
            record_key='cp_plan_key',
            event_date='end_date',
            age_years='age_at_end_years',
            team_key='team_key',
            abuse_category_code="coalesce(latest_category_code, 'not known')",
        ) }}
    from fct_cp_plan
    where
        end_date is not null
        and not is_other_authority
)

select * from final
