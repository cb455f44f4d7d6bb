-- How staged rows become conformed records: the chosen source, the key, the newest version.

-- A select of one staging relation, of the authorities for which its source gives the subject.
-- Needs the import `subject_sources`.
{% macro from_chosen_source(relation, subject, columns, has_child=true) -%}
    select
        {{ relation }}.source_system,
        {{ relation }}.la_code,
        {{ relation }}.extract_month,
        {{ relation }}.record_id,
        {%- if has_child %}
        {{ relation }}.child_key,
        {%- endif %}
        {%- for column in columns %}
        {{ relation }}.{{ column }},
        {%- endfor %}
        {{ relation }}.load_id,
        {{ relation }}.source_file,
        {{ relation }}.row_number,
        {{ relation }}.unreadable_dates,
        {{ relation }}.placeholder_dates,
        {{ relation }}.unknown_codes
    from {{ relation }}
    inner join subject_sources
        on
            {{ relation }}.la_code = subject_sources.la_code
            and {{ relation }}.source_system = subject_sources.source_system
            and subject_sources.subject = '{{ subject }}'
{%- endmacro %}


-- CTEs from `received` (columns as from_chosen_source gives them) to `latest`: one row per record.
-- A record is its system, id and person (indicators.md section 0); a record without a person is of
-- an unknown child of its own. Of several rows with one key the newest load counts, and in it the
-- last row; row_count and distinct_row_count say how many rows and contents that load had.
-- The few repeated keys are found first, so that only their rows go through a window.
{% macro latest_versions(things, columns, has_child=true) -%}
    {%- set id_parts = ['source_system', 'la_code', "'" ~ things ~ "'", 'record_id'] -%}
    {%- set kept = columns + ['load_id', 'source_file', 'row_number', 'unreadable_dates',
        'placeholder_dates', 'unknown_codes'] -%}
    {%- set child = ['child_key'] if has_child else [] -%}
    {%- set all_columns = ['record_key', 'record_id', 'la_code', 'source_system'] + child + kept -%}
identified as (
    select
        source_system,
        la_code,
        extract_month,
        record_id,
        {%- if has_child %}
        coalesce(child_key, 'unknown-' || {{ hash_key(id_parts) }}) as child_key,
        {%- endif %}
        {{ kept | join(',\n        ') }}
    from received
),

keyed as {{ materialized() }} (
    select
        {{ hash_key(id_parts + child) }} as record_key,
        *
    from identified
),

repeated_keys as (
    select record_key
    from keyed
    group by record_key
    having count(*) > 1
),

versions as (
    select
        keyed.*,
        row_number() over (
            partition by keyed.record_key
            order by
                keyed.extract_month desc nulls last,
                keyed.load_id desc nulls last,
                keyed.source_file desc nulls last,
                keyed.row_number desc nulls last
        ) as version_rank
    from keyed
    inner join repeated_keys on keyed.record_key = repeated_keys.record_key
),

version_counts as (
    select
        record_key,
        load_id,
        cast(count(*) as integer) as row_count,
        cast(
            count(
                distinct md5(
                    concat_ws(
                        '|'
                        {%- for column in columns + ['unreadable_dates', 'unknown_codes'] %},
                        coalesce(cast({{ column }} as string), '')
                        {%- endfor %}
                    )
                )
            ) as integer
        ) as distinct_row_count
    from versions
    group by record_key, load_id
),

latest as {{ recomputed() }} (
    select
        {% for column in all_columns %}keyed.{{ column }},
        {% endfor %}cast(1 as integer) as row_count,
        cast(1 as integer) as distinct_row_count
    from keyed
    left join repeated_keys on keyed.record_key = repeated_keys.record_key
    where repeated_keys.record_key is null
    union all
    select
        {% for column in all_columns %}versions.{{ column }},
        {% endfor %}version_counts.row_count,
        version_counts.distinct_row_count
    from versions
    inner join version_counts
        on
            versions.record_key = version_counts.record_key
            and versions.load_id = version_counts.load_id
    where versions.version_rank = 1
)
{%- endmacro %}


-- The child of each period-of-care id: the person of any episode that has it.
{% macro children_of_care(episodes) -%}
    select
        la_code,
        care_id,
        min(child_key) as child_key
    from {{ episodes }}
    where care_id is not null and child_key is not null
    group by la_code, care_id
{%- endmacro %}

-- The rows of a relation, those without a child given the child of their care id.
{% macro with_child_of_care(relation, columns) -%}
    select
        {{ relation }}.source_system,
        {{ relation }}.la_code,
        {{ relation }}.extract_month,
        {{ relation }}.record_id,
        coalesce({{ relation }}.child_key, care_children.child_key) as child_key,
        {%- for column in columns %}
        {{ relation }}.{{ column }},
        {%- endfor %}
        {{ relation }}.load_id,
        {{ relation }}.source_file,
        {{ relation }}.row_number,
        {{ relation }}.unreadable_dates,
        {{ relation }}.placeholder_dates,
        {{ relation }}.unknown_codes
    from {{ relation }}
    left join care_children
        on
            {{ relation }}.la_code = care_children.la_code
            and {{ relation }}.care_id = care_children.care_id
{%- endmacro %}
