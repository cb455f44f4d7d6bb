{{ config(materialized='view') }}

with

persons as (
    select * from {{ ref('int_persons_conformed') }}
),

periods as (
    select
        periods.*,
        {{ add_days('periods.end_date', -1) }} as last_date,
        {{ age_years('persons.birth_date', 'periods.start_date') }} as age_at_start_years,
        {{ age_years('persons.birth_date', 'periods.end_date') }} as age_at_end_years,
        {{ birthday('persons.birth_date', rule('adult_age', 'periods.start_date')) }}
            as eighteenth_birthday_date
    from {{ ref('int_periods_of_care_merged') }} as periods
    left join persons
        on {{ same_child('periods', 'persons') }}
),

circumstances as (
    select * from {{ ref('int_circumstances_resolved') }}
),

-- The day before the 18th birthday matters only to who turned 18 in care.
turned_18 as (
    select
        periods.period_of_care_key,
        periods.eighteenth_birthday_date as turned_18_date,
        circumstances.placement_type_code,
        coalesce(circumstances.is_unaccompanied, false) as is_unaccompanied,
        circumstances.team_key
    from periods
    left join circumstances
        on {{ same_child_at(
            'periods', 'circumstances', add_days('periods.eighteenth_birthday_date', -1)
        ) }}
    where
        periods.eighteenth_birthday_date > periods.start_date
        and (periods.end_date is null or periods.eighteenth_birthday_date <= periods.end_date)
),

final as (
    select
        periods.period_of_care_key,
        periods.age_at_start_years,
        periods.age_at_end_years,
        at_start.legal_status_code as start_legal_status_code,
        at_start.placement_type_code as start_placement_type_code,
        coalesce(at_start.is_unaccompanied, false) as is_unaccompanied_at_start,
        coalesce(at_start.team_key, {{ unknown_team_key('periods.la_code') }}) as team_key,
        at_end.legal_status_code as end_legal_status_code,
        at_end.placement_type_code as end_placement_type_code,
        case
            when periods.end_date is not null then coalesce(at_end.is_unaccompanied, false)
        end as is_unaccompanied_at_end,
        case
            when periods.end_date is not null
                then coalesce(at_end.team_key, {{ unknown_team_key('periods.la_code') }})
        end as end_team_key,
        turned_18.turned_18_date,
        turned_18.placement_type_code as turned_18_placement_type_code,
        turned_18.is_unaccompanied as is_unaccompanied_at_18,
        case
            when turned_18.period_of_care_key is not null
                then coalesce(turned_18.team_key, {{ unknown_team_key('periods.la_code') }})
        end as turned_18_team_key
    from periods
    left join circumstances as at_start
        on {{ same_child_at('periods', 'at_start', 'periods.start_date') }}
    left join circumstances as at_end
        on {{ same_child_at('periods', 'at_end', 'periods.last_date') }}
    left join turned_18
        on periods.period_of_care_key = turned_18.period_of_care_key
)

select * from final
