{#
    The breakdowns: columns of fct_indicator_detail by whose values every indicator is also given.
    They stand in seeds/indicators/breakdown.csv alone; the csc command passes its rows.
#}
{% macro indicator_breakdown_rows() -%}
{{ return(fromjson(var('breakdowns', '[]'))) }}
{%- endmacro %}

{% macro indicator_breakdowns() -%}
{{ return(indicator_breakdown_rows() | map(attribute='breakdown') | list) }}
{%- endmacro %}

{# Of each breakdown the arguments of indicator_columns that it is made of; of the child, none. #}
{% macro indicator_breakdowns_made_of() -%}
    {%- set made_of = {} -%}
    {%- for row in indicator_breakdown_rows() -%}
        {%- set parts = row.made_of.split() -%}
        {%- do made_of.update({row.breakdown: parts if row.made_by != 'pair'
            else made_of[parts[0]] + made_of[parts[1]]}) -%}
    {%- endfor -%}
    {{ return(made_of) }}
{%- endmacro %}

{# All those arguments, each once. #}
{% macro indicator_breakdown_arguments() -%}
{{ return(indicator_breakdowns_made_of().values() | sum(start=[]) | unique | list) }}
{%- endmacro %}

{#
    The columns of the rows counted that `breakdowns` are made of; where the rows are described
    already, the breakdowns themselves.
#}
{% macro indicator_breakdown_columns(breakdowns, are_described=false) -%}
    {%- if are_described -%}
        {{ return(['child_key'] + breakdowns) }}
    {%- endif -%}
    {%- set made_of = indicator_breakdowns_made_of() -%}
    {%- set columns = ['child_key', 'age_band_set'] -%}
    {%- for breakdown in breakdowns -%}
        {%- do columns.extend(made_of[breakdown] | reject('in', columns) | list) -%}
    {%- endfor -%}
    {{ return(columns) }}
{%- endmacro %}

{#
    The breakdowns that at least one of `indicators` gives: those of every record, and those whose
    arguments of `indicator_columns` its model passes. All of them where no indicators were passed.
#}
{% macro indicator_breakdowns_of(indicators) -%}
    {%- set given = {} -%}
    {%- for indicator in indicators -%}
        {%- do given.update(dict.fromkeys(indicator.arguments)) -%}
    {%- endfor -%}
    {%- set made_of = indicator_breakdowns_made_of() -%}
    {%- set found = [] -%}
    {%- for breakdown in indicator_breakdowns() -%}
        {%- if not indicators
            or made_of[breakdown] | reject('in', given) | list | length == 0 -%}
            {%- do found.append(breakdown) -%}
        {%- endif -%}
    {%- endfor -%}
    {{ return(found) }}
{%- endmacro %}

{# For `group by grouping sets`: `columns` with each of the breakdowns in turn. #}
{% macro indicator_grouping_sets(columns, breakdowns) -%}
grouping sets (
        {%- for breakdown in breakdowns %}
        ({{ columns | join(', ') }}, {{ breakdown }}){{ ',' if not loop.last }}
        {%- endfor %}
    )
{%- endmacro %}

{# The name of the breakdown that a row of those grouping sets is of, and its value. #}
{% macro indicator_grouped_breakdown(breakdowns) -%}
case
            {%- for breakdown in breakdowns %}
            when grouping({{ breakdown }}) = 0 then '{{ breakdown }}'
            {%- endfor %}
        end as breakdown,
        coalesce({{ breakdowns | join(', ') }}) as breakdown_value
{%- endmacro %}

{# How many month ends the breakdowns reach back, the as-at month included: a setting. #}
{% macro indicator_breakdown_months() -%}
{{ return(var('indicator_breakdown_months', 25)) }}
{%- endmacro %}
