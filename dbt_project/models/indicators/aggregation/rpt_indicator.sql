-- Every figure: one row per authority, indicator, period, breakdown and value of it. See
-- indicator_wanted.
{{ config(materialized='table', database='analyst') }}

with

{{ indicator_imports([
    'indicators', 'periods', 'gaps', 'populations', 'record_totals', 'child_totals',
    'quantity_totals',
]) }},

{{ indicator_wanted() }},

{{ indicator_numbers() }},

{{ indicator_figures() }}

select * from figures
