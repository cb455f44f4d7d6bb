-- ICPC-03: of conferences held, those with the outcome of a plan. A null flag is N.
with

fct_initial_conference as (
    select * from {{ ref('fct_initial_conference') }}
),

final as (
    select
        {{ indicator_columns(
            record_table='fct_initial_conference',
            record_key='initial_conference_key',
            event_date='conference_date',
            numerator='case when is_cp_plan_outcome then 1 else 0 end',
            denominator='1',
            age_years='age_years',
            team_key='team_key',
        ) }}
    from fct_initial_conference
    where
        conference_date is not null
)

select * from final
