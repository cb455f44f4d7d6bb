{#
    Annex A has a referral on list 3, and the case that it became on list 6: the two are one record
    of the child and the day.
#}
{% set columns = [
    'referral_id',
    'referral_date',
    'primary_need_code',
    'source_code',
    'is_no_further_action',
    'close_date',
    'close_reason_code',
    'outcome_codes',
    'team',
    'worker_key',
] %}

with

ssd_cin_episodes as (
    select * from {{ ref('stg_ssd__cin_episodes') }}
),

annex_a_referrals as (
    select * from {{ ref('int_annex_a_referrals_versioned') }}
),

annex_a_cases as (
    select * from {{ ref('int_annex_a_cases_versioned') }}
),

cin_census_referrals as (
    select * from {{ ref('stg_cin_census__referrals') }}
),

subject_sources as (
    select * from {{ ref('int_subject_sources') }}
),

received as (
    {{ from_chosen_source('ssd_cin_episodes', 'front_door', columns) }}
    union all
    {{ from_chosen_source('cin_census_referrals', 'front_door', columns) }}
),

{{ latest_versions('referrals', columns) }},

final as (
    select
        record_key,
        la_code,
        source_system,
        child_key,
        referral_id,
        referral_date,
        primary_need_code,
        source_code,
        is_no_further_action,
        close_date,
        close_reason_code,
        outcome_codes,
        team,
        worker_key,
        load_id,
        source_file,
        row_number,
        row_count,
        distinct_row_count,
        unreadable_dates,
        placeholder_dates,
        unknown_codes
    from latest
    union all
    select
        coalesce(annex_a_referrals.record_key, annex_a_cases.record_key) as record_key,
        coalesce(annex_a_referrals.la_code, annex_a_cases.la_code) as la_code,
        coalesce(annex_a_referrals.source_system, annex_a_cases.source_system) as source_system,
        coalesce(annex_a_referrals.child_key, annex_a_cases.child_key) as child_key,
        cast(null as string) as referral_id,
        coalesce(annex_a_referrals.referral_date, annex_a_cases.referral_date) as referral_date,
        annex_a_cases.primary_need_code,
        annex_a_referrals.source_code,
        coalesce(annex_a_referrals.is_no_further_action, false) as is_no_further_action,
        annex_a_cases.close_date,
        annex_a_cases.close_reason_code,
        cast(null as string) as outcome_codes,
        coalesce(annex_a_cases.team, annex_a_referrals.team) as team,
        coalesce(annex_a_cases.worker_key, annex_a_referrals.worker_key) as worker_key,
        coalesce(annex_a_referrals.load_id, annex_a_cases.load_id) as load_id,
        coalesce(annex_a_referrals.source_file, annex_a_cases.source_file) as source_file,
        coalesce(annex_a_referrals.row_number, annex_a_cases.row_number) as row_number,
        coalesce(annex_a_referrals.row_count, annex_a_cases.row_count) as row_count,
        coalesce(annex_a_referrals.distinct_row_count, annex_a_cases.distinct_row_count)
            as distinct_row_count,
        nullif(
            concat_ws(',', annex_a_referrals.unreadable_dates, annex_a_cases.unreadable_dates), ''
        ) as unreadable_dates,
        nullif(
            concat_ws(',', annex_a_referrals.placeholder_dates, annex_a_cases.placeholder_dates), ''
        ) as placeholder_dates,
        nullif(
            concat_ws(',', annex_a_referrals.unknown_codes, annex_a_cases.unknown_codes), ''
        ) as unknown_codes
    from annex_a_referrals
    full outer join annex_a_cases on annex_a_referrals.record_key = annex_a_cases.record_key
)

select * from final
