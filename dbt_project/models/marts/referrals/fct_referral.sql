with

referrals as (
    select * from {{ ref('int_referrals_conformed') }}
),

histories as (
    select * from {{ ref('int_referral_histories') }}
),

groups as (
    select * from {{ ref('int_referrals_grouped') }}
),

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

-- An observation without a date sorts before every day.
care_leavers as (
    select
        la_code,
        child_key,
        min(coalesce(observation_date, date '1900-01-01')) as first_observation_date
    from observations
    where eligibility_code in ('FORMER_RELEVANT', 'RELEVANT', 'QUALIFYING')
    group by
        la_code,
        child_key
),

final as (
    select
        referrals.record_key as referral_key,
        referrals.la_code,
        referrals.child_key,
        referrals.referral_date,
        referrals.source_code,
        referrals.primary_need_code,
        referrals.is_no_further_action,
        {{ counted_close_date('referrals') }} as close_date,
        referrals.close_reason_code,
        groups.is_counted,
        histories.previous_referral_date,
        {{ days_between('histories.previous_referral_date', 'referrals.referral_date') }}
            as days_since_previous_referral,
        histories.previous_close_date,
        {{ days_between('histories.previous_close_date', 'referrals.referral_date') }}
            as days_since_previous_close,
        coalesce(histories.is_rereferral_within_12_months, false)
            as is_rereferral_within_12_months,
        coalesce(histories.is_rereferral_within_6_months, false)
            as is_rereferral_within_6_months,
        coalesce(histories.is_last_case_closed, false) as is_last_case_closed,
        histories.next_referral_date,
        groups.sibling_group_key,
        groups.sibling_group_size,
        coalesce(care_leavers.first_observation_date <= referrals.referral_date, false)
            as is_care_leaver,
        {{ age_years('persons.birth_date', 'referrals.referral_date') }} as age_years,
        {{ age_years('persons.birth_date', counted_close_date('referrals')) }}
            as age_at_close_years,
        coalesce(teams.team_key, {{ unknown_team_key('referrals.la_code') }}) as team_key,
        referrals.worker_key,
        localities.locality_key,
        referrals.load_id,
        referrals.source_file,
        referrals.row_number
    from referrals
    inner join groups
        on referrals.record_key = groups.record_key
    left join histories
        on referrals.record_key = histories.record_key
    left join care_leavers
        on {{ same_child('referrals', 'care_leavers') }}
    left join persons
        on {{ same_child('referrals', 'persons') }}
    left join teams
        on
            referrals.la_code = teams.la_code
            and {{ match_text('referrals.team') }} = teams.team_text
    {{ join_locality('referrals', 'referrals.referral_date') }}
)

select * from final
