{% set content = [
    'la_child_id',
    'cin_referral_date',
    'referral_source',
    'primary_need_code',
    'cin_closure_date',
    'reason_for_closure',
    'date_of_initial_cpc',
    'referral_nfa',
] %}
{% set dates = {
    'referral_date': 'details.cin_referral_date',
    'close_date': 'details.cin_closure_date',
} %}
{% set codes = {
    'primary_need_code': 'need_match',
    'source_code': 'source_match',
    'is_no_further_action': 'no_further_action_match',
    'close_reason_code': 'close_reason_match',
} %}

with

details as (
    select * from {{ source('cin_census', 'cin_details') }}
),

codes as (
    select * from {{ ref('int_codes_matched') }}
),

final as (
    select
        {{ technical_columns('cin_census', 'details') }},
        details._child_key as child_key,
        {{ census_record_id('details', ['cin_referral_date'], content) }} as record_id,
        {{ census_link('details', ['cin_referral_date']) }} as referral_id,
        {{ clean_date('details.cin_referral_date') }} as referral_date,
        need_match.code as primary_need_code,
        source_match.code as source_code,
        {{ flag('no_further_action_match') }} as is_no_further_action,
        {{ clean_date('details.cin_closure_date') }} as close_date,
        close_reason_match.code as close_reason_code,
        cast(null as string) as outcome_codes,
        cast(null as string) as team,
        cast(null as string) as worker_key,
        {{ unreadable_dates(dates) }} as unreadable_dates,
        {{ placeholder_dates(dates) }} as placeholder_dates,
        {{ unknown_codes(codes) }} as unknown_codes
    from details
    {{ join_codes('need_match', 'primary_need', 'details', 'primary_need_code') }}
    {{ join_codes('source_match', 'referral_source', 'details', 'referral_source') }}
    {{ join_codes('no_further_action_match', 'yes_no', 'details', 'referral_nfa') }}
    {{ join_codes('close_reason_match', 'close_reason', 'details', 'reason_for_closure') }}
)

select * from final
