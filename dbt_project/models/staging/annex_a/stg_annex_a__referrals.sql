{% set content = [
    'child_unique_id',
    'date_of_referral',
    'referral_source',
    'referral_nfa',
    'allocated_team',
    'allocated_worker',
] %}
{% set dates = {
    'referral_date': 'referrals.date_of_referral',
} %}
{% set codes = {
    'source_code': 'source_match',
    'is_no_further_action': 'no_further_action_match',
} %}

with

referrals as (
    select * from {{ source('annex_a', 'list_3_referrals') }}
),

codes as (
    select * from {{ ref('int_codes_matched') }}
),

final as (
    select
        {{ technical_columns('annex_a', 'referrals') }},
        referrals._child_key as child_key,
        {{ dated_record_id('referrals', 'date_of_referral', content) }} as record_id,
        {{ clean_date('referrals.date_of_referral') }} as referral_date,
        source_match.code as source_code,
        {{ flag('no_further_action_match') }} as is_no_further_action,
        {{ clean_text('referrals.allocated_team') }} as team,
        referrals.allocated_worker as worker_key,
        {{ unreadable_dates(dates) }} as unreadable_dates,
        {{ placeholder_dates(dates) }} as placeholder_dates,
        {{ unknown_codes(codes) }} as unknown_codes
    from referrals
    {{ join_codes('source_match', 'referral_source', 'referrals', 'referral_source') }}
    {{ join_codes('no_further_action_match', 'yes_no_unknown', 'referrals', 'referral_nfa') }}
)

select * from final
