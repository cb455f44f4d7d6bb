-- One row per authority, indicator, period and breakdown value, for events that count children: see
-- indicator_child_totals.
{{ config(materialized='table', schema='intermediate') }}

with

counted as (
    {{- indicator_counted_of('children') }}
),

{{ indicator_imports(['indicators', 'period_months', 'days']) }},

final as (
    {{ indicator_child_totals(indicator_breakdowns_of(
        indicator_models() | selectattr('counts', 'equalto', 'children') | list
    )) }}
)

select * from final
