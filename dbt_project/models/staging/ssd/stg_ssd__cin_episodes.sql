{% set content = [
    'cine_referral_id',
    'cine_person_id',
    'cine_referral_date',
    'cine_cin_primary_need_code',
    'cine_referral_source_code',
    'cine_referral_source_desc',
    'cine_referral_outcome_json',
    'cine_referral_nfa',
    'cine_close_reason',
    'cine_close_date',
    'cine_referral_team',
    'cine_referral_worker_id',
] %}
{% set dates = {
    'referral_date': 'cin_episodes.cine_referral_date',
    'close_date': 'cin_episodes.cine_close_date',
} %}
{% set codes = {
    'primary_need_code': 'primary_need_match',
    'source_code': ['source_text_match', 'source_code_match'],
    'is_no_further_action': 'no_further_action_match',
    'close_reason_code': 'close_reason_match',
    'outcome_codes': 'outcome_match',
} %}

with

cin_episodes as (
    select * from {{ source('ssd', 'ssd_cin_episodes') }}
),

codes as (
    select * from {{ ref('int_codes_matched') }}
),

final as (
    select
        {{ technical_columns('ssd', 'cin_episodes') }},
        cin_episodes._child_key as child_key,
        {{ record_id('cin_episodes', 'cine_referral_id', content) }} as record_id,
        {{ clean_id('cin_episodes.cine_referral_id') }} as referral_id,
        {{ clean_date('cin_episodes.cine_referral_date') }} as referral_date,
        primary_need_match.code as primary_need_code,
        coalesce(source_text_match.code, source_code_match.code) as source_code,
        {{ flag('no_further_action_match') }} as is_no_further_action,
        {{ clean_date('cin_episodes.cine_close_date') }} as close_date,
        close_reason_match.code as close_reason_code,
        outcome_match.code as outcome_codes,
        {{ clean_id('cin_episodes.cine_referral_team') }} as team,
        cin_episodes.cine_referral_worker_id as worker_key,
        {{ unreadable_dates(dates) }} as unreadable_dates,
        {{ placeholder_dates(dates) }} as placeholder_dates,
        {{ unknown_codes(codes) }} as unknown_codes
    from cin_episodes
    {{ join_codes(
        'primary_need_match', 'primary_need', 'cin_episodes', 'cine_cin_primary_need_code'
    ) }}
    {{ join_codes(
        'source_code_match', 'referral_source', 'cin_episodes', 'cine_referral_source_code'
    ) }}
    {{ join_codes(
        'source_text_match', 'referral_source', 'cin_episodes', 'cine_referral_source_desc'
    ) }}
    {{ join_codes('no_further_action_match', 'yes_no', 'cin_episodes', 'cine_referral_nfa') }}
    {{ join_codes('close_reason_match', 'close_reason', 'cin_episodes', 'cine_close_reason') }}
    {{ join_codes('outcome_match', 'outcome_flags', 'cin_episodes', 'cine_referral_outcome_json') }}
)

select * from final
