{#
    The calendar and the register as the macros that add up name them: `indicators` (one row per
    authority and indicator, with what it counts and gives), `periods`, `period_months` and `days`.
    indicator_between has others of the same names, made of the two days that it is asked for.
#}
{% macro indicator_imports(names) -%}
{%- for name in names -%}
{{ name }} as (
    {%- if name == 'indicators' %}
    select * from {{ ref('int_indicator_availability') }}
    {%- elif name == 'days' %}
    select
        *,
        {{ month_number('month_end_date') }} as month_number
    from {{ ref('int_indicator_days') }}
    {%- else %}
    select * from {{ ref('int_indicator_' ~ name) }}
    {%- endif %}
)
{{- ',\n\n' if not loop.last }}
{%- endfor -%}
{%- endmacro %}
