{% set content = [
    'cppl_cp_plan_id',
    'cppl_referral_id',
    'cppl_icpc_id',
    'cppl_person_id',
    'cppl_cp_plan_start_date',
    'cppl_cp_plan_end_date',
    'cppl_cp_plan_initial_category',
    'cppl_cp_plan_ola',
    'cppl_cp_plan_latest_category',
] %}
{% set dates = {
    'start_date': 'cp_plans.cppl_cp_plan_start_date',
    'end_date': 'cp_plans.cppl_cp_plan_end_date',
} %}
{% set codes = {
    'initial_category_code': 'initial_category_match',
    'latest_category_code': 'latest_category_match',
    'is_other_authority': 'other_authority_match',
} %}

with

cp_plans as (
    select * from {{ source('ssd', 'ssd_cp_plans') }}
),

codes as (
    select * from {{ ref('int_codes_matched') }}
),

final as (
    select
        {{ technical_columns('ssd', 'cp_plans') }},
        cp_plans._child_key as child_key,
        {{ record_id('cp_plans', 'cppl_cp_plan_id', content) }} as record_id,
        {{ clean_id('cp_plans.cppl_cp_plan_id') }} as cp_plan_id,
        {{ clean_id('cp_plans.cppl_referral_id') }} as referral_id,
        {{ clean_id('cp_plans.cppl_icpc_id') }} as initial_conference_id,
        {{ clean_date('cp_plans.cppl_cp_plan_start_date') }} as start_date,
        {{ clean_date('cp_plans.cppl_cp_plan_end_date') }} as end_date,
        initial_category_match.code as initial_category_code,
        latest_category_match.code as latest_category_code,
        {{ flag('other_authority_match') }} as is_other_authority,
        {{ unreadable_dates(dates) }} as unreadable_dates,
        {{ placeholder_dates(dates) }} as placeholder_dates,
        {{ unknown_codes(codes) }} as unknown_codes
    from cp_plans
    {{ join_codes(
        'initial_category_match', 'abuse_category', 'cp_plans', 'cppl_cp_plan_initial_category'
    ) }}
    {{ join_codes(
        'latest_category_match', 'abuse_category', 'cp_plans', 'cppl_cp_plan_latest_category'
    ) }}
    {{ join_codes('other_authority_match', 'yes_no', 'cp_plans', 'cppl_cp_plan_ola') }}
)

select * from final
