{#
    CTEs that cut each child's time wherever a record of any of the `relations` starts or ends:
    within a stretch, what is open on its first day is open on every day of it.

    relations  names of CTEs: la_code, child_key, start_date (not null), end_date (exclusive, null
               while open)

    Ends in the CTE `stretches`: la_code, child_key, stretch_start_date, stretch_end_date
    (exclusive, null for the last).
#}
{% macro stretches_between_changes(relations) -%}
change_days as (
    {%- for relation in relations %}
    select
        la_code,
        child_key,
        start_date as change_date
    from {{ relation }}

    union

    select
        la_code,
        child_key,
        end_date as change_date
    from {{ relation }}
    where end_date is not null
    {{- '\n\n    union\n' if not loop.last }}
    {%- endfor %}
),

stretches as (
    select
        la_code,
        child_key,
        change_date as stretch_start_date,
        lead(change_date) over (
            partition by la_code, child_key order by change_date
        ) as stretch_end_date
    from change_days
)
{%- endmacro %}


{#
    CTEs that cut each child's time into stretches on which one record holds: of the records open at
    a day, the first by `order_by`. A question "which one held on day D" is then one range join.

    records   name of a CTE: la_code, child_key, start_date (not null), end_date, and more
    columns   the columns of the chosen record to keep
    order_by  SQL order, a total one, over columns of `open_records`

    Ends in the CTE `chosen_records`: la_code, child_key, start_date, end_date (exclusive, null
    while open), and `columns`; days on which nothing is open have no row. A record of a child of
    whom no two are ever open at once is its own stretch: only the others' time is cut.
#}
{% macro choose_open_record(records, columns, order_by) -%}
followed_records as (
    select
        *,
        lead(start_date) over (
            partition by la_code, child_key order by start_date
        ) as next_start_date
    from {{ records }}
    where end_date is null or end_date > start_date
),

overlapped_children as (
    select distinct
        la_code,
        child_key
    from followed_records
    where {{ is_open_at('start_date', 'end_date', 'next_start_date') }}
),

open_records as (
    select followed_records.*
    from followed_records
    inner join overlapped_children
        on {{ same_child('followed_records', 'overlapped_children') }}
),

{{ stretches_between_changes(['open_records']) }},

ranked_records as (
    select
        stretches.stretch_start_date,
        stretches.stretch_end_date,
        open_records.*,
        row_number() over (
            partition by stretches.la_code, stretches.child_key, stretches.stretch_start_date
            order by {{ order_by }}
        ) as choice_number
    from stretches
    inner join open_records
        on
            stretches.la_code = open_records.la_code
            and stretches.child_key = open_records.child_key
            and {{ is_open_at('open_records.start_date', 'open_records.end_date',
                              'stretches.stretch_start_date') }}
),

chosen_records as (
    select
        la_code,
        child_key,
        stretch_start_date as start_date,
        stretch_end_date as end_date
        {%- for column in columns %},
        {{ column }}
        {%- endfor %}
    from ranked_records
    where choice_number = 1

    union all

    select
        followed_records.la_code,
        followed_records.child_key,
        followed_records.start_date,
        followed_records.end_date
        {%- for column in columns %},
        followed_records.{{ column }}
        {%- endfor %}
    from followed_records
    left join overlapped_children
        on {{ same_child('followed_records', 'overlapped_children') }}
    where overlapped_children.child_key is null
)
{%- endmacro %}
