-- REF-07F: the factors found at the end of the assessments of the re-referrals of REF-03, each once
-- an assessment. 21 says that there was none.
with

fct_referral as (
    select * from {{ ref('fct_referral') }}
),

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
    inner join fct_referral
        on fct_assessment.referral_key = fct_referral.referral_key
    where
        fct_assessment.authorised_date is not null
        and fct_assessment_factor.factor_code <> '21'
        and fct_referral.is_counted
        and fct_referral.is_rereferral_within_12_months
),

final as (
    select
        {{ indicator_columns(
            record_table='fct_assessment_factor',
            record_key='assessment_factor_key',
            event_date='authorised_date',
            denominator='1',
            age_years='age_years',
            team_key='team_key',
            factor_code='factor_code',
        ) }}
    from found
)

select * from final
