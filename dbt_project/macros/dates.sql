-- What DuckDB and Spark say differently about dates, one macro each.

-- Calendar days from one date to another, negative where the second is earlier.
{% macro days_between(from_date, to_date) -%}
    {{ adapter.dispatch('days_between')(from_date, to_date) }}
{%- endmacro %}

{% macro default__days_between(from_date, to_date) -%}
    cast(date_diff('day', {{ from_date }}, {{ to_date }}) as integer)
{%- endmacro %}

{% macro spark__days_between(from_date, to_date) -%}
    datediff({{ to_date }}, {{ from_date }})
{%- endmacro %}


-- The same day n calendar months later (earlier when n is negative), clipped to the month's last
-- day: 31 January + 1 month = 28 or 29 February. `months` is a number or an integer expression.
{% macro add_months(date, months) -%}
    {{ adapter.dispatch('add_months')(date, months) }}
{%- endmacro %}

{% macro default__add_months(date, months) -%}
    cast({{ date }} + to_months(cast({{ months }} as integer)) as date)
{%- endmacro %}

{% macro spark__add_months(date, months) -%}
    add_months({{ date }}, {{ months }})
{%- endmacro %}


-- The date n days later (earlier when n is negative).
{% macro add_days(date, days) -%}
    {{ adapter.dispatch('add_days')(date, days) }}
{%- endmacro %}

{% macro default__add_days(date, days) -%}
    ({{ date }} + cast({{ days }} as integer))
{%- endmacro %}

{% macro spark__add_days(date, days) -%}
    date_add({{ date }}, {{ days }})
{%- endmacro %}


{% macro last_day_of_month(date) -%}
    last_day({{ date }})
{%- endmacro %}


-- The birthday on which a person completes that many years. A birthday of 29 February falls on
-- 1 March in a common year (indicators.md section 0), where add_months clips to 28 February.
{% macro birthday(birth_date, years) -%}
    case
        when month({{ birth_date }}) = 2 and day({{ birth_date }}) = 29
            then {{ add_days(add_months(add_days(birth_date, -1), '12 * (' ~ years ~ ')'), 1) }}
        else {{ add_months(birth_date, '12 * (' ~ years ~ ')') }}
    end
{%- endmacro %}
