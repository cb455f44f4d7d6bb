with

periods as (
    select * from {{ ref('int_periods_of_care_merged') }}
),

legal_statuses as (
    select * from {{ ref('int_legal_statuses_resolved') }}
),

placements as (
    select * from {{ ref('int_placements_resolved') }}
),

unaccompanied_statuses as (
    select * from {{ ref('int_unaccompanied_statuses_resolved') }}
),

teams as (
    select * from {{ ref('int_teams_resolved') }}
),

checks as (
    select * from {{ ref('int_health_checks_conformed') }}
),

persons as (
    select * from {{ ref('int_persons_conformed') }}
),

dates as (
    select * from {{ ref('dim_date') }}
),

-- The 20th working day after the start (HLT-01).
due_days as (
    select
        start_days.date_day as start_date,
        due_days.date_day as due_date
    from dates as start_days
    inner join dates as due_days
        on start_days.working_day_number + 20 = due_days.working_day_number
    where due_days.is_working_day
),

initial_assessments as (
    select
        periods.period_of_care_key,
        min(checks.check_date) as check_date
    from periods
    inner join checks
        on
            periods.la_code = checks.la_code
            and periods.child_key = checks.child_key
            and periods.start_date <= checks.check_date
            and (periods.end_date is null or periods.end_date >= checks.check_date)
    where
        checks.health_check_type_code = 'INITIAL'
        and checks.status_code = 'COMPLETED'
    group by periods.period_of_care_key
),

described_periods as (
    select
        periods.*,
        start_statuses.legal_status_code as start_legal_status_code,
        end_statuses.legal_status_code as end_legal_status_code,
        due_days.due_date as initial_health_assessment_due_date,
        initial_assessments.check_date as initial_health_assessment_date,
        unaccompanied_statuses.child_key is not null as is_unaccompanied_at_start,
        {{ age_years('persons.birth_date', 'periods.start_date') }} as age_at_start_years,
        {{ age_years('persons.birth_date', 'periods.end_date') }} as age_at_end_years,
        placements.placement_type_code as start_placement_type_code,
        coalesce(teams.team_key, {{ unknown_team_key('periods.la_code') }}) as team_key
    from periods
    left join legal_statuses as start_statuses
        on
            periods.la_code = start_statuses.la_code
            and periods.child_key = start_statuses.child_key
            and {{ is_open_at('start_statuses.start_date', 'start_statuses.end_date',
                              'periods.start_date') }}
    left join legal_statuses as end_statuses
        on
            periods.la_code = end_statuses.la_code
            and periods.child_key = end_statuses.child_key
            and {{ is_open_at('end_statuses.start_date', 'end_statuses.end_date',
                              add_days('periods.end_date', -1)) }}
    left join due_days
        on periods.start_date = due_days.start_date
    left join initial_assessments
        on periods.period_of_care_key = initial_assessments.period_of_care_key
    left join unaccompanied_statuses
        on
            periods.la_code = unaccompanied_statuses.la_code
            and periods.child_key = unaccompanied_statuses.child_key
            and {{ is_open_at(
                'unaccompanied_statuses.start_date',
                'unaccompanied_statuses.end_date',
                'periods.start_date'
            ) }}
    left join placements
        on
            periods.la_code = placements.la_code
            and periods.child_key = placements.child_key
            and {{ is_open_at('placements.start_date', 'placements.end_date',
                              'periods.start_date') }}
    left join teams
        on
            periods.la_code = teams.la_code
            and periods.child_key = teams.child_key
            and {{ is_open_at('teams.start_date', 'teams.end_date',
                              'periods.start_date') }}
    left join persons
        on
            periods.la_code = persons.la_code
            and periods.child_key = persons.child_key
),

final as (
    select
        period_of_care_key,
        la_code,
        child_key,
        start_date,
        end_date,
        start_legal_status_code,
        end_legal_status_code,
        start_reason_code,
        end_reason_code,
        primary_need_code,
        coalesce(age_at_start_years < 18, true)
        and not {{ is_short_break('start_legal_status_code') }} as is_counted_start,
        end_date is not null
        and not {{ is_short_break('end_legal_status_code') }} as is_counted_end,
        initial_health_assessment_due_date,
        initial_health_assessment_date,
        is_unaccompanied_at_start,
        age_at_start_years,
        age_at_end_years,
        start_placement_type_code,
        team_key,
        load_id,
        source_file,
        row_number
    from described_periods
)

select * from final
