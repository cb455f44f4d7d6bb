{#
    A row is a whole period of care: what changed within it is not on the list.
#}
{% set content = [
    'child_unique_id',
    'date_started_to_be_looked_after',
    'childs_category_of_need',
    'date_ceased_to_be_looked_after',
    'reason_ceased_to_be_looked_after',
] %}
{% set dates = {
    'start_date': 'children.date_started_to_be_looked_after',
    'end_date': 'children.date_ceased_to_be_looked_after',
} %}
{% set codes = {
    'primary_need_code': 'primary_need_match',
    'end_reason_code': 'end_reason_match',
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
        {{ dated_record_id('children', 'date_started_to_be_looked_after', content) }} as record_id,
        cast(null as string) as cla_episode_id,
        {{ clean_date('children.date_started_to_be_looked_after') }} as start_date,
        cast(null as string) as start_reason_code,
        primary_need_match.code as primary_need_code,
        {{ clean_date('children.date_ceased_to_be_looked_after') }} as end_date,
        end_reason_match.code as end_reason_code,
        cast(null as string) as care_id,
        cast(null as string) as referral_id,
        cast(null as string) as placement_id,
        {{ unreadable_dates(dates) }} as unreadable_dates,
        {{ placeholder_dates(dates) }} as placeholder_dates,
        {{ unknown_codes(codes) }} as unknown_codes
    from children
    {{ join_codes('primary_need_match', 'primary_need', 'children', 'childs_category_of_need') }}
    {{ join_codes(
        'end_reason_match', 'episode_end_reason', 'children', 'reason_ceased_to_be_looked_after'
    ) }}
)

select * from final
