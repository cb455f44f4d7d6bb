with

cla_months as (
    select * from {{ ref('int_cla_months') }}
),

placement_counts as (
    select * from {{ ref('int_placements_counted') }}
),

legal_statuses as (
    select * from {{ ref('int_legal_statuses_resolved') }}
),

placements as (
    select * from {{ ref('int_placements_resolved') }}
),

held_placements as (
    select * from {{ ref('int_placements_held') }}
),

unaccompanied_statuses as (
    select * from {{ ref('int_unaccompanied_statuses_resolved') }}
),

teams as (
    select * from {{ ref('int_teams_resolved') }}
),

described_months as (
    select
        cla_months.*,
        legal_statuses.legal_status_code,
        {{ is_short_break('legal_statuses.legal_status_code') }} as is_short_break,
        coalesce(cla_months.age_years < 18, true)
        and not {{ is_short_break('legal_statuses.legal_status_code') }} as is_looked_after,
        placements.placement_key,
        placements.placement_type_code,
        placements.provider_code,
        placements.distance_miles,
        coalesce(placement_counts.placements_in_12_months, 0) as placements_in_12_months,
        coalesce(
            held_placements.stability_start_date
            <= {{ add_months('cla_months.month_end_date', -24) }},
            false
        ) as is_in_same_placement,
        unaccompanied_statuses.child_key is not null as is_unaccompanied,
        coalesce(teams.team_key, {{ unknown_team_key('cla_months.la_code') }}) as team_key
    from cla_months
    left join placement_counts
        on
            cla_months.la_code = placement_counts.la_code
            and cla_months.child_key = placement_counts.child_key
            and cla_months.month_end_date = placement_counts.month_end_date
    left join legal_statuses
        on
            cla_months.la_code = legal_statuses.la_code
            and cla_months.child_key = legal_statuses.child_key
            and {{ is_open_at('legal_statuses.start_date', 'legal_statuses.end_date',
                              'cla_months.month_end_date') }}
    left join placements
        on
            cla_months.la_code = placements.la_code
            and cla_months.child_key = placements.child_key
            and {{ is_open_at('placements.start_date', 'placements.end_date',
                              'cla_months.month_end_date') }}
    left join held_placements
        on
            cla_months.la_code = held_placements.la_code
            and cla_months.child_key = held_placements.child_key
            and {{ is_open_at('held_placements.start_date', 'held_placements.end_date',
                              'cla_months.month_end_date') }}
    left join unaccompanied_statuses
        on
            cla_months.la_code = unaccompanied_statuses.la_code
            and cla_months.child_key = unaccompanied_statuses.child_key
            and {{ is_open_at(
                'unaccompanied_statuses.start_date',
                'unaccompanied_statuses.end_date',
                'cla_months.month_end_date'
            ) }}
    left join teams
        on
            cla_months.la_code = teams.la_code
            and cla_months.child_key = teams.child_key
            and {{ is_open_at('teams.start_date', 'teams.end_date',
                              'cla_months.month_end_date') }}
),

-- Looked after without a break since 30 months before the day or earlier (PLC-03).
judged_months as (
    select
        *,
        is_looked_after
        and coalesce(age_years < 16, false)
        and care_start_date <= {{ add_months('month_end_date', -30) }} as is_long_term
    from described_months
),

final as (
    select
        {{ hash_key(['la_code', 'child_key', 'month_end_date']) }} as cla_month_key,
        la_code,
        child_key,
        month_end_date,
        period_of_care_key,
        care_start_date,
        legal_status_code,
        is_short_break,
        is_looked_after,
        placement_key,
        placement_type_code,
        provider_code,
        distance_miles,
        placements_in_12_months,
        is_long_term,
        is_long_term and is_in_same_placement as is_stable,
        is_unaccompanied,
        age_years,
        team_key,
        load_id,
        source_file,
        row_number
    from judged_months
)

select * from final
