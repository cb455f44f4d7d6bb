-- ASM-02: of assessments authorised, those in time from their start. Without a usable start
-- there are no working days: the assessment stays in the denominator and is not in time.
with

fct_assessment as (
    select * from {{ ref('fct_assessment') }}
),

threshold as (
    select * from {{ ref('threshold') }}
    where indicator_code = 'ASM-02'
),

measured as (
    select
        fct_assessment.*,
        threshold.threshold
    from fct_assessment
    left join threshold
        on {{ holds_at('threshold', 'fct_assessment.authorised_date') }}
),

final as (
    select
        {{ indicator_columns(
            record_table='fct_assessment',
            record_key='assessment_key',
            event_date='authorised_date',
            numerator='case when working_days_from_start <= threshold then 1 else 0 end',
            denominator='1',
            quantity='cast(working_days_from_start as double)',
            age_years='age_years',
            team_key='team_key',
        ) }}
    from measured
    where authorised_date is not null
)

select * from final
