-- What DuckDB and Spark say differently about text and lists, one macro each. Patterns use no
-- backslash, because Spark reads one more level of escapes in a literal: [0-9], [.], [ ].

-- True where a part of the text matches the pattern.
{% macro matches(text, pattern) -%}
    {{ adapter.dispatch('matches')(text, pattern) }}
{%- endmacro %}

{% macro default__matches(text, pattern) -%}
    regexp_matches({{ text }}, '{{ pattern }}')
{%- endmacro %}

{% macro spark__matches(text, pattern) -%}
    {{ text }} rlike '{{ pattern }}'
{%- endmacro %}


-- The text with every match of the pattern replaced.
{% macro replace_all(text, pattern, replacement) -%}
    {{ adapter.dispatch('replace_all')(text, pattern, replacement) }}
{%- endmacro %}

{% macro default__replace_all(text, pattern, replacement) -%}
    regexp_replace({{ text }}, '{{ pattern }}', '{{ replacement }}', 'g')
{%- endmacro %}

{% macro spark__replace_all(text, pattern, replacement) -%}
    regexp_replace({{ text }}, '{{ pattern }}', '{{ replacement }}')
{%- endmacro %}


-- The list of what the pattern's first group matched, in order.
{% macro all_matches(text, pattern) -%}
    {{ adapter.dispatch('all_matches')(text, pattern) }}
{%- endmacro %}

{% macro default__all_matches(text, pattern) -%}
    regexp_extract_all({{ text }}, '{{ pattern }}', 1)
{%- endmacro %}

{% macro spark__all_matches(text, pattern) -%}
    regexp_extract_all({{ text }}, '{{ pattern }}', 1)
{%- endmacro %}


-- A list's distinct members, sorted and joined by commas; null for an empty list.
{% macro joined_members(list) -%}
    {{ adapter.dispatch('joined_members')(list) }}
{%- endmacro %}

{% macro default__joined_members(list) -%}
    nullif(array_to_string(list_sort(list_distinct({{ list }})), ','), '')
{%- endmacro %}

{% macro spark__joined_members(list) -%}
    nullif(array_join(array_sort(array_distinct({{ list }})), ','), '')
{%- endmacro %}


-- One row per member of a list (used alone in a select list beside plain columns).
{% macro each_member(list) -%}
    {{ adapter.dispatch('each_member')(list) }}
{%- endmacro %}

{% macro default__each_member(list) -%}
    unnest({{ list }})
{%- endmacro %}

{% macro spark__each_member(list) -%}
    explode({{ list }})
{%- endmacro %}


-- Two lists, one behind the other.
{% macro joined_lists(first, second) -%}
    {{ adapter.dispatch('joined_lists')(first, second) }}
{%- endmacro %}

{% macro default__joined_lists(first, second) -%}
    list_concat({{ first }}, {{ second }})
{%- endmacro %}

{% macro spark__joined_lists(first, second) -%}
    concat({{ first }}, {{ second }})
{%- endmacro %}


-- Behind `as` of a CTE that is used more than once and costs more to compute again than to keep.
{% macro materialized() -%}
    {{ adapter.dispatch('materialized')() }}
{%- endmacro %}

{% macro default__materialized() -%}
    materialized
{%- endmacro %}

{% macro spark__materialized() -%}
{%- endmacro %}


-- Behind `as` of a CTE that is used more than once and costs less to compute again than to keep.
{% macro recomputed() -%}
    {{ adapter.dispatch('recomputed')() }}
{%- endmacro %}

{% macro default__recomputed() -%}
    not materialized
{%- endmacro %}

{% macro spark__recomputed() -%}
{%- endmacro %}


-- How much two texts are alike, 0 to 1. Spark is given the function: build/likeness.py.
{% macro likeness(first, second) -%}
    jaro_winkler_similarity({{ first }}, {{ second }})
{%- endmacro %}


-- How many whole times a positive integer goes into another.
{% macro whole_part(number, divisor) -%}
    {{ adapter.dispatch('whole_part')(number, divisor) }}
{%- endmacro %}

{% macro default__whole_part(number, divisor) -%}
    ({{ number }} // {{ divisor }})
{%- endmacro %}

{% macro spark__whole_part(number, divisor) -%}
    ({{ number }} div {{ divisor }})
{%- endmacro %}


-- Of a window, the last value of an expression that is not null; `over (…)` follows.
{% macro last_known(expression) -%}
    {{ adapter.dispatch('last_known')(expression) }}
{%- endmacro %}

{% macro default__last_known(expression) -%}
    last_value({{ expression }} ignore nulls)
{%- endmacro %}

{% macro spark__last_known(expression) -%}
    last_value({{ expression }}) ignore nulls
{%- endmacro %}
