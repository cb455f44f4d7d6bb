-- CL-02S: of the care leavers with a birthday in the year, those in touch around it.
with

int_care_leaver_birthdays as (
    select * from {{ ref('int_care_leaver_birthdays') }}
),

final as (
    select
        {{ care_leaver_birthday_columns(
            numerator="case when in_touch_code = 'YES' then 1 else 0 end",
            denominator='1',
        ) }}
    from int_care_leaver_birthdays
)

select * from final
