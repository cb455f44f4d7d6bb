with

placements as (
    select * from {{ ref('int_placements_conformed') }}
),

joined_placements as (
    select * from {{ ref('int_placements_joined') }}
),

persons as (
    select * from {{ ref('int_persons_conformed') }}
),

periods as (
    select * from {{ ref('int_periods_of_care_merged') }}
),

circumstances as (
    select * from {{ ref('int_circumstances_resolved') }}
),

localities as (
    select * from {{ ref('int_child_localities') }}
),

-- Placements that another one with the same carers goes on from.
continued_placements as (
    select distinct previous_placement_key as placement_key
    from joined_placements
    where move_group_key = previous_move_group_key
),

described_placements as (
    select
        placements.*,
        joined_placements.previous_placement_key,
        joined_placements.move_group_key,
        joined_placements.stability_group_key,
        joined_placements.stability_start_date,
        circumstances.legal_status_code,
        end_circumstances.legal_status_code as end_legal_status_code,
        coalesce(placements.end_date <= placements.start_date, false) as is_zero_days,
        coalesce(circumstances.is_unaccompanied, false) as is_unaccompanied,
        coalesce(end_circumstances.is_unaccompanied, false) as is_unaccompanied_at_end,
        periods.period_of_care_key is not null as is_care_going_on,
        continued_placements.placement_key is not null as is_continued,
        {{ age_years('persons.birth_date', 'placements.start_date') }} as age_years,
        {{ age_years('persons.birth_date', 'placements.end_date') }} as age_at_end_years,
        coalesce(circumstances.team_key, {{ unknown_team_key('placements.la_code') }}) as team_key,
        coalesce(end_circumstances.team_key, {{ unknown_team_key('placements.la_code') }})
            as end_team_key,
        localities.locality_key
    from placements
    left join joined_placements
        on placements.record_key = joined_placements.record_key
    left join continued_placements
        on placements.record_key = continued_placements.placement_key
    left join persons
        on {{ same_child('placements', 'persons') }}
    left join periods
        on
            placements.la_code = periods.la_code
            and placements.child_key = periods.child_key
            and placements.end_date > periods.start_date
            and (periods.end_date is null or periods.end_date > placements.end_date)
    left join circumstances
        on {{ same_child_at('placements', 'circumstances', 'placements.start_date') }}
    left join circumstances as end_circumstances
        on {{ same_child_at(
            'placements', 'end_circumstances', add_days('placements.end_date', -1)
        ) }}
    {{ join_locality('placements', 'placements.start_date') }}
),

final as (
    select
        record_key as placement_key,
        la_code,
        child_key,
        start_date,
        end_date,
        placement_type_code,
        provider_code,
        urn,
        {{ known_distance('distance_miles') }} as distance_miles,
        is_distance_derived,
        is_in_home_authority,
        change_reason_code,
        {{ is_temporary_placement('placement_type_code') }} as is_temporary,
        is_zero_days,
        previous_placement_key,
        move_group_key,
        stability_group_key,
        stability_start_date,
        legal_status_code,
        end_legal_status_code,
        is_unaccompanied,
        case when end_date is not null then is_unaccompanied_at_end end as is_unaccompanied_at_end,
        coalesce(move_group_key = record_key, false)
        and coalesce(age_years < {{ rule('adult_age', 'start_date') }}, true)
        and not {{ is_short_break('legal_status_code') }} as is_new,
        move_group_key is not null
        and is_care_going_on
        and not is_continued
        and not {{ is_short_break('end_legal_status_code') }} as is_left_for_another,
        age_years,
        age_at_end_years,
        team_key,
        case when end_date is not null then end_team_key end as end_team_key,
        locality_key,
        load_id,
        source_file,
        row_number
    from described_placements
)

select * from final
