{#
    Only the latest review is on the list, and not when it was due.
#}
{% set content = [
    'child_unique_id',
    'date_of_latest_statutory_review',
] %}
{% set dates = {
    'review_date': 'children.date_of_latest_statutory_review',
} %}

with

children as (
    select * from {{ source('annex_a', 'list_8_looked_after_children') }}
),

final as (
    select
        {{ technical_columns('annex_a', 'children') }},
        children._child_key as child_key,
        {{ dated_record_id('children', 'date_of_latest_statutory_review', content) }} as record_id,
        cast(null as string) as cla_review_id,
        cast(null as string) as care_id,
        cast(null as date) as due_date,
        {{ clean_date('children.date_of_latest_statutory_review') }} as review_date,
        false as is_cancelled,
        cast(null as string) as participation_code,
        {{ unreadable_dates(dates) }} as unreadable_dates,
        {{ placeholder_dates(dates) }} as placeholder_dates,
        cast(null as string) as unknown_codes
    from children
    where {{ clean_text('children.date_of_latest_statutory_review') }} is not null
)

select * from final
