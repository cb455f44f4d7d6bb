{#
    CTEs that find the records of a child and day that has more than one, but for the first by
    `order_by` (a total order). They are few: only their days go through a window.

    records   name of a CTE: record_key, la_code, child_key, `day` (null is no day), and more

    Ends in the CTE `repeats`: record_key.
#}
{% macro repeats_of_a_day(records, day, order_by) -%}
repeated_days as (
    select
        la_code,
        child_key,
        {{ day }}
    from {{ records }}
    where {{ day }} is not null
    group by
        la_code,
        child_key,
        {{ day }}
    having count(*) > 1
),

numbered_repeats as (
    select
        {{ records }}.record_key,
        row_number() over (
            partition by {{ records }}.la_code, {{ records }}.child_key, {{ records }}.{{ day }}
            order by {{ order_by }}
        ) as day_number
    from {{ records }}
    inner join repeated_days
        on
            {{ same_child(records, 'repeated_days') }}
            and {{ records }}.{{ day }} = repeated_days.{{ day }}
),

repeats as (
    select record_key
    from numbered_repeats
    where day_number > 1
)
{%- endmacro %}
