with

factors as (
    select * from {{ ref('int_assessment_factors_conformed') }}
),

assessments as (
    select * from {{ ref('int_assessments_conformed') }}
),

localities as (
    select * from {{ ref('int_child_localities') }}
),

final as (
    select
        factors.record_key as assessment_factor_key,
        factors.la_code,
        factors.child_key,
        assessments.record_key as assessment_key,
        factors.factor_code,
        localities.locality_key,
        factors.load_id,
        factors.source_file,
        factors.row_number
    from factors
    left join assessments
        on
            factors.la_code = assessments.la_code
            and factors.source_system = assessments.source_system
            and factors.child_key = assessments.child_key
            and factors.assessment_id = assessments.assessment_id
    {{ join_locality(
        'factors', 'coalesce(assessments.authorised_date, assessments.start_date)'
    ) }}
)

select * from final
