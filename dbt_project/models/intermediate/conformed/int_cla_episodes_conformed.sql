{% set columns = [
    'cla_episode_id',
    'start_date',
    'start_reason_code',
    'primary_need_code',
    'end_date',
    'end_reason_code',
    'care_id',
    'referral_id',
    'placement_id',
] %}

with

ssd_cla_episodes as (
    select * from {{ ref('stg_ssd__cla_episodes') }}
),

ssda903_episodes as (
    select * from {{ ref('int_ssda903_episodes_joined') }}
),

annex_a_cla_episodes as (
    select * from {{ ref('stg_annex_a__cla_episodes') }}
),

subject_sources as (
    select * from {{ ref('int_subject_sources') }}
),

received as (
    {{ from_chosen_source('ssd_cla_episodes', 'care', columns) }}
    union all
    {{ from_chosen_source('annex_a_cla_episodes', 'care', columns) }}
),

{{ latest_versions('cla_episodes', columns) }},

final as (
    select
        record_key,
        la_code,
        source_system,
        child_key,
        cla_episode_id,
        start_date,
        start_reason_code,
        primary_need_code,
        end_date,
        end_date as returned_end_date,
        false as is_dropped_from_returns,
        end_reason_code,
        care_id,
        referral_id,
        placement_id,
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
        record_key,
        la_code,
        source_system,
        child_key,
        record_id as cla_episode_id,
        start_date,
        start_reason_code,
        primary_need_code,
        end_date,
        returned_end_date,
        is_dropped_from_returns,
        end_reason_code,
        cast(null as string) as care_id,
        cast(null as string) as referral_id,
        placement_id,
        load_id,
        source_file,
        row_number,
        row_count,
        distinct_row_count,
        unreadable_dates,
        placeholder_dates,
        unknown_codes
    from ssda903_episodes
)

select * from final
