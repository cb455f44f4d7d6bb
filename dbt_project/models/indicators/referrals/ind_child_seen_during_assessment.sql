-- ASM-06: of assessments authorised, those in which the child was seen; nobody can see a child who
-- is not born. A null flag is N.
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
            numerator='case when is_child_seen then 1 else 0 end',
            denominator='1',
            age_years='age_years',
            team_key='team_key',
        ) }}
    from fct_assessment
    where
        authorised_date is not null
        and not is_unborn
)

select * from final
