{#
    A child has one row: of the sources that know the child, that of the standard dataset, else of
    Annex A, else of the 903, else of the census.
#}
{% set columns = [
    'person_id',
    'sex_code',
    'ethnicity_code',
    'birth_date',
    'is_birth_date_estimated',
    'death_date',
    'expected_birth_date',
] %}

with

ssd_persons as (
    select * from {{ ref('stg_ssd__persons') }}
),

annex_a_persons as (
    select * from {{ ref('stg_annex_a__persons') }}
),

ssda903_header as (
    select * from {{ ref('stg_ssda903__header') }}
),

cin_census_persons as (
    select * from {{ ref('stg_cin_census__persons') }}
),

subject_sources as (
    select * from {{ ref('int_subject_sources') }}
),

chosen_ssd_persons as (
    {{ from_chosen_source('ssd_persons', 'all', columns) }}
),

chosen_annex_a_persons as (
    {{ from_chosen_source('annex_a_persons', 'all', columns) }}
),

chosen_ssda903_header as (
    {{ from_chosen_source('ssda903_header', 'all', columns) }}
),

chosen_cin_census_persons as (
    {{ from_chosen_source('cin_census_persons', 'all', columns) }}
),

received as (
    select * from chosen_ssd_persons
    union all
    select chosen_annex_a_persons.*
    from chosen_annex_a_persons
    left join (select distinct la_code, child_key from chosen_ssd_persons) as known
        on
            chosen_annex_a_persons.la_code = known.la_code
            and chosen_annex_a_persons.child_key = known.child_key
    where known.child_key is null
    union all
    select chosen_ssda903_header.*
    from chosen_ssda903_header
    left join (
        select
            la_code,
            child_key
        from chosen_ssd_persons
        union
        select
            la_code,
            child_key
        from chosen_annex_a_persons
    ) as known
        on
            chosen_ssda903_header.la_code = known.la_code
            and chosen_ssda903_header.child_key = known.child_key
    where known.child_key is null
    union all
    select chosen_cin_census_persons.*
    from chosen_cin_census_persons
    left join (
        select
            la_code,
            child_key
        from chosen_ssd_persons
        union
        select
            la_code,
            child_key
        from chosen_annex_a_persons
        union
        select
            la_code,
            child_key
        from chosen_ssda903_header
    ) as known
        on
            chosen_cin_census_persons.la_code = known.la_code
            and chosen_cin_census_persons.child_key = known.child_key
    where known.child_key is null
),

{{ latest_versions('persons', columns) }},

final as (
    select
        record_key,
        la_code,
        source_system,
        child_key,
        person_id,
        sex_code,
        ethnicity_code,
        birth_date,
        is_birth_date_estimated,
        death_date,
        expected_birth_date,
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
