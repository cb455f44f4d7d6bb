-- CL-12: children who turned 18 in care, by that day: looked after until the day before, a care
-- leaver from it on.
with

fct_period_of_care as (
    select * from {{ ref('fct_period_of_care') }}
),

final as (
    select
        {{ indicator_columns(
            record_table='fct_period_of_care',
            record_key='period_of_care_key',
            event_date='turned_18_date',
            age_years='18',
            team_key='turned_18_team_key',
            is_unaccompanied='is_unaccompanied_at_18',
        ) }}
    from fct_period_of_care
    where turned_18_date is not null
)

select * from final
