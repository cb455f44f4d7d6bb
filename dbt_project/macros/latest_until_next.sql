{#
    CTEs that give each record the stretch of days on which it is the child's latest: from its day
    until the day of the next. "The latest on day D" is then one range join.

    records   name of a CTE: la_code, child_key, start_date (not null), and more
    columns   the columns to keep
    order_by  SQL order, a total one: of the records of one day the first is kept

    Ends in the CTE `<records>_until_next`: la_code, child_key, start_date, end_date (exclusive, null
    for the last), and `columns`.
#}
{% macro latest_until_next(records, columns, order_by) -%}
{{ records }}_of_a_day as (
    select
        *,
        row_number() over (
            partition by la_code, child_key, start_date order by {{ order_by }}
        ) as choice_number
    from {{ records }}
),

{{ records }}_until_next as (
    select
        la_code,
        child_key,
        start_date,
        lead(start_date) over (
            partition by la_code, child_key order by start_date
        ) as end_date
        {%- for column in columns %},
        {{ column }}
        {%- endfor %}
    from {{ records }}_of_a_day
    where choice_number = 1
)
{%- endmacro %}
