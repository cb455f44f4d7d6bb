{# Date arithmetic, the same on every engine: whole days; whole months, clipped to month ends. #}

{#
    `months` calendar months after a date (before it, if negative), an integer or an integer
    expression; 31 January + 1 = 28 or 29 February.
#}
{% macro add_months(date, months) -%}
    {{ return(adapter.dispatch('add_months')(date, months)) }}
{%- endmacro %}

{% macro default__add_months(date, months) -%}
    cast({{ date }} + to_months(cast({{ months }} as integer)) as date)
{%- endmacro %}

{% macro spark__add_months(date, months) -%}
    cast(add_months({{ date }}, cast({{ months }} as int)) as date)
{%- endmacro %}


{#
    The last first day of what has lasted `months` whole months at the end of a day: so many months
    before the day after it. What began on 1 April has lasted twelve months on 31 March.
#}
{% macro months_up_to(date, months) -%}
    {{ add_months(add_days(date, 1), '-(' ~ months ~ ')') }}
{%- endmacro %}


{% macro add_days(date, days) -%}
    {{ return(adapter.dispatch('add_days')(date, days)) }}
{%- endmacro %}

{% macro default__add_days(date, days) -%}
    cast({{ date }} + cast({{ days }} as integer) as date)
{%- endmacro %}

{% macro spark__add_days(date, days) -%}
    date_add({{ date }}, cast({{ days }} as int))
{%- endmacro %}


{# Days from one date to a later one (negative if it is earlier). #}
{% macro days_between(from_date, to_date) -%}
    {{ return(adapter.dispatch('days_between')(from_date, to_date)) }}
{%- endmacro %}

{% macro default__days_between(from_date, to_date) -%}
    cast({{ to_date }} - {{ from_date }} as integer)
{%- endmacro %}

{% macro spark__days_between(from_date, to_date) -%}
    datediff({{ to_date }}, {{ from_date }})
{%- endmacro %}


{# Hours, with decimals, from one time to a later one (negative if it is earlier). #}
{% macro hours_between(from_time, to_time) -%}
    {{ return(adapter.dispatch('hours_between')(from_time, to_time)) }}
{%- endmacro %}

{% macro default__hours_between(from_time, to_time) -%}
    (cast(epoch({{ to_time }}) as double) - cast(epoch({{ from_time }}) as double)) / 3600
{%- endmacro %}

{% macro spark__hours_between(from_time, to_time) -%}
    (cast(unix_timestamp({{ to_time }}) as double)
    - cast(unix_timestamp({{ from_time }}) as double)) / 3600
{%- endmacro %}


{% macro month_start(date) -%}
    cast(date_trunc('month', {{ date }}) as date)
{%- endmacro %}


{# A month as a number, one more each month; December of year 0 is 12. #}
{% macro month_number(date) -%}
    cast(extract(year from {{ date }}) * 12 + extract(month from {{ date }}) as bigint)
{%- endmacro %}


{% macro last_day_of_month(date) -%}
    last_day({{ date }})
{%- endmacro %}


{# 1 is Monday, 7 is Sunday. #}
{% macro day_of_week(date) -%}
    {{ return(adapter.dispatch('day_of_week')(date)) }}
{%- endmacro %}

{% macro default__day_of_week(date) -%}
    cast(extract(isodow from {{ date }}) as integer)
{%- endmacro %}

{% macro spark__day_of_week(date) -%}
    (weekday({{ date }}) + 1)
{%- endmacro %}


{# A select of every day from one literal date to another, both included, as `date_day`. #}
{% macro day_spine(first_day, last_day) -%}
    {{ return(adapter.dispatch('day_spine')(first_day, last_day)) }}
{%- endmacro %}

{% macro default__day_spine(first_day, last_day) -%}
    select cast(day_of_range as date) as date_day
    from unnest(
        generate_series(date '{{ first_day }}', date '{{ last_day }}', interval 1 day)
    ) as days(day_of_range)
{%- endmacro %}

{% macro spark__day_spine(first_day, last_day) -%}
    select explode(sequence(date '{{ first_day }}', date '{{ last_day }}')) as date_day
{%- endmacro %}


{#
    Completed years from `birth_date` at `at_date`, an integer; 0 before the birth; null if either
    is null. A birthday of 29 February falls on 1 March in a common year (indicators.md, Age).
#}
{% macro age_years(birth_date, at_date) -%}
    cast(
        case
            when {{ at_date }} < {{ birth_date }} then 0
            else
                extract(year from {{ at_date }}) - extract(year from {{ birth_date }})
                - case
                    when
                        extract(month from {{ at_date }}) * 100 + extract(day from {{ at_date }})
                        < extract(month from {{ birth_date }}) * 100
                        + extract(day from {{ birth_date }})
                        then 1
                    else 0
                end
        end as integer
    )
{%- endmacro %}


{#
    The birthday on which a person completes that many years. A birthday of 29 February falls on
    1 March in a common year, where add_months alone would clip it to 28 February.
#}
{% macro birthday(birth_date, years) -%}
    case
        when
            extract(month from {{ birth_date }}) = 2
            and extract(day from {{ birth_date }}) = 29
            then {{ add_days(add_months(add_days(birth_date, -1), '12 * (' ~ years ~ ')'), 1) }}
        else {{ add_months(birth_date, '12 * (' ~ years ~ ')') }}
    end
{%- endmacro %}


{# Open at the end of a day: started, and not ended; a zero-day interval never is. #}
{% macro is_open_at(start_date, end_date, day) -%}
    ({{ start_date }} <= {{ day }} and ({{ end_date }} is null or {{ end_date }} > {{ day }}))
{%- endmacro %}


{#
    A CTE that gives for each `start_date` the `due_date`, so many working days after it: never a
    day off. Needs the import `dates` of dim_date.
#}
{% macro working_day_after(name, working_days) -%}
{{ name }} as (
    select
        start_days.date_day as start_date,
        last_days.date_day as due_date
    from dates as start_days
    inner join dates as last_days
        on start_days.working_day_number + {{ working_days }} = last_days.working_day_number
    where last_days.is_working_day
)
{%- endmacro %}
