{% set columns = [
    'start_date',
    'end_date',
] %}

with

ssda903_deprivation_of_liberty_orders as (
    select * from {{ ref('stg_ssda903__deprivation_of_liberty_orders') }}
),

subject_sources as (
    select * from {{ ref('int_subject_sources') }}
),

received as (
    {{ from_chosen_source('ssda903_deprivation_of_liberty_orders', 'care', columns) }}
),

{{ latest_versions('deprivation_of_liberty_orders', columns) }},

final as (
    select
        record_key,
        la_code,
        source_system,
        child_key,
        start_date,
        end_date,
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
