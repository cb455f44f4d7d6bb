{#
    The number of a rule of practice as it holds on `day` (an SQL date expression), from the rows of
    seeds/indicators/threshold.csv that have that rule_name: the number itself while there is one
    version, else a case over the days from which each holds. The oldest also holds before its first
    day. The csc command passes the rows (vars in dbt_project.yml): no join is spent on a constant.
#}
{% macro rule(name, day) -%}
    {%- set versions = fromjson(var('rules')) | selectattr('name', 'equalto', name)
        | sort(attribute='valid_from') | list -%}
    {%- if not versions and fromjson(var('rules')) -%}
        {{ exceptions.raise_compiler_error('threshold.csv has no rule ' ~ name) }}
    {%- endif -%}
    {%- if not versions -%}
        {#- Without the rows (a parse alone) the text is still SQL. -#}
        null
    {%- elif versions | length == 1 -%}
        {{ versions[0].number }}
    {%- else -%}
        (case
            {%- for version in versions[1:] %}
            when {{ day }} < date '{{ version.valid_from }}' then {{ versions[loop.index0].number }}
            {%- endfor %}
            else {{ versions[-1].number }}
        end)
    {%- endif -%}
{%- endmacro %}
