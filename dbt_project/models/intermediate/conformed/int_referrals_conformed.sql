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

subject_sources as (
    select * from {{ ref('int_subject_sources') }}
),

received as (
    {{ from_chosen_source('ssd_cin_episodes', 'front_door', columns) }}
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
)

select * from final
