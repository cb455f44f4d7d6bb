{#
    A numerator of a denominator, by the `kind` of the row: per 10,000 of a rate, as it is of a ratio,
    in percent of a share or a distribution.
#}
{% macro indicator_value_of(numerator, denominator) -%}
    cast(
        case kind
            when 'rate' then 10000
            when 'ratio' then 1
            else 100
        end * {{ numerator }} as double
    ) / {{ denominator }}
{%- endmacro %}
