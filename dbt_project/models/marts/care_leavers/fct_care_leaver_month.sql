with

resolved_observations as (
    select * from {{ ref('int_care_leaver_observations_resolved') }}
),

observations as (
    select * from {{ ref('int_care_leaver_observations_conformed') }}
),

month_ends as (
    select * from {{ ref('int_month_ends') }}
),

authorities_by_month as (
    select * from {{ ref('int_authorities_by_month') }}
    where subject = 'care_leavers'
),

statuses as (
    select * from {{ ref('int_annex_a_statuses') }}
    where things = 'care_leaver_observations'
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

-- The observation that holds at the day; that of the month's own list, where the source has lists.
held_observations as (
    select
        resolved_observations.record_key,
        month_ends.month_end_date
    from resolved_observations
    inner join month_ends
        on
            resolved_observations.la_code = month_ends.la_code
            and {{ is_open_at('resolved_observations.start_date',
                              'resolved_observations.end_date',
                              'month_ends.month_end_date') }}
    left join authorities_by_month
        on resolved_observations.la_code = authorities_by_month.la_code
    where authorities_by_month.la_code is null

    union all

    select
        record_key,
        month_end_date
    from statuses
),

-- Of those who had not died.
observed_months as (
    select
        observations.*,
        held_observations.month_end_date,
        {{ age_years('persons.birth_date', 'held_observations.month_end_date') }} as age_years
    from held_observations
    inner join observations
        on held_observations.record_key = observations.record_key
    left join persons
        on
            observations.la_code = persons.la_code
            and observations.child_key = persons.child_key
    where
        persons.death_date is null or persons.death_date > held_observations.month_end_date
),

final as (
    select
        {{ hash_key(['months.la_code', 'months.child_key', 'months.month_end_date']) }}
            as care_leaver_month_key,
        months.la_code,
        months.child_key,
        months.month_end_date,
        months.record_key as care_leaver_outcome_key,
        months.observation_date,
        months.eligibility_code,
        coalesce(
            months.eligibility_code in ('RELEVANT', 'FORMER_RELEVANT', 'QUALIFYING')
            and months.age_years between 17 and 24
            and coalesce(months.in_touch_code, '') <> 'DIED',
            false
        ) as is_in_scope,
        months.in_touch_code,
        months.accommodation_code,
        coalesce({{ is_suitable('months.suitability_code') }}, false)
            as is_accommodation_suitable,
        months.activity_code,
        {{ is_in_education_employment_training('months.activity_code') }}
            as is_in_education_employment_training,
        months.pathway_plan_review_date,
        coalesce(months.has_personal_adviser, false) as has_personal_adviser,
        coalesce(unaccompanied_children.first_start_date <= months.month_end_date, false)
            as is_unaccompanied,
        months.age_years,
        coalesce(
            teams.team_key,
            circumstances.team_key,
            {{ unknown_team_key('months.la_code') }}
        ) as team_key,
        months.load_id,
        months.source_file,
        months.row_number
    from observed_months as months
    left join unaccompanied_children
        on
            months.la_code = unaccompanied_children.la_code
            and months.child_key = unaccompanied_children.child_key
    left join teams
        on
            months.la_code = teams.la_code
            and {{ match_text('months.team') }} = teams.team_text
    left join circumstances
        on {{ same_child_at('months', 'circumstances', 'months.month_end_date') }}
)

select * from final
