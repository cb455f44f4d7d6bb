{#
    The CTE `described`, after the imports that it needs: the rows of the CTE `rows` (counted, see
    indicator_counted) with the `breakdowns` for people, each as seeds/indicators/breakdown.csv says
    that it is made. It joins only what those are made of: of a hundred rows that are counted,
    thirty are described. Rows `are_described` where they come from fct_indicator_detail.
#}
{% macro indicator_described(rows, breakdowns, are_described=false) -%}
{%- if are_described -%}
    {{ return('described as (select * from ' ~ rows ~ ')') }}
{%- endif -%}
{%- set by_name = {} %}
{%- set needed = breakdowns | list %}
{%- for row in indicator_breakdown_rows() %}
    {%- do by_name.update({row.breakdown: row}) %}
    {#- The parts of a pair are made, whether they are asked for or not. #}
    {%- if row.breakdown in breakdowns and row.made_by == 'pair' %}
        {%- do needed.extend(row.made_of.split()) %}
    {%- endif %}
{%- endfor %}
{%- set wanted = [] %}
{%- for row in by_name.values() if row.breakdown in breakdowns %}
    {%- do wanted.append(row) %}
{%- endfor %}
{%- set labelled = by_name.values() | selectattr('breakdown', 'in', needed)
    | selectattr('made_by', 'equalto', 'code') | list %}
{%- set kinds = wanted | map(attribute='made_by') | list %}
{%- if 'child' in kinds -%}
dim_child as (
    select * from {{ ref('dim_child') }}
),

{% endif -%}
{%- if 'team' in kinds -%}
dim_team as (
    select * from {{ ref('dim_team') }}
),

{% endif -%}
{%- if 'school_day' in kinds -%}
dim_date as (
    select * from {{ ref('dim_date') }}
),

{% endif -%}
{%- if 'age_band' in kinds -%}
age_band as (
    select * from {{ ref('age_band') }}
),

oldest as (
    select max(age_years) as age_years
    from age_band
),

{% endif -%}
{%- for row in labelled -%}
{{ row.breakdown }}_codes as (
    select
        code,
        coalesce({{ row.code_label }}, 'not known') as label
    from {{ ref('code') }}
    where code_set = '{{ row.code_set }}'
),

{% endfor -%}
described as (
    select
        {{ rows }}.*
        {%- for row in wanted if row.made_by != 'as_given' %},
        {{ indicator_described_as(row, rows, by_name) }} as {{ row.breakdown }}
        {%- endfor %}
    from {{ rows }}
    {%- if 'child' in kinds %}
    left join dim_child on {{ rows }}.child_key = dim_child.child_key
    {%- endif %}
    {%- if 'team' in kinds %}
    left join dim_team on {{ rows }}.team_key = dim_team.team_key
    {%- endif %}
    {%- if 'school_day' in kinds %}
    left join dim_date on {{ rows }}.school_day = dim_date.date_day
    {%- endif %}
    {%- if 'age_band' in kinds %}
    cross join oldest
    left join age_band
        on
            {{ rows }}.age_band_set = age_band.age_band_set
            and case
                when {{ rows }}.age_years > oldest.age_years then oldest.age_years
                else {{ rows }}.age_years
            end is not distinct from age_band.age_years
    {%- endif %}
    {%- for row in labelled %}
    left join {{ row.breakdown }}_codes
        on {{ rows }}.{{ row.made_of }} = {{ row.breakdown }}_codes.code
    {%- endfor %}
)
{%- endmacro %}


{# The expression of one breakdown, a row of the seed, in those joins. #}
{% macro indicator_described_as(row, rows, by_name) -%}
    {%- if row.made_by == 'child' -%}
        dim_child.{{ row.breakdown }}
    {%- elif row.made_by == 'team' -%}
        dim_team.team_name
    {%- elif row.made_by == 'age_band' -%}
        age_band.age_band
    {%- elif row.made_by == 'text' -%}
        cast({{ rows }}.{{ row.made_of }} as string)
    {%- elif row.made_by == 'code' -%}
        coalesce({{ row.breakdown }}_codes.label, {{ rows }}.{{ row.made_of }})
    {%- elif row.made_by == 'pair' -%}
        {%- for part in row.made_of.split() -%}
            {{ indicator_described_as(by_name[part], rows, by_name) }}
            {{- " || ', ' || " if not loop.last }}
        {%- endfor -%}
    {%- elif row.made_by in ('words', 'school_day') -%}
        {%- set is_so = 'dim_date.is_school_holiday' if row.made_by == 'school_day'
            else rows ~ '.' ~ row.made_of -%}
        case
            when {{ is_so }} then '{{ row.when_true }}'
            when not {{ is_so }} then '{{ row.when_false }}'
        end
    {%- else -%}
        {{ exceptions.raise_compiler_error(
            'breakdown ' ~ row.breakdown ~ ': made_by ' ~ row.made_by ~ ' is unknown'
        ) }}
    {%- endif -%}
{%- endmacro %}
