-- Expectations read ages here, so that completed years are counted in one place.
with

persons as (
    select * from {{ ref('int_persons_conformed') }}
),

cla_episodes as (
    select * from {{ ref('int_cla_episodes_conformed') }}
),

placements as (
    select * from {{ ref('int_placements_conformed') }}
),

cla_reviews as (
    select * from {{ ref('int_cla_reviews_conformed') }}
),

immigration_statuses as (
    select * from {{ ref('int_immigration_statuses_conformed') }}
),

care_leaver_observations as (
    select * from {{ ref('int_care_leaver_observations_conformed') }}
),

loads as (
    select * from {{ source('ops', 'load') }}
),

extract_ends as (
    select
        la_code,
        max(as_at_date) as as_at_date
    from loads
    group by la_code
),

dated_records as (
    select
        record_key,
        la_code,
        child_key,
        start_date,
        end_date
    from cla_episodes
    union all
    select
        record_key,
        la_code,
        child_key,
        start_date,
        end_date
    from placements
    union all
    select
        record_key,
        la_code,
        child_key,
        review_date as start_date,
        cast(null as date) as end_date
    from cla_reviews
    union all
    select
        record_key,
        la_code,
        child_key,
        start_date,
        end_date
    from immigration_statuses
    union all
    select
        record_key,
        la_code,
        child_key,
        observation_date as start_date,
        cast(null as date) as end_date
    from care_leaver_observations
    union all
    select
        persons.record_key,
        persons.la_code,
        persons.child_key,
        extract_ends.as_at_date as start_date,
        cast(null as date) as end_date
    from persons
    inner join extract_ends on persons.la_code = extract_ends.la_code
),

final as (
    select
        dated_records.record_key,
        {{ age_years('persons.birth_date', 'dated_records.start_date') }} as age_years,
        {{ age_years('persons.birth_date', 'dated_records.end_date') }} as age_at_end_years,
        {{ birthday('persons.birth_date', rule('adult_age', 'persons.birth_date')) }}
            as eighteenth_birthday_date
    from dated_records
    inner join persons
        on
            dated_records.la_code = persons.la_code
            and dated_records.child_key = persons.child_key
    where persons.birth_date is not null
)

select * from final
