-- CL-06S: of the care leavers with a birthday of that age in the year, those in education,
-- employment or training around it.
with

int_care_leaver_birthdays as (
    select * from {{ ref('int_care_leaver_birthdays') }}
),

age_band as (
    select * from {{ ref('age_band') }}
    where
        age_band_set = 'care_leaver'
        and age_band = '17 to 18'
),

of_that_age as (
    select int_care_leaver_birthdays.*
    from int_care_leaver_birthdays
    inner join age_band on int_care_leaver_birthdays.birthday_age_years = age_band.age_years
),

final as (
    select
        {{ indicator_columns(
            record_table='fct_care_leaver_outcome',
            record_key='care_leaver_outcome_key',
            event_date='birthday_date',
            numerator='case when is_in_education_employment_training then 1 else 0 end',
            denominator='1',
            age_years='birthday_age_years',
            team_key='team_key',
        ) }}
    from of_that_age
)

select * from final
