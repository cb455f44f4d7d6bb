-- One row per authority, indicator, period and breakdown value: sums over the records counted,
-- added up from months (and their last four weeks). The children of events are in
-- int_indicator_child_totals.
{{ config(materialized='table', schema='intermediate') }}

with

cells as (
    {%- for topic in indicator_topics() %}
    select * from {{ ref('int_indicator_cells_' ~ topic) }}
    {{- '\n\n    union all\n' if not loop.last }}
    {%- endfor %}
),

{{ indicator_imports(['period_months']) }},

{{ indicator_record_totals() }}

select * from record_totals
