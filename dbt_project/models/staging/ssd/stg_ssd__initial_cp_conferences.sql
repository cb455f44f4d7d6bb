{% set content = [
    'icpc_icpc_id',
    'icpc_icpc_meeting_id',
    'icpc_s47_enquiry_id',
    'icpc_person_id',
    'icpc_cp_plan_id',
    'icpc_referral_id',
    'icpc_icpc_transfer_in',
    'icpc_icpc_target_date',
    'icpc_icpc_date',
    'icpc_icpc_outcome_cp_flag',
    'icpc_icpc_outcome_json',
    'icpc_icpc_team',
    'icpc_icpc_worker_id',
] %}
{% set dates = {
    'target_date': 'initial_cp_conference.icpc_icpc_target_date',
    'conference_date': 'initial_cp_conference.icpc_icpc_date',
} %}
{% set codes = {
    'is_transfer_in': 'transfer_in_match',
    'is_cp_plan_outcome': 'cp_plan_outcome_match',
} %}

with

initial_cp_conference as (
    select * from {{ source('ssd', 'ssd_initial_cp_conference') }}
),

codes as (
    select * from {{ ref('int_codes_matched') }}
),

final as (
    select
        {{ technical_columns('ssd', 'initial_cp_conference') }},
        initial_cp_conference._child_key as child_key,
        {{ record_id('initial_cp_conference', 'icpc_icpc_id', content) }} as record_id,
        {{ clean_id('initial_cp_conference.icpc_icpc_id') }} as initial_conference_id,
        {{ clean_id('initial_cp_conference.icpc_s47_enquiry_id') }} as s47_enquiry_id,
        {{ clean_id('initial_cp_conference.icpc_referral_id') }} as referral_id,
        {{ clean_date('initial_cp_conference.icpc_icpc_target_date') }} as target_date,
        {{ clean_date('initial_cp_conference.icpc_icpc_date') }} as conference_date,
        {{ flag('transfer_in_match') }} as is_transfer_in,
        {{ flag('cp_plan_outcome_match') }} as is_cp_plan_outcome,
        {{ clean_id('initial_cp_conference.icpc_icpc_team') }} as team,
        initial_cp_conference.icpc_icpc_worker_id as worker_key,
        {{ unreadable_dates(dates) }} as unreadable_dates,
        {{ placeholder_dates(dates) }} as placeholder_dates,
        {{ unknown_codes(codes) }} as unknown_codes
    from initial_cp_conference
    {{ join_codes(
        'transfer_in_match', 'yes_no', 'initial_cp_conference', 'icpc_icpc_transfer_in'
    ) }}
    {{ join_codes(
        'cp_plan_outcome_match', 'yes_no', 'initial_cp_conference', 'icpc_icpc_outcome_cp_flag'
    ) }}
)

select * from final
