{% set columns = [
    'early_help_episode_id',
    'start_date',
    'end_date',
    'worker_key',
    'organisation_name',
] %}

with

ssd_early_help_episodes as (
    select * from {{ ref('stg_ssd__early_help_episodes') }}
),

annex_a_early_help_episodes as (
    select * from {{ ref('stg_annex_a__early_help_episodes') }}
),

subject_sources as (
    select * from {{ ref('int_subject_sources') }}
),

received as (
    {{ from_chosen_source('ssd_early_help_episodes', 'front_door', columns) }}
    union all
    {{ from_chosen_source('annex_a_early_help_episodes', 'front_door', columns) }}
),

{{ latest_versions('early_help_episodes', columns) }},

final as (
    select
        record_key,
        la_code,
        source_system,
        child_key,
        early_help_episode_id,
        start_date,
        end_date,
        worker_key,
        organisation_name,
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
