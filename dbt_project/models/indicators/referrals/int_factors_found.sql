-- One row per factor found at the end of an assessment that is finished, with what is known of the
-- assessment. 21 says that there was none. A view, for the views of the records read it.
{{ config(materialized='view', database='analyst', schema='internal') }}
with

fct_assessment as (
    select * from {{ ref('fct_assessment') }}
),

fct_assessment_factor as (
    select * from {{ ref('fct_assessment_factor') }}
),

final as (
    select
        fct_assessment_factor.*,
        fct_assessment.authorised_date,
        fct_assessment.age_years,
        fct_assessment.team_key,
        fct_assessment.referral_key
    from fct_assessment_factor
    inner join fct_assessment
        on fct_assessment_factor.assessment_key = fct_assessment.assessment_key
    where
        fct_assessment.authorised_date is not null
        and fct_assessment_factor.factor_code <> '21'
)

select * from final
