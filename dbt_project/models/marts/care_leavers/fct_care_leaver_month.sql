with

held_observations as (
    select * from {{ ref('int_care_leaver_months') }}
),

observations as (
    select * from {{ ref('int_care_leaver_observations_conformed') }}
),

teams as (
    select * from {{ ref('int_teams_matched') }}
),

circumstances as (
    select * from {{ ref('int_circumstances_resolved') }}
),

immigration_statuses as (
    select * from {{ ref('int_immigration_statuses_conformed') }}
),

persons as (
    select * from {{ ref('int_persons_conformed') }}
),

localities as (
    select * from {{ ref('int_child_localities') }}
),

-- A status without a start date has no day before which it wasn't.
unaccompanied_children as (
    select
        la_code,
        child_key,
        min(coalesce(start_date, date '1900-01-01')) as first_start_date
    from immigration_statuses
    where immigration_status_code = 'UASC'
    group by
        la_code,
        child_key
),

-- Before they are repeated for each month.
described_observations as (
    select
        observations.*,
        persons.birth_date,
        persons.death_date,
        unaccompanied_children.first_start_date as unaccompanied_start_date,
        teams.team_key
    from observations
    left join persons
        on {{ same_child('observations', 'persons') }}
    left join unaccompanied_children
        on {{ same_child('observations', 'unaccompanied_children') }}
    left join teams
        on
            observations.la_code = teams.la_code
            and {{ match_text('observations.team') }} = teams.team_text
),

-- A person who died on or before the day is not counted at it.
months as (
    select
        described_observations.*,
        held_observations.month_end_date,
        circumstances.team_key as circumstances_team_key,
        localities.locality_key,
        {{ age_years('described_observations.birth_date', 'held_observations.month_end_date') }}
            as age_years
    from held_observations
    inner join described_observations
        on held_observations.record_key = described_observations.record_key
    left join circumstances
        on {{ same_child_at(
            'described_observations', 'circumstances', 'held_observations.month_end_date'
        ) }}
    {{ join_locality('described_observations', 'held_observations.month_end_date') }}
    where
        described_observations.death_date is null
        or described_observations.death_date > held_observations.month_end_date
),

final as (
    select
        {{ hash_key(['la_code', 'child_key', 'month_end_date']) }} as care_leaver_month_key,
        la_code,
        child_key,
        month_end_date,
        record_key as care_leaver_outcome_key,
        observation_date,
        eligibility_code,
        coalesce(
            eligibility_code in ('RELEVANT', 'FORMER_RELEVANT', 'QUALIFYING')
            and age_years >= {{ rule('care_leaver_first_age', 'month_end_date') }}
            and age_years <= {{ rule('care_leaver_last_age', 'month_end_date') }}
            and coalesce(in_touch_code, '') <> 'DIED',
            false
        ) as is_in_scope,
        coalesce(
            age_years >= {{ rule('support_first_age', 'month_end_date') }}
            and age_years <= {{ rule('care_leaver_last_age', 'month_end_date') }}
            and (
                age_years < {{ rule('support_on_request_age', 'month_end_date') }}
                or in_touch_code = 'YES'
            )
            and coalesce(in_touch_code, '') <> 'DIED',
            false
        ) as is_to_be_supported,
        in_touch_code,
        accommodation_code,
        coalesce({{ is_suitable('suitability_code') }}, false) as is_accommodation_suitable,
        activity_code,
        {{ is_in_education_employment_training('activity_code') }}
            as is_in_education_employment_training,
        pathway_plan_review_date,
        coalesce(has_personal_adviser, false) as has_personal_adviser,
        coalesce(unaccompanied_start_date <= month_end_date, false) as is_unaccompanied,
        age_years,
        coalesce(team_key, circumstances_team_key, {{ unknown_team_key('la_code') }}) as team_key,
        locality_key,
        load_id,
        source_file,
        row_number
    from months
)

select * from final
