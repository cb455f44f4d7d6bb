-- REF-07P: of the assessments of re-referrals (REF-03) that found any factor, those that found a
-- need of a parent or carer: the letter B of the factors 1 to 6 (alcohol, drugs, domestic abuse,
-- mental health, learning disability, physical disability or illness).
with

fct_referral as (
    select * from {{ ref('fct_referral') }}
),

fct_assessment as (
    select * from {{ ref('fct_assessment') }}
),

factors_found as (
    select * from {{ ref('int_factors_found') }}
),

found as (
    select
        assessment_key,
        max({{ one_if("factor_code in ('1B', '2B', '3B', '4B', '5B', '6B')") }}) as is_of_parents
    from factors_found
    group by assessment_key
),

assessed as (
    select
        fct_assessment.*,
        found.is_of_parents
    from fct_assessment
    inner join found
        on fct_assessment.assessment_key = found.assessment_key
    inner join fct_referral
        on fct_assessment.referral_key = fct_referral.referral_key
    where
        fct_referral.is_counted
        and fct_referral.is_rereferral_within_12_months
),

final as (
    select
        {{ indicator_columns(
            record_table='fct_assessment',
            record_key='assessment_key',
            event_date='authorised_date',
            numerator='is_of_parents',
            denominator='1',
            age_years='age_years',
            team_key='team_key',
        ) }}
    from assessed
)

select * from final
