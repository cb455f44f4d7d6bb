-- ASM-08: the factors found at the end of assessments, each once an assessment.
with

factors_found as (
    select * from {{ ref('int_factors_found') }}
),

final as (
    select
        {{ indicator_columns(
            record_table='fct_assessment_factor',
            record_key='assessment_factor_key',
            event_date='authorised_date',
            age_years='age_years',
            team_key='team_key',
            factor_code='factor_code',
        ) }}
    from factors_found
)

select * from final
