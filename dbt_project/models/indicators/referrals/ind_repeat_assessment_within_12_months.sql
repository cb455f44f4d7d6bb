-- ASM-07: of assessments authorised, those of a child with another that was authorised on an
-- earlier day, in the 12 calendar months before.
with

fct_assessment as (
    select * from {{ ref('fct_assessment') }}
    where authorised_date is not null
),

assessment_days as (
    select distinct
        la_code,
        child_key,
        authorised_date
    from fct_assessment
),

previous_days as (
    select
        *,
        lag(authorised_date) over (
            partition by la_code, child_key
            order by authorised_date
        ) as previous_authorised_date
    from assessment_days
),

judged as (
    select
        fct_assessment.*,
        previous_days.previous_authorised_date
    from fct_assessment
    inner join previous_days
        on
            fct_assessment.la_code = previous_days.la_code
            and fct_assessment.child_key = previous_days.child_key
            and fct_assessment.authorised_date = previous_days.authorised_date
),

repeats as (
    select
        *,
        previous_authorised_date >= {{ add_months('authorised_date', -12) }} as is_repeat
    from judged
),

final as (
    select
        {{ indicator_columns(
            record_table='fct_assessment',
            record_key='assessment_key',
            event_date='authorised_date',
            numerator='case when is_repeat then 1 else 0 end',
            denominator='1',
            age_years='age_years',
            team_key='team_key',
        ) }}
    from repeats
)

select * from final
