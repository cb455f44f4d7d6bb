{% set columns = [
    'involvement_id',
    'worker_key',
    'role_code',
    'team',
    'start_date',
    'end_date',
    'referral_id',
] %}

with

ssd_involvements as (
    select * from {{ ref('stg_ssd__involvements') }}
),

annex_a_involvements as (
    select * from {{ ref('stg_annex_a__involvements') }}
),

ssda903_social_workers as (
    select * from {{ ref('stg_ssda903__social_workers') }}
),

subject_sources as (
    select * from {{ ref('int_subject_sources') }}
),

received as (
    {{ from_chosen_source('ssd_involvements', 'all', columns) }}
    union all
    {{ from_chosen_source('annex_a_involvements', 'all', columns) }}
    union all
    {{ from_chosen_source('ssda903_social_workers', 'care', columns) }}
),

{{ latest_versions('involvements', columns) }},

final as (
    select
        record_key,
        la_code,
        source_system,
        child_key,
        involvement_id,
        worker_key,
        role_code,
        team,
        start_date,
        end_date,
        referral_id,
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
