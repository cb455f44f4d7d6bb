{#
    The records behind the figures of a topic, before anybody describes them: one row per indicator
    and thing that it counts, of what is available and within the history of the extracts, with the
    columns of indicator_columns and whether an open data-quality failure puts it in doubt.
#}
{% macro indicator_counted(topic) -%}
{%- set indicators = indicator_models() | selectattr('topic', 'equalto', topic) | list %}
{#- To look up a second record's faults for millions of rows that name none takes its time. #}
{%- set related = indicators | map(attribute='arguments') | sum(start=[]) %}
{%- set has_related = not indicators or 'related_record_key' in related %}

with

int_indicator_rows as (
    {{ indicator_rows(topic) }}
),

rpt_indicator_availability as (
    select * from {{ ref('rpt_indicator_availability') }}
    where availability = 'available'
),

fct_indicator_doubt as (
    select * from {{ ref('fct_indicator_doubt') }}
),

final as (
    select
        counted.*,
        available.age_band_set,
        own_doubt.doubtful_key is not null
        {%- if has_related %}
        or related_doubt.doubtful_key is not null
        {%- endif %}
        or child_doubt.doubtful_key is not null as is_in_doubt
    from int_indicator_rows as counted
    inner join rpt_indicator_availability as available
        on
            counted.la_code = available.la_code
            and counted.indicator_code = available.indicator_code
            and counted.indicator_name = available.indicator_name
            and counted.event_date <= available.as_at_date
            and counted.event_date >= available.history_start_date
    left join fct_indicator_doubt as own_doubt
        on
            counted.record_key = own_doubt.doubtful_key
            and counted.indicator_code = own_doubt.indicator_code
            and own_doubt.applies_to = 'record'
    {%- if has_related %}
    left join fct_indicator_doubt as related_doubt
        on
            counted.related_record_key = related_doubt.doubtful_key
            and counted.indicator_code = related_doubt.indicator_code
            and related_doubt.applies_to = 'record'
    {%- endif %}
    left join fct_indicator_doubt as child_doubt
        on
            counted.child_key = child_doubt.doubtful_key
            and counted.indicator_code = child_doubt.indicator_code
            and child_doubt.applies_to = 'child'
)

select * from final
{%- endmacro %}
