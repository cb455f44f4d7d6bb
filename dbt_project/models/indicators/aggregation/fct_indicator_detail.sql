-- The records behind every figure: one row per indicator and thing that it counts. A view: the
-- records stand in the facts already, and writing them once more for every indicator took four
-- times as long as counting them. It unites a view for each topic.
{{ config(materialized='view', database='analyst') }}

with

final as (
    {%- for topic in indicator_topics() %}
    select * from {{ ref('int_indicator_detail_' ~ topic) }}
    {{- '\n\n    union all\n' if not loop.last }}
    {%- endfor %}
)

select * from final
