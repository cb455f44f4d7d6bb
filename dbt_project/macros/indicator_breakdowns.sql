{# The breakdowns: columns of fct_indicator_detail by whose values every indicator is also given. #}
{% macro indicator_breakdowns() -%}
{{ return([
    'age_band', 'sex', 'ethnic_group', 'disability', 'uasc', 'team', 'legal_status',
    'placement_type', 'looked_after',
]) }}
{%- endmacro %}

{# For `group by grouping sets`: `columns` with each breakdown in turn. #}
{% macro indicator_grouping_sets(columns) -%}
grouping sets (
        {%- for breakdown in indicator_breakdowns() %}
        ({{ columns | join(', ') }}, {{ breakdown }}){{ ',' if not loop.last }}
        {%- endfor %}
    )
{%- endmacro %}

{# The name of the breakdown that a row of those grouping sets is of, and its value. #}
{% macro indicator_grouped_breakdown() -%}
case
            {%- for breakdown in indicator_breakdowns() %}
            when grouping({{ breakdown }}) = 0 then '{{ breakdown }}'
            {%- endfor %}
        end as breakdown,
        coalesce({{ indicator_breakdowns() | join(', ') }}) as breakdown_value
{%- endmacro %}

{# How many month ends the breakdowns reach back, the as-at month included: a setting. #}
{% macro indicator_breakdown_months() -%}
{{ return(var('indicator_breakdown_months', 25)) }}
{%- endmacro %}
