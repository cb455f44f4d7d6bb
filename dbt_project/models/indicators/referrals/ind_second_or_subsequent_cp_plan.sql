-- CPP-04: of plans of this authority that started, those of a child with another that started
-- earlier; broken down by the first category of abuse.
with

fct_cp_plan as (
    select * from {{ ref('fct_cp_plan') }}
),

final as (
    select
        {{ indicator_columns(
            record_table='fct_cp_plan',
            record_key='cp_plan_key',
            event_date='start_date',
            numerator='case when has_earlier_plan then 1 else 0 end',
            denominator='1',
            age_years='age_years',
            team_key='team_key',
            abuse_category_code=code_or_not_known('initial_category_code'),
        ) }}
    from fct_cp_plan
    where
        start_date is not null
        and not is_other_authority
)

select * from final
