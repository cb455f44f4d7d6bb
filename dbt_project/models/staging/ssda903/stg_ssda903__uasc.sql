{% set content = [
    'child',
    'sex',
    'dob',
    'duc',
] %}
{% set dates = {
    'end_date': 'uasc.duc',
} %}

with

uasc as (
    select * from {{ source('ssda903', 'uasc') }}
),

final as (
    select
        {{ technical_columns('ssda903', 'uasc') }},
        uasc._child_key as child_key,
        {{ record_id('uasc', 'child', content) }} as record_id,
        cast(null as string) as immigration_status_id,
        'UASC' as immigration_status_code,
        {{ clean_date('uasc.duc') }} as end_date,
        {{ unreadable_dates(dates) }} as unreadable_dates,
        {{ placeholder_dates(dates) }} as placeholder_dates,
        cast(null as string) as unknown_codes
    from uasc
)

select * from final
