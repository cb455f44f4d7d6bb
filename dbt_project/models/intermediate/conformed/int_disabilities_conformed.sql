{% set columns = [
    'disability_id',
    'disability_code',
] %}

with

ssd_disabilities as (
    select * from {{ ref('stg_ssd__disabilities') }}
),

annex_a_disabilities as (
    select * from {{ ref('stg_annex_a__disabilities') }}
),

cin_census_disabilities as (
    select * from {{ ref('stg_cin_census__disabilities') }}
),

subject_sources as (
    select * from {{ ref('int_subject_sources') }}
),

received as (
    {{ from_chosen_source('ssd_disabilities', 'all', columns) }}
    union all
    {{ from_chosen_source('annex_a_disabilities', 'all', columns) }}
    union all
    {{ from_chosen_source('cin_census_disabilities', 'all', columns) }}
),

{{ latest_versions('disabilities', columns) }},

final as (
    select
        record_key,
        la_code,
        source_system,
        child_key,
        disability_id,
        disability_code,
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
