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

-- Going back into care is measured from the end of the period before; care that another authority
-- took over, and a series of short breaks, did not end so.
earlier_ends as (
    select
        periods.period_of_care_key,
        max(earlier_periods.end_date) as previous_end_date
    from periods
    inner join periods as earlier_periods
        on
            periods.la_code = earlier_periods.la_code
            and periods.child_key = earlier_periods.child_key
            and periods.start_date > earlier_periods.start_date
            and periods.start_date > earlier_periods.end_date
    left join legal_statuses
        on
            earlier_periods.la_code = legal_statuses.la_code
            and earlier_periods.child_key = legal_statuses.child_key
            and {{ is_open_at('legal_statuses.start_date', 'legal_statuses.end_date',
                              add_days('earlier_periods.end_date', -1)) }}
    where
        coalesce(earlier_periods.end_reason_code, 'not known') <> 'E3'
        and not {{ is_short_break('legal_statuses.legal_status_code') }}
    group by periods.period_of_care_key
),

described_periods as (
    select
        periods.*,
        earlier_ends.previous_end_date,
        end_placements.placement_type_code as end_placement_type_code,
        birthday_statuses.legal_status_code as birthday_legal_status_code,
        birthday_placements.placement_type_code as birthday_placement_type_code,
        case
            when
                {{ birthday('persons.birth_date', 18) }} > periods.start_date
                and (
                    periods.end_date is null
                    or {{ birthday('persons.birth_date', 18) }} <= periods.end_date
                )
                then {{ birthday('persons.birth_date', 18) }}
        end as eighteenth_birthday_date,
        start_statuses.legal_status_code as start_legal_status_code,
        end_statuses.legal_status_code as end_legal_status_code,
        due_days.due_date as initial_health_assessment_due_date,
        initial_assessments.check_date as initial_health_assessment_date,
        unaccompanied_statuses.child_key is not null as is_unaccompanied_at_start,
        {{ age_years('persons.birth_date', 'periods.start_date') }} as age_at_start_years,
        {{ age_years('persons.birth_date', 'periods.end_date') }} as age_at_end_years,
        placements.placement_type_code as start_placement_type_code,
        end_unaccompanied_statuses.child_key is not null as is_unaccompanied_at_end,
        birthday_unaccompanied_statuses.child_key is not null as is_unaccompanied_at_18,
        coalesce(teams.team_key, {{ unknown_team_key('periods.la_code') }}) as team_key,
        coalesce(end_teams.team_key, {{ unknown_team_key('periods.la_code') }}) as end_team_key,
        coalesce(birthday_teams.team_key, {{ unknown_team_key('periods.la_code') }})
            as birthday_team_key
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
    left join placements as end_placements
        on
            periods.la_code = end_placements.la_code
            and periods.child_key = end_placements.child_key
            and {{ is_open_at('end_placements.start_date', 'end_placements.end_date',
                              add_days('periods.end_date', -1)) }}
    left join earlier_ends
        on periods.period_of_care_key = earlier_ends.period_of_care_key
    left join teams
        on
            periods.la_code = teams.la_code
            and periods.child_key = teams.child_key
            and {{ is_open_at('teams.start_date', 'teams.end_date',
                              'periods.start_date') }}
    left join unaccompanied_statuses as end_unaccompanied_statuses
        on
            periods.la_code = end_unaccompanied_statuses.la_code
            and periods.child_key = end_unaccompanied_statuses.child_key
            and {{ is_open_at(
                'end_unaccompanied_statuses.start_date',
                'end_unaccompanied_statuses.end_date',
                add_days('periods.end_date', -1)
            ) }}
    left join teams as end_teams
        on
            periods.la_code = end_teams.la_code
            and periods.child_key = end_teams.child_key
            and {{ is_open_at('end_teams.start_date', 'end_teams.end_date',
                              add_days('periods.end_date', -1)) }}
    left join persons
        on
            periods.la_code = persons.la_code
            and periods.child_key = persons.child_key
    left join legal_statuses as birthday_statuses
        on
            periods.la_code = birthday_statuses.la_code
            and periods.child_key = birthday_statuses.child_key
            and {{ is_open_at('birthday_statuses.start_date', 'birthday_statuses.end_date',
                              add_days(birthday('persons.birth_date', 18), -1)) }}
    left join placements as birthday_placements
        on
            periods.la_code = birthday_placements.la_code
            and periods.child_key = birthday_placements.child_key
            and {{ is_open_at('birthday_placements.start_date', 'birthday_placements.end_date',
                              add_days(birthday('persons.birth_date', 18), -1)) }}
    left join unaccompanied_statuses as birthday_unaccompanied_statuses
        on
            periods.la_code = birthday_unaccompanied_statuses.la_code
            and periods.child_key = birthday_unaccompanied_statuses.child_key
            and {{ is_open_at(
                'birthday_unaccompanied_statuses.start_date',
                'birthday_unaccompanied_statuses.end_date',
                add_days(birthday('persons.birth_date', 18), -1)
            ) }}
    left join teams as birthday_teams
        on
            periods.la_code = birthday_teams.la_code
            and periods.child_key = birthday_teams.child_key
            and {{ is_open_at('birthday_teams.start_date', 'birthday_teams.end_date',
                              add_days(birthday('persons.birth_date', 18), -1)) }}
),

-- The day before the 18th birthday matters only to those who turned 18 in care, not in short breaks.
turned_18 as (
    select
        *,
        case
            when not {{ is_short_break('birthday_legal_status_code') }}
                then eighteenth_birthday_date
        end as turned_18_date
    from described_periods
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
        previous_end_date,
        turned_18_date,
        case when turned_18_date is not null then birthday_placement_type_code end
            as turned_18_placement_type_code,
        start_placement_type_code,
        end_placement_type_code,
        case when end_date is not null then is_unaccompanied_at_end end as is_unaccompanied_at_end,
        case when turned_18_date is not null then is_unaccompanied_at_18 end
            as is_unaccompanied_at_18,
        team_key,
        case when end_date is not null then end_team_key end as end_team_key,
        case when turned_18_date is not null then birthday_team_key end as turned_18_team_key,
        load_id,
        source_file,
        row_number
    from turned_18
)

select * from final
