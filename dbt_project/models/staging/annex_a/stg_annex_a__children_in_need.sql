{% set content = [
    'child_unique_id',
    'cin_start_date',
    'primary_need_code',
    'cin_closure_date',
    'reason_for_closure',
    'case_status',
    'allocated_team',
    'allocated_worker',
] %}
{% set dates = {
    'referral_date': 'cases.cin_start_date',
    'close_date': 'cases.cin_closure_date',
} %}
{% set codes = {
    'primary_need_code': 'primary_need_match',
    'close_reason_code': 'close_reason_match',
} %}

with

cases as (
    select * from {{ source('annex_a', 'list_6_children_in_need') }}
),

codes as (
    select * from {{ ref('int_codes_matched') }}
),

final as (
    select
        {{ technical_columns('annex_a', 'cases') }},
        cases._child_key as child_key,
        {{ dated_record_id('cases', 'cin_start_date', content) }} as record_id,
        {{ clean_date('cases.cin_start_date') }} as referral_date,
        primary_need_match.code as primary_need_code,
        {{ clean_date('cases.cin_closure_date') }} as close_date,
        close_reason_match.code as close_reason_code,
        {{ clean_text('cases.allocated_team') }} as team,
        cases.allocated_worker as worker_key,
        {{ unreadable_dates(dates) }} as unreadable_dates,
        {{ placeholder_dates(dates) }} as placeholder_dates,
        {{ unknown_codes(codes) }} as unknown_codes
    from cases
    {{ join_codes('primary_need_match', 'primary_need', 'cases', 'primary_need_code') }}
    {{ join_codes('close_reason_match', 'close_reason', 'cases', 'reason_for_closure') }}
)

select * from final
