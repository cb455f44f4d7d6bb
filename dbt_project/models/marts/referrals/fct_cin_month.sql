with

referrals as (
    select * from {{ ref('int_referrals_conformed') }}
),

month_ends as (
    select * from {{ ref('int_month_ends') }}
),

authorities_by_month as (
    select * from {{ ref('int_authorities_by_month') }}
    where subject = 'front_door'
),

statuses as (
    select * from {{ ref('int_annex_a_statuses') }}
    where things = 'referrals'
),

persons as (
    select * from {{ ref('int_persons_conformed') }}
),

teams as (
    select * from {{ ref('int_teams_matched') }}
),

allocations as (
    select * from {{ ref('int_allocations_resolved') }}
),

-- A referral closed without action is no case; one of no days is never open.
cases as (
    select
        record_key,
        la_code,
        child_key,
        referral_id,
        referral_date as start_date,
        close_date as end_date
    from referrals
    where
        not is_no_further_action
        and referral_date is not null
),

{{ choose_open_record(
    'cases',
    ['record_key'],
    'open_records.start_date desc, open_records.referral_id desc nulls last, '
    ~ 'open_records.record_key desc'
) }},

-- Each month's own list says which cases were open at its end, where the source has lists.
listed_cases as (
    select
        cases.record_key,
        statuses.month_end_date,
        row_number() over (
            partition by cases.la_code, cases.child_key, statuses.month_end_date
            order by cases.start_date desc, cases.record_key desc
        ) as choice_number
    from statuses
    inner join cases on statuses.record_key = cases.record_key
),

open_cases as (
    select
        chosen_records.record_key,
        month_ends.month_end_date
    from chosen_records
    inner join month_ends
        on
            chosen_records.la_code = month_ends.la_code
            and {{ is_open_at('chosen_records.start_date', 'chosen_records.end_date',
                              'month_ends.month_end_date') }}
    left join authorities_by_month
        on chosen_records.la_code = authorities_by_month.la_code
    where authorities_by_month.la_code is null

    union all

    select
        record_key,
        month_end_date
    from listed_cases
    where choice_number = 1
),

-- Before they are repeated for each month.
described_referrals as (
    select
        referrals.*,
        persons.birth_date,
        persons.death_date,
        coalesce(teams.team_key, {{ unknown_team_key('referrals.la_code') }}) as team_key
    from referrals
    left join persons
        on
            referrals.la_code = persons.la_code
            and referrals.child_key = persons.child_key
    left join teams
        on
            referrals.la_code = teams.la_code
            and {{ match_text('referrals.team') }} = teams.team_text
),

-- A person who died on or before the day is not counted at it.
described_cases as (
    select
        described_referrals.*,
        open_cases.month_end_date,
        allocations.worker_key as allocated_worker_key
    from open_cases
    inner join described_referrals
        on open_cases.record_key = described_referrals.record_key
    left join allocations
        on
            described_referrals.la_code = allocations.la_code
            and described_referrals.child_key = allocations.child_key
            and {{ is_open_at('allocations.start_date', 'allocations.end_date',
                              'open_cases.month_end_date') }}
    where
        described_referrals.death_date is null
        or described_referrals.death_date > open_cases.month_end_date
),

final as (
    select
        {{ hash_key(['la_code', 'child_key', 'month_end_date']) }} as cin_month_key,
        la_code,
        child_key,
        month_end_date,
        record_key as referral_key,
        referral_date,
        primary_need_code,
        {{ age_years('birth_date', 'month_end_date') }} as age_years,
        team_key,
        allocated_worker_key as worker_key,
        load_id,
        source_file,
        row_number
    from described_cases
)

select * from final
