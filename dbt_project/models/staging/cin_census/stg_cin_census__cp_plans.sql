{% set content = [
    'la_child_id',
    'cin_referral_date',
    'cpp_start_date',
    'cpp_end_date',
    'initial_category_of_abuse',
    'latest_category_of_abuse',
    'number_of_previous_cpp',
] %}
{% set dates = {
    'start_date': 'plans.cpp_start_date',
    'end_date': 'plans.cpp_end_date',
} %}
{% set codes = {
    'initial_category_code': 'initial_category_match',
    'latest_category_code': 'latest_category_match',
} %}
{% set numbers = {
    'previous_plan_count': 'plans.number_of_previous_cpp',
} %}

with

plans as (
    select * from {{ source('cin_census', 'child_protection_plans') }}
),

codes as (
    select * from {{ ref('int_codes_matched') }}
),

final as (
    select
        {{ technical_columns('cin_census', 'plans') }},
        plans._child_key as child_key,
        {{ census_record_id('plans', ['cpp_start_date'], content) }} as record_id,
        {{ census_link('plans', ['cpp_start_date']) }} as cp_plan_id,
        {{ census_link('plans', ['cin_referral_date']) }} as referral_id,
        {{ census_link('plans', ['cin_referral_date', 'cpp_start_date']) }}
            as initial_conference_id,
        {{ clean_date('plans.cpp_start_date') }} as start_date,
        {{ clean_date('plans.cpp_end_date') }} as end_date,
        initial_category_match.code as initial_category_code,
        latest_category_match.code as latest_category_code,
        false as is_other_authority,
        {{ clean_number('plans.number_of_previous_cpp') }} as previous_plan_count,
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
