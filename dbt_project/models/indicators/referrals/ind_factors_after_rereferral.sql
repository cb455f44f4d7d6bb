-- REF-07F: the factors found at the end of the assessments of the re-referrals of REF-03, each once
-- an assessment.
with

fct_referral as (
    select * from {{ ref('fct_referral') }}
),

factors_found as (
    select * from {{ ref('int_factors_found') }}
),

found as (
    select factors_found.*
    from factors_found
    inner join fct_referral
        on factors_found.referral_key = fct_referral.referral_key
    where
        fct_referral.is_counted
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
