-- One row per record of a conformed table: its key, and each column that a rule of it judges.
{% macro listed(column, names) %}
concat(',', replace(coalesce(record.{{ names }}, ''), ' ', ''), ',') like '%,{{ column }},%'
{%- endmacro %}

{#- How the value of a date or code came over. -#}
{% macro reading(column) %}
case
        when {{ listed(column, "unreadable_dates") }} then 'unreadable'
        when {{ listed(column, "placeholder_dates") }} then 'placeholder'
        when {{ listed(column, "unknown_codes") }} then 'unknown'
        when record.{{ column }} is null then 'missing'
        else 'read'
    end
{%- endmacro %}

{#- Days by which the first date comes before the second; 0 where it doesn't, null if unknown. -#}
{% macro days_early(first, second) %}
case
        when {{ first }} is not null and {{ second }} is not null then
            greatest(date_diff('day', cast({{ first }} as date), cast({{ second }} as date)), 0)
    end
{%- endmacro %}

{#- Whether a code was in its set on a day of the record; null where either is missing. -#}
{% macro valid_on(code, day, code_set) %}
case
        when record.{{ code }} is not null and record.{{ day }} is not null then
            not exists (
                select 1
                from analyst.reference.code
                where
                    code.code_set = '{{ code_set }}'
                    and code.code = record.{{ code }}
                    and (
                        cast(record.{{ day }} as date) < cast(code.valid_from as date)
                        or cast(record.{{ day }} as date) > cast(code.valid_to as date)
                    )
            )
    end
{%- endmacro %}

{#- Whether a column is filled; null where no record of the source has it: it isn't carried. -#}
{% macro given(column) %}
case when filled.{{ column }} > 0 then record.{{ column }} is not null end
{%- endmacro %}

{#- Whether the child is known; null where no record names one: the column wasn't delivered. -#}
{% macro is_child_known() %}
case when named.la_code is not null then person.child_key is not null end
{%- endmacro %}

{#- The year in which the last collection ends that has the record (1 April to 31 March): that of
    its last day, or of the extract where the record is open. -#}
{% macro collection_year(last_day) %}
cast(
        date_part(
            'year',
            least(
                coalesce(cast({{ last_day }} as date), authority.as_at_date), authority.as_at_date
            ) + interval 9 month
        ) as integer
    )
{%- endmacro %}

{% macro own(relation, column) %}{{ relation }}.{{ column }}{% endmacro %}

{%- set made = {
    'own': own,
    'reading': reading,
    'days_early': days_early,
    'valid_on': valid_on,
    'given': given,
    'is_child_known': is_child_known,
    'collection_year': collection_year,
} -%}
create or replace temp table judged_row as
select
    record.la_code,
    record.record_key,
{% for column in columns %}
    {{ made[column.kind](*column.arguments) }} as {{ column.name }}{{ "," if not loop.last }}
{% endfor %}
from intermediate.{{ table }} as record
inner join authority on record.la_code = authority.la_code
{% if "framed" in reads %}
left join framed on record.record_key = framed.record_key
{% endif %}
{% if given_columns %}
inner join (
    select
        la_code,
        source_system,
        {% for column in given_columns %}
        count({{ column }}) as {{ column }}{{ "," if not loop.last }}
        {% endfor %}
    from intermediate.{{ table }}
    group by la_code, source_system
) as filled
    on record.la_code = filled.la_code and record.source_system = filled.source_system
{% endif %}
{% if "birth" in reads or "child" in reads %}
left join intermediate.int_persons_conformed as person
    on record.la_code = person.la_code and record.child_key = person.child_key
{% endif %}
{% if "child" in reads %}
left join (
    select distinct
        la_code,
        source_system
    from intermediate.{{ table }}
    where child_key not like 'unknown-%'
) as named
    on record.la_code = named.la_code and record.source_system = named.source_system
{% endif %}
{% if "census_year" in reads %}
left join census_year on record.load_id = census_year.load_id
{% endif %}
