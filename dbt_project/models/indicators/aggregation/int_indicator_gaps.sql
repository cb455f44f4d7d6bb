-- One row per authority, indicator and period for which its source lacks a delivery, with the
-- reason: see indicator_gaps.
{{ config(materialized='table', schema='intermediate') }}

with

{{ indicator_imports(['periods']) }},

final as (
    {{ indicator_gaps() }}
)

select * from final
