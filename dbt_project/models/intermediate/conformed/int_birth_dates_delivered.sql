-- A child known to several sources, or on several lists of Annex A, keeps one row in
-- int_persons_conformed; here is what each of them says, so that none is passed over (persons.yml).
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

delivered as (
    select
        la_code,
        child_key,
        source_system,
        birth_date
    from ssd_persons
    union all
    select
        la_code,
        child_key,
        source_system,
        earliest_birth_date as birth_date
    from annex_a_persons
    union all
    select
        la_code,
        child_key,
        source_system,
        birth_date
    from ssda903_header
    union all
    select
        la_code,
        child_key,
        source_system,
        birth_date
    from cin_census_persons
),

final as (
    select
        la_code,
        child_key,
        source_system,
        min(birth_date) as earliest_birth_date
    from delivered
    where
        child_key is not null
        and birth_date is not null
    group by
        la_code,
        child_key,
        source_system
)

select * from final
