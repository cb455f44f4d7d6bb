{% set columns = [
    'conviction_id',
    'conviction_date',
] %}

with

ssd_convictions as (
    select * from {{ ref('stg_ssd__convictions') }}
),

subject_sources as (
    select * from {{ ref('int_subject_sources') }}
),

received as (
    {{ from_chosen_source('ssd_convictions', 'care', columns) }}
),

{{ latest_versions('convictions', columns) }},

final as (
    select
        record_key,
        la_code,
        source_system,
        child_key,
        conviction_id,
        conviction_date,
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
