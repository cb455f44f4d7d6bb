-- CL-02S: of the care leavers with a birthday in the year, those in touch around it.
with

int_care_leaver_birthdays as (
    select * from {{ ref('int_care_leaver_birthdays') }}
),

final as (
    select
        {{ indicator_columns(
            record_table='fct_care_leaver_outcome',
            record_key='care_leaver_outcome_key',
            event_date='birthday_date',
            numerator="case when in_touch_code = 'YES' then 1 else 0 end",
            denominator='1',
            age_years='birthday_age_years',
            team_key='team_key',
        ) }}
    from int_care_leaver_birthdays
)

select * from final
