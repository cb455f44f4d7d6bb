{#
    A social worker with the case, by the code or the words of the role (PLC-12): CW and 16PLUS are
    involvement types of SystemC. Personal advisers and reviewing officers are not.
#}
{% macro is_social_worker_role(role_code) -%}
    coalesce(
        upper({{ role_code }}) in ('CW', '16PLUS')
        or upper({{ role_code }}) like '%SOCIAL WORKER%'
        or upper({{ role_code }}) like '%CASE WORKER%',
        false
    )
{%- endmacro %}
