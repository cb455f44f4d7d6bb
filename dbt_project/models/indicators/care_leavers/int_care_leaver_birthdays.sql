-- One row per young person and birthday (17th to 21st) with an observation around it: the
-- observation nearest to the birthday; of two as near, the later row. Relevant, former relevant and
-- qualifying count; the national return has no eligibility, for it asks of care leavers only.
-- Those who had died or returned home are left out.
with

fct_care_leaver_outcome as (
    select * from {{ ref('fct_care_leaver_outcome') }}
),

near_a_birthday as (
    select
        *,
        row_number() over (
            partition by la_code, child_key, birthday_date
            order by
                abs(days_from_birthday) asc,
                source_file desc,
                row_number desc,
                care_leaver_outcome_key asc
        ) as nearness
    from fct_care_leaver_outcome
    where birthday_date is not null
),

final as (
    select
        care_leaver_outcome_key,
        la_code,
        child_key,
        birthday_date,
        birthday_age_years,
        in_touch_code,
        accommodation_code,
        coalesce(is_accommodation_suitable, false) as is_accommodation_suitable,
        is_in_education_employment_training,
        team_key,
        load_id,
        source_file,
        row_number
    from near_a_birthday
    where
        nearness = 1
        and (
            eligibility_code in ('FORMER_RELEVANT', 'RELEVANT', 'QUALIFYING')
            or (eligibility_code is null and source_system = 'ssda903')
        )
        and coalesce(in_touch_code, 'not known') not in ('DIED', 'RHOM')
)

select * from final
