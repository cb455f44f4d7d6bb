-- CL-13: care leavers of 17 to 24 who died, by the first observation that says so; of two on one
-- day the later row.
with

fct_care_leaver_outcome as (
    select * from {{ ref('fct_care_leaver_outcome') }}
),

deaths as (
    select
        *,
        row_number() over (
            partition by la_code, child_key
            order by
                observation_date asc nulls last,
                row_number desc,
                care_leaver_outcome_key desc
        ) as death_number
    from fct_care_leaver_outcome
    where in_touch_code = 'DIED'
),

final as (
    select
        {{ indicator_columns(
            record_table='fct_care_leaver_outcome',
            record_key='care_leaver_outcome_key',
            event_date='observation_date',
            age_years='age_years',
            team_key='team_key',
        ) }}
    from deaths
    where
        death_number = 1
        and observation_date is not null
        and age_years between 17 and 24
        and eligibility_code in ('RELEVANT', 'FORMER_RELEVANT', 'QUALIFYING')
)

select * from final
