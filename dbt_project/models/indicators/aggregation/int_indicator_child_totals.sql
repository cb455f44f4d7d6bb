-- One row per authority, indicator, period and breakdown value, for events that count children, each
-- once in a period.
{{ config(materialized='table', schema='intermediate') }}

{%- set breakdowns = indicator_breakdowns_of(
    indicator_models() | selectattr('counts', 'equalto', 'children') | list
) %}
{%- set columns = indicator_breakdown_columns(breakdowns) %}
with

counted as (
    {{- indicator_counted_of('children') }}
),

{{ indicator_imports(['indicators', 'period_months', 'days']) }},

{{ indicator_child_parts(columns) }}, {{ indicator_child_months() }},

{{ indicator_child_cells(breakdowns, columns) }},

{{ indicator_child_totals() }}

select * from child_totals
