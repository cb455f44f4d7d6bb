-- The rows of a staging relation that are compared with those of another source. Needs the import
-- `compared`. `is_first` and `is_last`: whether the row starts, or ends, what it is part of.
{% macro compared_records(
    relation, subject, things, start_date, end_date='cast(null as date)',
    is_first='true', is_last='true'
) -%}
    select
        {{ relation }}.la_code,
        {{ relation }}.source_system,
        '{{ things }}' as things,
        {{ relation }}.record_id,
        {{ relation }}.child_key,
        {{ start_date }} as start_date,
        {{ end_date }} as end_date,
        {{ is_first }} as is_first,
        {{ is_last }} as is_last,
        {{ relation }}.extract_month,
        {{ relation }}.load_id,
        {{ relation }}.source_file,
        {{ relation }}.row_number
    from {{ relation }}
    inner join compared
        on
            {{ relation }}.la_code = compared.la_code
            and {{ relation }}.source_system = compared.source_system
            and compared.subject = '{{ subject }}'
{%- endmacro %}
