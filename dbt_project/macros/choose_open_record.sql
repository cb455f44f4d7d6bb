{#
    CTEs that cut each child's time into stretches on which one record holds: of the records open at
    a day, the first by `order_by`. A question "which one held on day D" is then one range join.

    records   name of a CTE: la_code, child_key, start_date (not null), end_date, and more
    columns   the columns of the chosen record to keep
    order_by  SQL order, a total one, over columns of `records`

    Ends in the CTE `chosen_records`: la_code, child_key, start_date, end_date (exclusive, null
    while open), and `columns`; days on which nothing is open have no row.
#}
{% macro choose_open_record(records, columns, order_by) -%}
open_records as (
    select *
    from {{ records }}
    where end_date is null or end_date > start_date
),

boundary_days as (
    select
        la_code,
        child_key,
        start_date as boundary_date
    from open_records

    union

    select
        la_code,
        child_key,
        end_date as boundary_date
    from open_records
    where end_date is not null
),

stretches as (
    select
        la_code,
        child_key,
        boundary_date,
        lead(boundary_date) over (
            partition by la_code, child_key order by boundary_date
        ) as next_boundary_date
    from boundary_days
),

ranked_records as (
    select
        stretches.boundary_date,
        stretches.next_boundary_date,
        open_records.*,
        row_number() over (
            partition by stretches.la_code, stretches.child_key, stretches.boundary_date
            order by {{ order_by }}
        ) as choice_number
    from stretches
    inner join open_records
        on
            stretches.la_code = open_records.la_code
            and stretches.child_key = open_records.child_key
            and {{ is_open_at('open_records.start_date', 'open_records.end_date',
                              'stretches.boundary_date') }}
),

chosen_records as (
    select
        la_code,
        child_key,
        boundary_date as start_date,
        next_boundary_date as end_date,
        {%- for column in columns %}
        {{ column }},
        {%- endfor %}
    from ranked_records
    where choice_number = 1
)
{%- endmacro %}
