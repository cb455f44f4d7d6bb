{# One row per word of a column of words parted by single blanks; in a select list. #}
{% macro indicator_split_words(words) -%}
    {{ return(adapter.dispatch('indicator_split_words')(words)) }}
{%- endmacro %}

{% macro default__indicator_split_words(words) -%}
    unnest(string_split({{ words }}, ' '))
{%- endmacro %}

{% macro spark__indicator_split_words(words) -%}
    explode(split({{ words }}, ' '))
{%- endmacro %}


{# An aggregate: the values in order, parted by a comma and a blank. #}
{% macro indicator_join_sorted(value) -%}
    {{ return(adapter.dispatch('indicator_join_sorted')(value)) }}
{%- endmacro %}

{% macro default__indicator_join_sorted(value) -%}
    string_agg({{ value }}, ', ' order by {{ value }})
{%- endmacro %}

{% macro spark__indicator_join_sorted(value) -%}
    array_join(array_sort(collect_list({{ value }})), ', ')
{%- endmacro %}
