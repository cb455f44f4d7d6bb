{% set columns = [
    'health_check_id',
    'health_check_type_code',
    'check_date',
    'status_code',
] %}

with

ssd_health_checks as (
    select * from {{ ref('stg_ssd__health_checks') }}
),

annex_a_health_checks as (
    select * from {{ ref('stg_annex_a__health_checks') }}
),

subject_sources as (
    select * from {{ ref('int_subject_sources') }}
),

received as (
    {{ from_chosen_source('ssd_health_checks', 'care', columns) }}
    union all
    {{ from_chosen_source('annex_a_health_checks', 'care', columns) }}
),

{{ latest_versions('health_checks', columns) }},

final as (
    select
        record_key,
        la_code,
        source_system,
        child_key,
        health_check_id,
        health_check_type_code,
        check_date,
        status_code,
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
