{# Refuses a model that `csc new-indicator` has begun and nobody has finished, with what is blank. #}
{% macro still_blank(blanks) -%}
    {{ exceptions.raise_compiler_error(
        model.name ~ ' is still blank. Write, and then take the call of still_blank away:\n  - '
        ~ blanks | join('\n  - ')
    ) }}
{%- endmacro %}
