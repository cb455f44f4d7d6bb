-- ASM-08: the factors found at the end of assessments, each once an assessment. 21 says that there
-- was none.
with

fct_assessment as (
    select * from {{ ref('fct_assessment') }}
),

fct_assessment_factor as (
    select * from {{ ref('fct_assessment_factor') }}
),

found as (
    select
        fct_assessment_factor.*,
        fct_assessment.authorised_date,
        fct_assessment.age_years,
        fct_assessment.team_key
    from fct_assessment_factor
    inner join fct_assessment
        on fct_assessment_factor.assessment_key = fct_assessment.assessment_key
    where
        fct_assessment.authorised_date is not null
        and fct_assessment_factor.factor_code <> '21'
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
    from found
)

select * from final
