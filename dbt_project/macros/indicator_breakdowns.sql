{# The breakdowns: columns of fct_indicator_detail by whose values every indicator is also given. #}
{% macro indicator_breakdowns() -%}
{{ return([
    'age_band', 'sex', 'ethnic_group', 'disability', 'uasc', 'team', 'legal_status',
    'placement_type', 'looked_after', 'age_in_years', 'entry_age', 'weeks_to_18', 'care_leaver',
    'excluded', 'referral_source', 'primary_need', 'factor', 'status_after_referral',
    'previous_close_reason', 'sibling_group', 'school_term', 'placement_change_reason',
    'uasc_placement_type', 'abuse_category', 'duration',
]) }}
{%- endmacro %}

{# What each breakdown is made of: arguments of `indicator_columns`, or nothing but the child. #}
{% macro indicator_breakdowns_made_of() -%}
{{ return({
    'sex': [], 'ethnic_group': [], 'disability': [],
    'age_band': ['age_years'], 'uasc': ['is_unaccompanied'], 'team': ['team_key'],
    'legal_status': ['legal_status_code'], 'placement_type': ['placement_type_code'],
    'looked_after': ['is_looked_after'], 'age_in_years': ['single_age_years'],
    'entry_age': ['entry_age_years'], 'weeks_to_18': ['weeks_to_18'],
    'care_leaver': ['is_care_leaver'], 'excluded': ['is_excluded'],
    'referral_source': ['referral_source_code'], 'primary_need': ['primary_need_code'],
    'factor': ['factor_code'], 'status_after_referral': ['status_after_referral'],
    'previous_close_reason': ['previous_close_reason_code'],
    'sibling_group': ['sibling_group'], 'school_term': ['school_day'],
    'placement_change_reason': ['placement_change_reason_code'],
    'uasc_placement_type': ['is_unaccompanied', 'placement_type_code'],
    'abuse_category': ['abuse_category_code'], 'duration': ['duration'],
}) }}
{%- endmacro %}

{# The columns of the rows counted that `breakdowns` are made of. #}
{% macro indicator_breakdown_columns(breakdowns) -%}
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
