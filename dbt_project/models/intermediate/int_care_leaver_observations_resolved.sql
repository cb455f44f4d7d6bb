{{ config(materialized='view') }}

with

observations as (
    select * from {{ ref('int_care_leaver_observations_conformed') }}
),

-- An observation without a date sorts before every dated one.
ordered_observations as (
    select
        record_key,
        la_code,
        child_key,
        source_file,
        row_number,
        coalesce(observation_date, date '1900-01-01') as sort_date,
        case eligibility_code
            when 'FORMER_RELEVANT' then 1
            when 'RELEVANT' then 2
            when 'QUALIFYING' then 3
            when 'ELIGIBLE' then 4
            else 5
        end as eligibility_order
    from observations
),

ranked_observations as (
    select
        *,
        row_number() over (
            partition by la_code, child_key, sort_date
            order by
                eligibility_order asc,
                source_file desc nulls last,
                row_number desc nulls last,
                record_key desc
        ) as choice_number
    from ordered_observations
),

final as (
    select
        record_key,
        la_code,
        child_key,
        sort_date as start_date,
        lead(sort_date) over (
            partition by la_code, child_key order by sort_date
        ) as end_date
    from ranked_observations
    where choice_number = 1
)

select * from final
