{% set content = [
    'child',
    'dob',
    'missing',
    'mis_start',
    'mis_end',
] %}
{% set dates = {
    'start_at': 'missing.mis_start',
    'end_at': 'missing.mis_end',
} %}
{% set codes = {
    'missing_type_code': 'missing_type_match',
} %}

with

missing as (
    select * from {{ source('ssda903', 'missing') }}
),

codes as (
    select * from {{ ref('int_codes_matched') }}
),

final as (
    select
        {{ technical_columns('ssda903', 'missing') }},
        missing._child_key as child_key,
        coalesce(
            cast({{ clean_date('missing.mis_start') }} as string)
            || '|' || coalesce(missing_type_match.code, ''),
            {{ row_hash('missing', content) }}
        ) as record_id,
        cast(null as string) as missing_spell_id,
        missing_type_match.code as missing_type_code,
        {{ clean_timestamp('missing.mis_start') }} as start_at,
        {{ clean_timestamp('missing.mis_end') }} as end_at,
        cast(null as string) as interview_offered_code,
        cast(null as string) as interview_accepted_code,
        {{ unreadable_dates(dates) }} as unreadable_dates,
        {{ placeholder_dates(dates) }} as placeholder_dates,
        {{ unknown_codes(codes) }} as unknown_codes
    from missing
    {{ join_codes('missing_type_match', 'missing_type', 'missing', 'missing') }}
)

select * from final
