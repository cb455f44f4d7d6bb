-- CL-03S: of the care leavers with a birthday of that age in the year (abroad, deported and
-- residence not known left out), those in suitable accommodation around it.
with

int_care_leaver_birthdays as (
    select * from {{ ref('int_care_leaver_birthdays') }}
),

age_band as (
    select * from {{ ref('age_band') }}
),

final as (
    select
        {{ care_leaver_birthday_columns(
            numerator='case when is_accommodation_suitable then 1 else 0 end',
            denominator='1',
        ) }}
    from int_care_leaver_birthdays
    where
        {{ is_accommodation_asked('accommodation_code') }}
        and {{ is_in_age_band('birthday_age_years', 'care_leaver', '17 to 18') }}
)

select * from final
