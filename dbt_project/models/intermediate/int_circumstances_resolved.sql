with

legal_statuses as (
    select * from {{ ref('int_legal_statuses_resolved') }}
),

placements as (
    select * from {{ ref('int_placements_resolved') }}
),

unaccompanied_statuses as (
    select * from {{ ref('int_unaccompanied_statuses_resolved') }}
),

teams as (
    select * from {{ ref('int_teams_resolved') }}
),

periods as (
    select * from {{ ref('int_periods_of_care_merged') }}
),

{{ stretches_between_changes(
    ['legal_statuses', 'placements', 'unaccompanied_statuses', 'teams', 'periods']
) }},

described_stretches as (
    select
        stretches.la_code,
        stretches.child_key,
        stretches.stretch_start_date as start_date,
        stretches.stretch_end_date as end_date,
        periods.period_of_care_key,
        legal_statuses.legal_status_code,
        placements.placement_key,
        placements.placement_type_code,
        placements.provider_code,
        placements.distance_miles,
        placements.is_in_home_authority,
        unaccompanied_statuses.child_key is not null as is_unaccompanied,
        teams.team_key
    from stretches
    left join periods
        on {{ same_child_at('stretches', 'periods', 'stretches.stretch_start_date') }}
    left join legal_statuses
        on {{ same_child_at('stretches', 'legal_statuses', 'stretches.stretch_start_date') }}
    left join placements
        on {{ same_child_at('stretches', 'placements', 'stretches.stretch_start_date') }}
    left join unaccompanied_statuses
        on {{ same_child_at(
            'stretches', 'unaccompanied_statuses', 'stretches.stretch_start_date'
        ) }}
    left join teams
        on {{ same_child_at('stretches', 'teams', 'stretches.stretch_start_date') }}
),

final as (
    select
        la_code,
        child_key,
        start_date,
        end_date,
        period_of_care_key,
        legal_status_code,
        period_of_care_key is not null as is_looked_after,
        placement_key,
        placement_type_code,
        provider_code,
        distance_miles,
        is_in_home_authority,
        is_unaccompanied,
        team_key
    from described_stretches
)

select * from final
