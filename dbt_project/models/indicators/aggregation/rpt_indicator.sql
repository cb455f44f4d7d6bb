-- Every figure: one row per authority, indicator, period, breakdown and value of it. See
-- indicator_figures.
{{ config(materialized='table', database='analyst') }}

with

{{ indicator_imports([
    'indicators', 'periods', 'gaps', 'populations', 'record_totals', 'child_totals',
    'quantity_totals',
]) }},

final as (
    {{ indicator_figures() }}
)

select * from final
