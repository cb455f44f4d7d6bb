-- One row per period and authority whose child population is known: see indicator_populations.
{{ config(materialized='table', schema='intermediate') }}

with

{{ indicator_imports(['periods']) }},

final as (
    {{ indicator_populations() }}
)

select * from final
