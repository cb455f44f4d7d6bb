with

referrals as (
    select * from {{ ref('int_referrals_conformed') }}
),

histories as (
    select * from {{ ref('int_referral_histories') }}
),

families as (
    select * from {{ ref('int_families_conformed') }}
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

child_families as (
    select
        la_code,
        child_key,
        max(family_id) as family_id
    from families
    group by
        la_code,
        child_key
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

-- A child's referrals of one day count once: the lowest id carries the breakdowns.
numbered_referrals as (
    select
        *,
        referral_date is not null
        and row_number() over (
            partition by la_code, child_key, referral_date
            order by referral_id asc nulls last, record_key asc
        ) = 1 as is_counted
    from referrals
),

grouped_referrals as (
    select
        numbered_referrals.*,
        case
            when numbered_referrals.referral_date is null then null
            else {{ hash_key([
                'numbered_referrals.la_code',
                "coalesce(child_families.family_id, numbered_referrals.child_key)",
                'numbered_referrals.referral_date',
            ]) }}
        end as sibling_group_key
    from numbered_referrals
    left join child_families
        on
            numbered_referrals.la_code = child_families.la_code
            and numbered_referrals.child_key = child_families.child_key
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
        referrals.close_date,
        referrals.close_reason_code,
        referrals.is_counted,
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
        referrals.sibling_group_key,
        case
            when referrals.sibling_group_key is not null
                then cast(
                    sum(case when referrals.is_counted then 1 else 0 end) over (
                        partition by referrals.sibling_group_key
                    ) as integer
                )
        end as sibling_group_size,
        coalesce(care_leavers.first_observation_date <= referrals.referral_date, false)
            as is_care_leaver,
        {{ age_years('persons.birth_date', 'referrals.referral_date') }} as age_years,
        {{ age_years('persons.birth_date', 'referrals.close_date') }} as age_at_close_years,
        coalesce(teams.team_key, {{ unknown_team_key('referrals.la_code') }}) as team_key,
        referrals.worker_key,
        referrals.load_id,
        referrals.source_file,
        referrals.row_number
    from grouped_referrals as referrals
    left join histories
        on referrals.record_key = histories.record_key
    left join care_leavers
        on
            referrals.la_code = care_leavers.la_code
            and referrals.child_key = care_leavers.child_key
    left join persons
        on
            referrals.la_code = persons.la_code
            and referrals.child_key = persons.child_key
    left join teams
        on
            referrals.la_code = teams.la_code
            and {{ match_text('referrals.team') }} = teams.team_text
)

select * from final
