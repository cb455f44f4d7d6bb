{#
    The hash that stands for a record: md5 of the parts joined by '|', 32 hexadecimal digits. A part
    is an SQL expression that is never null (a null part would be skipped, and two records could
    share a key).
#}
{% macro hash_key(parts) -%}
    md5(
        concat_ws(
            '|'
            {%- for part in parts %}, cast({{ part }} as string){% endfor %}
        )
    )
{%- endmacro %}


{# The key of an authority's 'not known' team, which stands for records without one. #}
{% macro unknown_team_key(la_code) -%}
    {{ hash_key([la_code, "'team not known'"]) }}
{%- endmacro %}


{# Text as it is compared when a team is looked up by its id or its name. #}
{% macro match_text(text) -%}
    lower(trim({{ text }}))
{%- endmacro %}
