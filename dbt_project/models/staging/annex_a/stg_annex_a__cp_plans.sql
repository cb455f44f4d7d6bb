{% set content = [
    'child_unique_id',
    'cp_plan_start_date',
    'initial_category_of_abuse',
    'latest_category_of_abuse',
    'date_of_latest_review_conference',
    'cp_plan_end_date',
    'number_of_previous_cp_plans',
    'allocated_team',
    'allocated_worker',
] %}
{% set dates = {
    'start_date': 'plans.cp_plan_start_date',
    'end_date': 'plans.cp_plan_end_date',
} %}
{% set codes = {
    'initial_category_code': 'initial_category_match',
    'latest_category_code': 'latest_category_match',
} %}
{% set numbers = {
    'previous_plan_count': 'plans.number_of_previous_cp_plans',
} %}

with

plans as (
    select * from {{ source('annex_a', 'list_7_child_protection_plans') }}
),

codes as (
    select * from {{ ref('int_codes_matched') }}
),

final as (
    select
        {{ technical_columns('annex_a', 'plans') }},
        plans._child_key as child_key,
        {{ dated_record_id('plans', 'cp_plan_start_date', content) }} as record_id,
        cast({{ clean_date('plans.cp_plan_start_date') }} as string) as cp_plan_id,
        cast(null as string) as referral_id,
        cast(null as string) as initial_conference_id,
        {{ clean_date('plans.cp_plan_start_date') }} as start_date,
        {{ clean_date('plans.cp_plan_end_date') }} as end_date,
        initial_category_match.code as initial_category_code,
        latest_category_match.code as latest_category_code,
        false as is_other_authority,
        {{ clean_number('plans.number_of_previous_cp_plans') }} as previous_plan_count,
        {{ unreadable_dates(dates) }} as unreadable_dates,
        {{ placeholder_dates(dates) }} as placeholder_dates,
        {{ unknown_codes(codes, numbers) }} as unknown_codes
    from plans
    {{ join_codes(
        'initial_category_match', 'abuse_category', 'plans', 'initial_category_of_abuse'
    ) }}
    {{ join_codes('latest_category_match', 'abuse_category', 'plans', 'latest_category_of_abuse') }}
)

select * from final
