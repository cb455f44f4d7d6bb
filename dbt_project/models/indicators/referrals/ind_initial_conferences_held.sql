-- ICPC-02: conferences held, for each child; a target date alone is a plan.
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
            age_years='age_years',
            team_key='team_key',
        ) }}
    from fct_initial_conference
    where
        conference_date is not null
)

select * from final
