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
    where not referrals.is_no_further_action
),

-- A person who died on or before the day is not counted at it.
open_cases as (
    select
        cases.*,
        month_ends.month_end_date,
        row_number() over (
            partition by cases.la_code, cases.child_key, month_ends.month_end_date
            order by
                cases.referral_date desc, cases.referral_id desc nulls last, cases.record_key desc
        ) as choice_number
    from cases
    inner join month_ends
        on
            cases.la_code = month_ends.la_code
            and {{ is_open_at('cases.referral_date', 'cases.close_date',
                              'month_ends.month_end_date') }}
    where cases.death_date is null or cases.death_date > month_ends.month_end_date
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
    where choice_number = 1
)

select * from final
