{#
    Factors that belong to an assessment: one row per assessment and factor of its list.
#}
with

assessments as (
    select * from {{ source('cin_census', 'assessments') }}
),

factors as (
    select
        {{ technical_columns('cin_census', 'assessments') }},
        assessments._child_key as child_key,
        {{ census_link(
            'assessments', ['cin_referral_date', 'assessment_actual_start_date']
        ) }} as assessment_id,
        {{ each_member(factor_texts('assessments.assessment_factors')) }} as factor_text
    from assessments
    where assessments.assessment_factors is not null
),

final as (
    select
        source_system,
        la_code,
        extract_month,
        load_id,
        source_file,
        row_number,
        child_key,
        assessment_id,
        trim(factor_text) as factor_text
    from factors
    where trim(factor_text) <> ''
)

select * from final
