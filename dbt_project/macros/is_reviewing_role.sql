{# An independent reviewing officer or conference chair, by the code or the words of the role. #}
{% macro is_reviewing_role(role_code) -%}
    coalesce(
        upper({{ role_code }}) = 'IRO'
        or upper({{ role_code }}) like '%REVIEWING%'
        or upper({{ role_code }}) like '%CHAIR%',
        false
    )
{%- endmacro %}
