-- One row per authority, indicator, period and breakdown value, for what is measured: see
-- indicator_quantity_totals.
{{ config(materialized='table', schema='intermediate') }}

with

counted as (
    {{- indicator_counted_of('quantity') }}
),

{{ indicator_imports(['indicators', 'period_months', 'days']) }},

final as (
    {{ indicator_quantity_totals(indicator_breakdowns_of(
        indicator_models() | selectattr('counts', 'equalto', 'quantity') | list
    )) }}
)

select * from final
