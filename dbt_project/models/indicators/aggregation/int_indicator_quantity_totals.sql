-- One row per authority, indicator, period and breakdown value, for what is measured.
{{ config(materialized='table', schema='intermediate') }}

with

counted as (
    {{- indicator_counted_of('quantity') }}
),

{{ indicator_imports(['indicators', 'period_months', 'days']) }},

{{ indicator_quantity_counts(indicator_breakdowns_of(
    indicator_models() | selectattr('counts', 'equalto', 'quantity') | list
)) }},

{{ indicator_quantity_measures() }},

{{ indicator_quantity_totals() }}

select * from quantity_totals
