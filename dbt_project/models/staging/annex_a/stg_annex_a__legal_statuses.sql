{#
    The status of the day of the list; where it began is not known, it began with the care.
#}
{% set content = [
    'child_unique_id',
    'date_started_to_be_looked_after',
    'start_date_of_current_legal_status',
    'childs_legal_status',
    'date_ceased_to_be_looked_after',
] %}
{% set dates = {
    'start_date': 'children.start_date_of_current_legal_status',
} %}
{% set codes = {
    'legal_status_code': 'legal_status_match',
} %}

with

children as (
    select * from {{ source('annex_a', 'list_8_looked_after_children') }}
),

codes as (
    select * from {{ ref('int_codes_matched') }}
),

final as (
    select
        {{ technical_columns('annex_a', 'children') }},
        children._child_key as child_key,
        coalesce(
            cast({{ clean_date('children.start_date_of_current_legal_status') }} as string),
            {{ dated_record_id('children', 'date_started_to_be_looked_after', content) }}
        ) as record_id,
        cast(null as string) as legal_status_id,
        nullif(legal_status_match.code, 'NOT_CARE') as legal_status_code,
        coalesce(
            {{ clean_date('children.start_date_of_current_legal_status') }},
            {{ clean_date('children.date_started_to_be_looked_after') }}
        ) as start_date,
        {{ clean_date('children.date_ceased_to_be_looked_after') }} as end_date,
        {{ unreadable_dates(dates) }} as unreadable_dates,
        {{ placeholder_dates(dates) }} as placeholder_dates,
        {{ unknown_codes(codes) }} as unknown_codes
    from children
    {{ join_codes('legal_status_match', 'legal_status', 'children', 'childs_legal_status') }}
    where {{ clean_text('children.childs_legal_status') }} is not null
)

select * from final
