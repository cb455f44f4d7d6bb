{#
    The CTE `described`, after the imports that it needs: the rows of the CTE `rows` (counted, see
    indicator_counted) with the `breakdowns` for people. It joins only what those are made of: of a
    hundred rows that are counted, thirty are described.
#}
{% macro indicator_described(rows, breakdowns) -%}
{%- set code_labels = {
    'legal_status': ['legal_status_code', 'legal_status', 'group_label'],
    'placement_type': ['placement_type_code', 'placement_type', 'group_label'],
    'referral_source': ['referral_source_code', 'referral_source', 'group_label'],
    'primary_need': ['primary_need_code', 'primary_need', 'label'],
    'factor': ['factor_code', 'assessment_factor', 'group_label'],
    'previous_close_reason': ['previous_close_reason_code', 'close_reason', 'label'],
    'placement_change_reason': [
        'placement_change_reason_code', 'placement_change_reason', 'label'
    ],
    'abuse_category': ['abuse_category_code', 'abuse_category', 'label'],
} %}
{%- set labelled = [] %}
{%- for breakdown in code_labels
    if breakdown in breakdowns
    or (breakdown == 'placement_type' and 'uasc_placement_type' in breakdowns) %}
    {%- do labelled.append(breakdown) %}
{%- endfor %}
{%- set of_child = ['sex', 'ethnic_group', 'disability'] | select('in', breakdowns) | list %}
{%- set uasc %}case
            when {{ rows }}.is_unaccompanied then 'unaccompanied'
            when not {{ rows }}.is_unaccompanied then 'not unaccompanied'
        end
{%- endset %}
{%- if of_child -%}
dim_child as (
    select * from {{ ref('dim_child') }}
),

{% endif -%}
{%- if 'team' in breakdowns -%}
dim_team as (
    select * from {{ ref('dim_team') }}
),

{% endif -%}
{%- if 'school_term' in breakdowns -%}
dim_date as (
    select * from {{ ref('dim_date') }}
),

{% endif -%}
{%- if 'age_band' in breakdowns -%}
age_band as (
    select * from {{ ref('age_band') }}
),

oldest as (
    select max(age_years) as age_years
    from age_band
),

{% endif -%}
{%- for breakdown in labelled -%}
{{ breakdown }}_codes as (
    select
        code,
        coalesce({{ code_labels[breakdown][2] }}, 'not known') as label
    from {{ ref('code') }}
    where code_set = '{{ code_labels[breakdown][1] }}'
),

{% endfor -%}
described as (
    select
        {{ rows }}.*
        {%- if 'age_band' in breakdowns %},
        age_band.age_band
        {%- endif %}
        {%- for column in of_child %},
        dim_child.{{ column }}
        {%- endfor %}
        {%- if 'uasc' in breakdowns %},
        {{ uasc }} as uasc
        {%- endif %}
        {%- if 'team' in breakdowns %},
        dim_team.team_name as team
        {%- endif %}
        {%- for breakdown in labelled if breakdown in breakdowns %},
        coalesce({{ breakdown }}_codes.label, {{ rows }}.{{ code_labels[breakdown][0] }})
            as {{ breakdown }}
        {%- endfor %}
        {%- if 'uasc_placement_type' in breakdowns %},
        {{ uasc }}
        || ', ' || coalesce(placement_type_codes.label, {{ rows }}.placement_type_code)
            as uasc_placement_type
        {%- endif %}
        {%- if 'looked_after' in breakdowns %},
        case
            when {{ rows }}.is_looked_after then 'looked after'
            when not {{ rows }}.is_looked_after then 'not looked after'
        end as looked_after
        {%- endif %}
        {%- if 'age_in_years' in breakdowns %},
        cast({{ rows }}.single_age_years as string) as age_in_years
        {%- endif %}
        {%- if 'entry_age' in breakdowns %},
        cast({{ rows }}.entry_age_years as string) as entry_age
        {%- endif %}
        {%- if 'care_leaver' in breakdowns %},
        case
            when {{ rows }}.is_care_leaver then 'care leaver'
            when not {{ rows }}.is_care_leaver then 'not a care leaver'
        end as care_leaver
        {%- endif %}
        {%- if 'excluded' in breakdowns %},
        case
            when {{ rows }}.is_excluded then 'excluded or suspended'
            when not {{ rows }}.is_excluded then 'not excluded or suspended'
        end as excluded
        {%- endif %}
        {%- if 'school_term' in breakdowns %},
        case
            when dim_date.is_school_holiday then 'school holiday'
            when not dim_date.is_school_holiday then 'term time'
        end as school_term
        {%- endif %}
    from {{ rows }}
    {%- if of_child %}
    left join dim_child on {{ rows }}.child_key = dim_child.child_key
    {%- endif %}
    {%- if 'team' in breakdowns %}
    left join dim_team on {{ rows }}.team_key = dim_team.team_key
    {%- endif %}
    {%- if 'school_term' in breakdowns %}
    left join dim_date on {{ rows }}.school_day = dim_date.date_day
    {%- endif %}
    {%- if 'age_band' in breakdowns %}
    cross join oldest
    left join age_band
        on
            {{ rows }}.age_band_set = age_band.age_band_set
            and case
                when {{ rows }}.age_years > oldest.age_years then oldest.age_years
                else {{ rows }}.age_years
            end is not distinct from age_band.age_years
    {%- endif %}
    {%- for breakdown in labelled %}
    left join {{ breakdown }}_codes
        on {{ rows }}.{{ code_labels[breakdown][0] }} = {{ breakdown }}_codes.code
    {%- endfor %}
)
{%- endmacro %}
