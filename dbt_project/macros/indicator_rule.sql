{#
    The rules of a figure that more than one engine of templates reads: the models, and the
    questions that csc_warehouse/ask puts to a release. So this file uses nothing of dbt.
#}


{# A numerator that comes true only later is none up to `day`. `rows` is a prefix, or nothing. #}
{% macro indicator_numerator_as_at(day, rows='') -%}
    case when {{ rows }}numerator_date > {{ day }} then 0 else {{ rows }}numerator end
{%- endmacro %}


{#
    The day from which a row's numerator counts; null where it never does. A child counts once, and
    from the earliest day of any of its rows in the period.
#}
{% macro indicator_numerator_from(rows='') -%}
    case
            when {{ rows }}numerator = 1 then coalesce({{ rows }}numerator_date, {{ rows }}event_date)
        end
{%- endmacro %}


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


{# 1 where a rise is good, -1 where a fall is; null where neither. #}
{% macro indicator_good_sign(polarity) -%}
    case {{ polarity }} when 'higher is better' then 1 when 'lower is better' then -1 end
{%- endmacro %}


{# What a difference means by the sign of `indicator_good_sign`; `no_difference` is the word for none. #}
{% macro indicator_meaning(difference, good_sign, no_difference) -%}
    case
            when {{ difference }} is null then cast(null as string)
            when {{ difference }} = 0 then '{{ no_difference }}'
            when {{ good_sign }} is null then 'neither'
            when ({{ difference }}) * {{ good_sign }} > 0 then 'better'
            else 'worse'
        end
{%- endmacro %}


{#
    The change from `base_value` to `value`: absolute for what has a unit, percentage points for a
    percentage, relative for both (not from 0), and what it means. From 56 to 72 percent is 16 points
    and 28.6 percent. All null where a value is missing.
#}
{% macro indicator_change(value, base_value, unit, good_sign) -%}
    {%- set difference = value ~ ' - ' ~ base_value -%}
case when {{ unit }} <> 'percent' then {{ difference }} end as change_absolute,
        case when {{ unit }} = 'percent' then {{ difference }} end as change_percentage_points,
        case when {{ base_value }} <> 0 then 100 * ({{ difference }}) / {{ base_value }} end
            as change_relative_pct,
        {{ indicator_meaning(difference, good_sign, 'no change') }} as change_meaning
{%- endmacro %}
