with

referrals as (
    select * from {{ ref('int_referrals_conformed') }}
),

month_ends as (
    select * from {{ ref('int_month_ends') }}
),

persons as (
    select * from {{ ref('int_persons_conformed') }}
),

teams as (
    select * from {{ ref('int_teams_matched') }}
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

chosen_cases as (
    select
        referrals.*,
        chosen_records.start_date as chosen_from_date,
        chosen_records.end_date as chosen_to_date,
        persons.birth_date,
        persons.death_date,
        coalesce(teams.team_key, {{ unknown_team_key('referrals.la_code') }}) as team_key
    from chosen_records
    inner join referrals
        on chosen_records.record_key = referrals.record_key
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
open_cases as (
    select
        chosen_cases.*,
        month_ends.month_end_date
    from chosen_cases
    inner join month_ends
        on
            chosen_cases.la_code = month_ends.la_code
            and {{ is_open_at('chosen_cases.chosen_from_date', 'chosen_cases.chosen_to_date',
                              'month_ends.month_end_date') }}
    where chosen_cases.death_date is null or chosen_cases.death_date > month_ends.month_end_date
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
        load_id,
        source_file,
        row_number
    from open_cases
)

select * from final
