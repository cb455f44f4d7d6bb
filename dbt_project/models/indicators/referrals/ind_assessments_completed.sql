-- ASM-01: assessments by the day on which they were authorised.
with

fct_assessment as (
    select * from {{ ref('fct_assessment') }}
),

final as (
    select
        {{ indicator_columns(
            record_table='fct_assessment',
            record_key='assessment_key',
            event_date='authorised_date',
            age_years='age_years',
            team_key='team_key',
        ) }}
    from fct_assessment
    where authorised_date is not null
)

select * from final
