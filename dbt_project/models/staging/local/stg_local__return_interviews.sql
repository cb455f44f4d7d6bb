{% set content = [
    'return_interview_id',
    'person_id',
    'missing_episode_id',
    'missing_start',
    'missing_end',
    'offered',
    'accepted',
    'offered_at',
    'held_at',
    'missing_reason',
    'is_independent',
] %}
{% set dates = {
    'missing_start_at': 'interviews.missing_start',
    'missing_end_at': 'interviews.missing_end',
    'offered_at': 'interviews.offered_at',
    'held_at': 'interviews.held_at',
} %}
{% set codes = {
    'offered_code': 'offered_match',
    'accepted_code': 'accepted_match',
    'missing_reason_code': 'reason_match',
    'is_independent': 'independent_match',
} %}

with

interviews as (
    select * from {{ source('local', 'return_interviews') }}
),

codes as (
    select * from {{ ref('int_codes_matched') }}
),

final as (
    select
        {{ technical_columns('local', 'interviews') }},
        interviews._child_key as child_key,
        {{ record_id('interviews', 'return_interview_id', content) }} as record_id,
        {{ clean_id('interviews.return_interview_id') }} as return_interview_id,
        {{ clean_id('interviews.missing_episode_id') }} as missing_spell_id,
        {{ clean_timestamp('interviews.missing_start') }} as missing_start_at,
        {{ clean_timestamp('interviews.missing_end') }} as missing_end_at,
        offered_match.code as offered_code,
        accepted_match.code as accepted_code,
        {{ clean_timestamp('interviews.offered_at') }} as offered_at,
        {{ clean_timestamp('interviews.held_at') }} as held_at,
        reason_match.code as missing_reason_code,
        case independent_match.code when 'Y' then true when 'N' then false end as is_independent,
        {{ unreadable_dates(dates) }} as unreadable_dates,
        {{ placeholder_dates(dates) }} as placeholder_dates,
        {{ unknown_codes(codes) }} as unknown_codes
    from interviews
    {{ join_codes('offered_match', 'yes_no_na', 'interviews', 'offered') }}
    {{ join_codes('accepted_match', 'yes_no_na', 'interviews', 'accepted') }}
    {{ join_codes('reason_match', 'missing_reason', 'interviews', 'missing_reason') }}
    {{ join_codes('independent_match', 'yes_no', 'interviews', 'is_independent') }}
)

select * from final
