{% set content = [
    'child_unique_id',
    'continuous_assessment_start_date',
    'child_seen_during_continuous_assessment',
    'continuous_assessment_date_of_authorisation',
    'was_the_child_assessed_as_requiring_support',
    'allocated_team',
    'allocated_worker',
] %}
{% set dates = {
    'start_date': 'assessments.continuous_assessment_start_date',
    'authorised_date': 'assessments.continuous_assessment_date_of_authorisation',
} %}
{% set codes = {
    'is_child_seen': 'child_seen_match',
    'is_no_further_action': 'support_match',
} %}

with

assessments as (
    select * from {{ source('annex_a', 'list_4_assessments') }}
),

codes as (
    select * from {{ ref('int_codes_matched') }}
),

final as (
    select
        {{ technical_columns('annex_a', 'assessments') }},
        assessments._child_key as child_key,
        {{ dated_record_id('assessments', 'continuous_assessment_start_date', content) }}
            as record_id,
        cast(null as string) as assessment_id,
        cast(null as string) as referral_id,
        {{ clean_date('assessments.continuous_assessment_start_date') }} as start_date,
        {{ clean_date('assessments.continuous_assessment_date_of_authorisation') }}
            as authorised_date,
        {{ flag('child_seen_match') }} as is_child_seen,
        coalesce(support_match.code = 'N', false) as is_no_further_action,
        cast(null as string) as outcome_codes,
        {{ clean_text('assessments.allocated_team') }} as team,
        assessments.allocated_worker as worker_key,
        {{ unreadable_dates(dates) }} as unreadable_dates,
        {{ placeholder_dates(dates) }} as placeholder_dates,
        {{ unknown_codes(codes) }} as unknown_codes
    from assessments
    {{ join_codes(
        'child_seen_match', 'yes_no_unknown',
        'assessments', 'child_seen_during_continuous_assessment'
    ) }}
    {{ join_codes(
        'support_match', 'yes_no_unknown',
        'assessments', 'was_the_child_assessed_as_requiring_support'
    ) }}
)

select * from final
