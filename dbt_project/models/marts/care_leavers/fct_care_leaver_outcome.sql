with

observations as (
    select * from {{ ref('int_care_leaver_observations_conformed') }}
),

persons as (
    select * from {{ ref('int_persons_conformed') }}
),

teams as (
    select * from {{ ref('int_teams_matched') }}
),

localities as (
    select * from {{ ref('int_child_localities') }}
),

-- The birthdays around which the 903 asks.
birthday_ages as (
    select * from (values (17), (18), (19), (20), (21)) as ages (birthday_age_years)
),

birthdays as (
    select
        persons.la_code,
        persons.child_key,
        birthday_ages.birthday_age_years,
        {{ birthday('persons.birth_date', 'birthday_ages.birthday_age_years') }} as birthday_date
    from persons
    inner join observations
        on {{ same_child('persons', 'observations') }}
    cross join birthday_ages
    group by
        persons.la_code,
        persons.child_key,
        persons.birth_date,
        birthday_ages.birthday_age_years
),

final as (
    select
        observations.record_key as care_leaver_outcome_key,
        observations.la_code,
        observations.child_key,
        observations.source_system,
        observations.observation_date,
        observations.eligibility_code,
        observations.in_touch_code,
        observations.accommodation_code,
        {{ is_suitable('observations.suitability_code') }} as is_accommodation_suitable,
        observations.activity_code,
        {{ is_in_education_employment_training('observations.activity_code') }}
            as is_in_education_employment_training,
        birthdays.birthday_age_years,
        birthdays.birthday_date,
        {{ days_between('birthdays.birthday_date', 'observations.observation_date') }}
            as days_from_birthday,
        observations.pathway_plan_review_date,
        observations.has_personal_adviser,
        {{ age_years('persons.birth_date', 'observations.observation_date') }} as age_years,
        coalesce(teams.team_key, {{ unknown_team_key('observations.la_code') }}) as team_key,
        localities.locality_key,
        observations.load_id,
        observations.source_file,
        observations.row_number
    from observations
    left join birthdays
        on
            observations.la_code = birthdays.la_code
            and observations.child_key = birthdays.child_key
            and observations.observation_date
            >= {{ add_months(
                'birthdays.birthday_date',
                '-' ~ rule('birthday_window_months_before', 'birthdays.birthday_date')
            ) }}
            and observations.observation_date
            <= {{ add_months(
                'birthdays.birthday_date',
                rule('birthday_window_months_after', 'birthdays.birthday_date')
            ) }}
    left join persons
        on {{ same_child('observations', 'persons') }}
    left join teams
        on
            observations.la_code = teams.la_code
            and {{ match_text('observations.team') }} = teams.team_text
    {{ join_locality('observations', 'observations.observation_date') }}
)

select * from final
