-- CPP-05: of plans of this authority that started, those of a child whose earlier plan ended in the
-- 24 calendar months before (or had not ended).
with

fct_cp_plan as (
    select * from {{ ref('fct_cp_plan') }}
),

looked_back as (
    select
        *,
        {{ add_months('start_date', -24) }} as earliest_end_date
    from fct_cp_plan
),

final as (
    select
        {{ indicator_columns(
            record_table='fct_cp_plan',
            record_key='cp_plan_key',
            event_date='start_date',
            numerator='case\n                when not has_earlier_plan then 0\n                when previous_plan_end_date is null then 1\n                when previous_plan_end_date >= earliest_end_date then 1\n                else 0\n            end',
            denominator='1',
            age_years='age_years',
            team_key='team_key',
            abuse_category_code="coalesce(initial_category_code, 'not known')",
        ) }}
    from looked_back
    where
        start_date is not null
        and not is_other_authority
)

select * from final
