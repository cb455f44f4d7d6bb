{{ config(materialized='table', database='analyst') }}

with

int_indicator_doubts as (
    select * from {{ ref('int_indicator_doubts') }}
),

final as (
    select
        la_code,
        indicator_code,
        applies_to,
        doubtful_key
    from int_indicator_doubts
)

select * from final
