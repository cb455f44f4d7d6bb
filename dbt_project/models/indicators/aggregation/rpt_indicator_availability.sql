{{ config(materialized='table', database='analyst') }}

with

int_indicator_availability as (
    select * from {{ ref('int_indicator_availability') }}
),

final as (
    select
        la_code,
        indicator_code,
        indicator_name,
        as_at_date,
        history_start_date,
        age_band_set,
        occasion,
        availability,
        unavailable_reason
    from int_indicator_availability
)

select * from final
