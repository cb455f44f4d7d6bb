{% set content = [
    'cppr_cp_review_id',
    'cppr_person_id',
    'cppr_cp_plan_id',
    'cppr_cp_review_due',
    'cppr_cp_review_date',
    'cppr_cp_review_meeting_id',
    'cppr_cp_review_outcome_continue_cp',
    'cppr_cp_review_quorate',
    'cppr_cp_review_participation',
] %}
{% set dates = {
    'due_date': 'cp_reviews.cppr_cp_review_due',
    'review_date': 'cp_reviews.cppr_cp_review_date',
} %}
{% set codes = {
    'is_continued': 'continued_match',
} %}

with

cp_reviews as (
    select * from {{ source('ssd', 'ssd_cp_reviews') }}
),

codes as (
    select * from {{ ref('int_codes_matched') }}
),

final as (
    select
        {{ technical_columns('ssd', 'cp_reviews') }},
        cp_reviews._child_key as child_key,
        {{ record_id('cp_reviews', 'cppr_cp_review_id', content) }} as record_id,
        {{ clean_id('cp_reviews.cppr_cp_review_id') }} as cp_review_id,
        {{ clean_id('cp_reviews.cppr_cp_plan_id') }} as cp_plan_id,
        {{ clean_date('cp_reviews.cppr_cp_review_due') }} as due_date,
        {{ clean_date('cp_reviews.cppr_cp_review_date') }} as review_date,
        {{ flag('continued_match') }} as is_continued,
        {{ unreadable_dates(dates) }} as unreadable_dates,
        {{ placeholder_dates(dates) }} as placeholder_dates,
        {{ unknown_codes(codes) }} as unknown_codes
    from cp_reviews
    {{ join_codes(
        'continued_match', 'yes_no', 'cp_reviews', 'cppr_cp_review_outcome_continue_cp'
    ) }}
)

select * from final
