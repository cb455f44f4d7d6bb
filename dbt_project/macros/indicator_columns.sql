{#
    The standard columns of an `ind_` model, in their order: what the indicator gives, and null for
    what does not apply to it. Every argument is an SQL expression over the rows counted.

    record_table, record_key  the table of the marts that the rows come from, and its key there
    related_record_key        a second record whose faults put the row in doubt
    event_date                the day that decides the period; of a snapshot, the month end
    numerator, denominator    0 or 1; a count has no denominator
    numerator_date            where the numerator comes true later: the day from which it counts
    quantity                  the measured amount behind the numerator (days, miles)
    age_years … is_looked_after  what the breakdowns are made of. One that is not given, or null, does
                              not apply, and its rows are left out of that breakdown. A code that
                              applies and is not known is the text 'not known'; an age, null
#}
{% macro indicator_columns(
    record_table,
    record_key,
    event_date,
    numerator='1',
    denominator='cast(null as integer)',
    related_record_key='cast(null as varchar)',
    numerator_date='cast(null as date)',
    quantity='cast(null as double)',
    age_years='cast(null as integer)',
    team_key='cast(null as varchar)',
    legal_status_code='cast(null as varchar)',
    placement_type_code='cast(null as varchar)',
    is_unaccompanied='cast(null as boolean)',
    is_looked_after='cast(null as boolean)'
) -%}
la_code,
        {{ record_key }} as record_key,
        '{{ record_table }}' as record_table,
        {{ related_record_key }} as related_record_key,
        child_key,
        {{ event_date }} as event_date,
        {{ numerator_date }} as numerator_date,
        {{ numerator }} as numerator,
        {{ denominator }} as denominator,
        {{ quantity }} as quantity,
        {{ age_years }} as age_years,
        {{ team_key }} as team_key,
        {{ legal_status_code }} as legal_status_code,
        {{ placement_type_code }} as placement_type_code,
        {{ is_unaccompanied }} as is_unaccompanied,
        {{ is_looked_after }} as is_looked_after,
        load_id,
        source_file,
        row_number
{%- endmacro %}

{# The names of those columns, for the model that unites the indicators. #}
{% macro indicator_column_names() -%}
{{ return([
    'la_code', 'record_key', 'record_table', 'related_record_key', 'child_key', 'event_date',
    'numerator_date', 'numerator', 'denominator', 'quantity', 'age_years', 'team_key',
    'legal_status_code', 'placement_type_code', 'is_unaccompanied', 'is_looked_after', 'load_id',
    'source_file', 'row_number',
]) }}
{%- endmacro %}
