{% set content = [
    's47e_s47_enquiry_id',
    's47e_referral_id',
    's47e_person_id',
    's47e_s47_start_date',
    's47e_s47_end_date',
    's47e_s47_nfa',
    's47e_s47_outcome_json',
    's47e_s47_completed_by_worker_id',
    's47e_s47_completed_by_team',
] %}
{% set dates = {
    'start_date': 's47_enquiry.s47e_s47_start_date',
    'end_date': 's47_enquiry.s47e_s47_end_date',
} %}
{% set codes = {
    'is_no_further_action': 'no_further_action_match',
    'outcome_codes': 'outcome_match',
} %}

with

s47_enquiry as (
    select * from {{ source('ssd', 'ssd_s47_enquiry') }}
),

codes as (
    select * from {{ ref('int_codes_matched') }}
),

final as (
    select
        {{ technical_columns('ssd', 's47_enquiry') }},
        s47_enquiry._child_key as child_key,
        {{ record_id('s47_enquiry', 's47e_s47_enquiry_id', content) }} as record_id,
        {{ clean_id('s47_enquiry.s47e_s47_enquiry_id') }} as s47_enquiry_id,
        {{ clean_id('s47_enquiry.s47e_referral_id') }} as referral_id,
        {{ clean_date('s47_enquiry.s47e_s47_start_date') }} as start_date,
        {{ clean_date('s47_enquiry.s47e_s47_end_date') }} as end_date,
        {{ flag('no_further_action_match') }} as is_no_further_action,
        outcome_match.code as outcome_codes,
        {{ clean_id('s47_enquiry.s47e_s47_completed_by_team') }} as team,
        s47_enquiry.s47e_s47_completed_by_worker_id as worker_key,
        {{ unreadable_dates(dates) }} as unreadable_dates,
        {{ placeholder_dates(dates) }} as placeholder_dates,
        {{ unknown_codes(codes) }} as unknown_codes
    from s47_enquiry
    {{ join_codes('no_further_action_match', 'yes_no', 's47_enquiry', 's47e_s47_nfa') }}
    {{ join_codes('outcome_match', 'outcome_flags', 's47_enquiry', 's47e_s47_outcome_json') }}
)

select * from final
