{% set content = [
    'lega_legal_status_id',
    'lega_person_id',
    'lega_legal_status',
    'lega_legal_status_start_date',
    'lega_legal_status_end_date',
] %}
{% set dates = {
    'start_date': 'legal_status.lega_legal_status_start_date',
    'end_date': 'legal_status.lega_legal_status_end_date',
} %}
{% set codes = {
    'legal_status_code': 'legal_status_match',
} %}

with

legal_status as (
    select * from {{ source('ssd', 'ssd_legal_status') }}
),

codes as (
    select * from {{ ref('int_codes_matched') }}
),

final as (
    select
        {{ technical_columns('ssd', 'legal_status') }},
        legal_status._child_key as child_key,
        {{ record_id('legal_status', 'lega_legal_status_id', content) }} as record_id,
        {{ clean_id('legal_status.lega_legal_status_id') }} as legal_status_id,
        nullif(legal_status_match.code, 'NOT_CARE') as legal_status_code,
        {{ clean_date('legal_status.lega_legal_status_start_date') }} as start_date,
        {{ clean_date('legal_status.lega_legal_status_end_date') }} as end_date,
        {{ unreadable_dates(dates) }} as unreadable_dates,
        {{ placeholder_dates(dates) }} as placeholder_dates,
        {{ unknown_codes(codes) }} as unknown_codes
    from legal_status
    {{ join_codes('legal_status_match', 'legal_status', 'legal_status', 'lega_legal_status') }}
)

select * from final
