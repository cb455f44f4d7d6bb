{{ config(materialized='view') }}

with

cla_months as (
    select * from {{ ref('int_cla_months') }}
),

placement_counts as (
    select * from {{ ref('int_placements_counted') }}
),

circumstances as (
    select * from {{ ref('int_circumstances_resolved') }}
),

held_placements as (
    select * from {{ ref('int_placements_held') }}
),

overseen_months as (
    select * from {{ ref('int_cla_months_overseen') }}
),

checked_months as (
    select * from {{ ref('int_cla_months_checked') }}
),

localities as (
    select * from {{ ref('int_child_localities') }}
),

final as (
    select
        cla_months.la_code,
        cla_months.child_key,
        cla_months.month_end_date,
        cla_months.period_of_care_key,
        cla_months.care_start_date,
        cla_months.primary_need_code,
        cla_months.age_years,
        cla_months.age_at_start_years,
        cla_months.load_id,
        cla_months.source_file,
        cla_months.row_number,
        circumstances.legal_status_code,
        {{ is_short_break('circumstances.legal_status_code') }} as is_short_break,
        coalesce(
            cla_months.age_years < {{ rule('adult_age', 'cla_months.month_end_date') }}, true
        )
        and not {{ is_short_break('circumstances.legal_status_code') }} as is_looked_after,
        circumstances.placement_key,
        circumstances.placement_type_code,
        circumstances.provider_code,
        circumstances.distance_miles,
        circumstances.is_in_home_authority,
        coalesce(placement_counts.placements_in_12_months, 0) as placements_in_12_months,
        coalesce(placement_counts.placements_in_24_months, 0) as placements_in_24_months,
        held_placements.move_start_date as placement_start_date,
        coalesce(overseen_months.reviews_due_in_12_months, 0) as reviews_due_in_12_months,
        coalesce(overseen_months.reviews_late_in_12_months, 0) as reviews_late_in_12_months,
        overseen_months.last_visit_date,
        coalesce(overseen_months.social_workers_in_12_months, 0) as social_workers_in_12_months,
        checked_months.last_health_assessment_date,
        coalesce(checked_months.health_assessments_in_12_months, 0)
            as health_assessments_in_12_months,
        coalesce(checked_months.has_dental_check, false) as has_dental_check,
        coalesce(checked_months.has_development_check, false) as has_development_check,
        coalesce(checked_months.is_immunised, false) as is_immunised,
        checked_months.sdq_score,
        coalesce(checked_months.has_substance_misuse, false) as has_substance_misuse,
        coalesce(checked_months.has_conviction, false) as has_conviction,
        coalesce(
            held_placements.stability_start_date
            <= {{ months_up_to(
                'cla_months.month_end_date',
                rule('stable_placement_months', 'cla_months.month_end_date')
            ) }},
            false
        ) as is_in_same_placement,
        coalesce(circumstances.is_unaccompanied, false) as is_unaccompanied,
        coalesce(circumstances.team_key, {{ unknown_team_key('cla_months.la_code') }}) as team_key,
        localities.locality_key
    from cla_months
    left join placement_counts
        on
            cla_months.la_code = placement_counts.la_code
            and cla_months.child_key = placement_counts.child_key
            and cla_months.month_end_date = placement_counts.month_end_date
    left join circumstances
        on {{ same_child_at('cla_months', 'circumstances', 'cla_months.month_end_date') }}
    left join held_placements
        on {{ same_child_at('cla_months', 'held_placements', 'cla_months.month_end_date') }}
    left join overseen_months
        on
            cla_months.la_code = overseen_months.la_code
            and cla_months.child_key = overseen_months.child_key
            and cla_months.month_end_date = overseen_months.month_end_date
    left join checked_months
        on
            cla_months.la_code = checked_months.la_code
            and cla_months.child_key = checked_months.child_key
            and cla_months.month_end_date = checked_months.month_end_date
    {{ join_locality('cla_months', 'cla_months.month_end_date') }}
)

select * from final
