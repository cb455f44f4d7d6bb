{% set content = [
    'la_child_id',
    'cin_referral_date',
    'assessment_actual_start_date',
    'assessment_internal_review_date',
    'assessment_authorisation_date',
    'assessment_factors',
] %}
{% set dates = {
    'start_date': 'assessments.assessment_actual_start_date',
    'authorised_date': 'assessments.assessment_authorisation_date',
} %}

with

assessments as (
    select * from {{ source('cin_census', 'assessments') }}
),

final as (
    select
        {{ technical_columns('cin_census', 'assessments') }},
        assessments._child_key as child_key,
        {{ census_record_id(
            'assessments', ['cin_referral_date', 'assessment_actual_start_date'], content
        ) }}
            as record_id,
        {{ census_link('assessments', ['cin_referral_date', 'assessment_actual_start_date']) }}
            as assessment_id,
        {{ census_link('assessments', ['cin_referral_date']) }} as referral_id,
        {{ clean_date('assessments.assessment_actual_start_date') }} as start_date,
        {{ clean_date('assessments.assessment_authorisation_date') }} as authorised_date,
        cast(null as boolean) as is_child_seen,
        cast(null as boolean) as is_no_further_action,
        cast(null as string) as outcome_codes,
        cast(null as string) as team,
        cast(null as string) as worker_key,
        {{ unreadable_dates(dates) }} as unreadable_dates,
        {{ placeholder_dates(dates) }} as placeholder_dates,
        cast(null as string) as unknown_codes
    from assessments
)

select * from final
