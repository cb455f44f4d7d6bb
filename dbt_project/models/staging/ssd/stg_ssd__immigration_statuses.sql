{% set content = [
    'immi_person_id',
    'immi_immigration_status_id',
    'immi_immigration_status',
    'immi_immigration_status_start_date',
    'immi_immigration_status_end_date',
] %}
{% set dates = {
    'start_date': 'immigration_status.immi_immigration_status_start_date',
    'end_date': 'immigration_status.immi_immigration_status_end_date',
} %}
{% set codes = {
    'immigration_status_code': 'immigration_status_match',
} %}

with

immigration_status as (
    select * from {{ source('ssd', 'ssd_immigration_status') }}
),

codes as (
    select * from {{ ref('int_codes_matched') }}
),

final as (
    select
        {{ technical_columns('ssd', 'immigration_status') }},
        immigration_status._child_key as child_key,
        {{ record_id('immigration_status', 'immi_immigration_status_id', content) }} as record_id,
        {{ clean_id('immigration_status.immi_immigration_status_id') }} as immigration_status_id,
        immigration_status_match.code as immigration_status_code,
        {{ clean_date('immigration_status.immi_immigration_status_start_date') }} as start_date,
        {{ clean_date('immigration_status.immi_immigration_status_end_date') }} as end_date,
        {{ unreadable_dates(dates) }} as unreadable_dates,
        {{ placeholder_dates(dates) }} as placeholder_dates,
        {{ unknown_codes(codes) }} as unknown_codes
    from immigration_status
    {{ join_codes(
        'immigration_status_match', 'immigration_status',
        'immigration_status', 'immi_immigration_status'
    ) }}
)

select * from final
