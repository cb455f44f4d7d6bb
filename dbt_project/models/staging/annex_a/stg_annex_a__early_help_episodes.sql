{% set content = [
    'child_unique_id',
    'assessment_start_date',
    'assessment_completion_date',
] %}
{% set dates = {
    'start_date': 'assessments.assessment_start_date',
    'end_date': 'assessments.assessment_completion_date',
} %}

with

assessments as (
    select * from {{ source('annex_a', 'list_2_early_help_assessments') }}
),

final as (
    select
        {{ technical_columns('annex_a', 'assessments') }},
        assessments._child_key as child_key,
        {{ dated_record_id('assessments', 'assessment_start_date', content) }} as record_id,
        cast(null as string) as early_help_episode_id,
        {{ clean_date('assessments.assessment_start_date') }} as start_date,
        {{ clean_date('assessments.assessment_completion_date') }} as end_date,
        cast(null as string) as worker_key,
        {{ clean_text('assessments.organisation_completing_assessment') }} as organisation_name,
        {{ unreadable_dates(dates) }} as unreadable_dates,
        {{ placeholder_dates(dates) }} as placeholder_dates,
        cast(null as string) as unknown_codes
    from assessments
)

select * from final
