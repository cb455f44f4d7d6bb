{#
    The hash that stands for a record: a keyed hash of the parts joined by '|', 32 hexadecimal
    digits, so that nobody without the authority's key file can try ids on it. A part is an SQL
    expression that is never null (a null part would be skipped, and two records could share a key).
    `keyed_hash` is a function of the candidate's warehouse: build/sql/keyed_hash.sql.
#}
{% macro hash_key(parts) -%}
    keyed_hash(
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
