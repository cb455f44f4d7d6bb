-- CON-05: of assessments authorised, those that found at least so many different factors. 20
-- (other) is no factor of its own.
with

fct_assessment as (
    select * from {{ ref('fct_assessment') }}
),

factors_found as (
    select * from {{ ref('int_factors_found') }}
),

threshold as (
    select * from {{ ref('threshold') }}
    where indicator_code = 'CON-05'
),

factor_counts as (
    select
        assessment_key,
        count(distinct factor_code) as factors
    from factors_found
    where factor_code <> '20'
    group by assessment_key
),

measured as (
    select
        fct_assessment.*,
        coalesce(factor_counts.factors, 0) as factors,
        threshold.threshold
    from fct_assessment
    left join factor_counts on fct_assessment.assessment_key = factor_counts.assessment_key
    left join threshold
        on {{ holds_at('threshold', 'fct_assessment.authorised_date') }}
),

final as (
    select
        {{ indicator_columns(
            record_table='fct_assessment',
            record_key='assessment_key',
            event_date='authorised_date',
            numerator='case when factors >= threshold then 1 else 0 end',
            denominator='1',
            quantity='cast(factors as double)',
            age_years='age_years',
            team_key='team_key',
        ) }}
    from measured
    where authorised_date is not null
)

select * from final
