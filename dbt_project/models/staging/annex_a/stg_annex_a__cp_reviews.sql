{#
    Only the latest review of a plan is on the list, and not what it decided.
#}
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
    'review_date': 'plans.date_of_latest_review_conference',
} %}

with

plans as (
    select * from {{ source('annex_a', 'list_7_child_protection_plans') }}
),

final as (
    select
        {{ technical_columns('annex_a', 'plans') }},
        plans._child_key as child_key,
        {{ dated_record_id('plans', 'date_of_latest_review_conference', content) }} as record_id,
        cast(null as string) as cp_review_id,
        cast({{ clean_date('plans.cp_plan_start_date') }} as string) as cp_plan_id,
        cast(null as date) as due_date,
        {{ clean_date('plans.date_of_latest_review_conference') }} as review_date,
        cast(null as boolean) as is_continued,
        {{ unreadable_dates(dates) }} as unreadable_dates,
        {{ placeholder_dates(dates) }} as placeholder_dates,
        cast(null as string) as unknown_codes
    from plans
    where {{ clean_text('plans.date_of_latest_review_conference') }} is not null
)

select * from final
