{# A key from its parts (SQL expressions that are never null): 32 hexadecimal digits. #}
{% macro hash_key(parts) -%}
    md5(concat_ws('|', {{ parts | join(', ') }}))
{%- endmacro %}


{# The key of an authority's 'not known' team, which stands for records without one. #}
{% macro unknown_team_key(la_code) -%}
    {{ hash_key([la_code, "'team not known'"]) }}
{%- endmacro %}


{# Text as it is compared when a team is looked up by its id or its name. #}
{% macro match_text(text) -%}
    lower(trim({{ text }}))
{%- endmacro %}
