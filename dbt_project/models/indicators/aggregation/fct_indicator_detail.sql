-- The records behind every figure: one row per indicator and thing that it counts. A view: the
-- records stand in the facts already, and writing them once more for every indicator took four
-- times as long as counting them. It unites a view for each topic.
{{ config(materialized='view', database='analyst') }}

with

counted as (
    {%- for topic in indicator_topics() %}
    select * from {{ ref('int_indicator_counted_' ~ topic) }}
    {{- '\n\n    union all\n' if not loop.last }}
    {%- endfor %}
),

{{ indicator_described('counted', indicator_breakdowns()) }},

final as (
    select
        la_code,
        indicator_code,
        record_key,
        record_table,
        child_key,
        event_date,
        numerator,
        denominator,
        numerator_date,
        quantity,
        weight,
        {%- for breakdown in indicator_breakdowns() %}
        {{ breakdown }},
        {%- endfor %}
        is_in_doubt,
        load_id,
        source_file,
        row_number
    from described
)

select * from final
