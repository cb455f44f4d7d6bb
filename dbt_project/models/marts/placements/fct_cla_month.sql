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

described_months as (
    select
        cla_months.*,
        circumstances.legal_status_code,
        {{ is_short_break('circumstances.legal_status_code') }} as is_short_break,
        coalesce(cla_months.age_years < 18, true)
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
            <= {{ add_months('cla_months.month_end_date', -24) }},
            false
        ) as is_in_same_placement,
        coalesce(circumstances.is_unaccompanied, false) as is_unaccompanied,
        coalesce(circumstances.team_key, {{ unknown_team_key('cla_months.la_code') }}) as team_key
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
),

-- Looked after without a break since 30 months before the day or earlier (PLC-03); since 12, whom
-- the outcomes of the national return are about (HLT-03 and after).
judged_months as (
    select
        *,
        is_looked_after
        and care_start_date <= {{ add_months('month_end_date', -12) }} as is_looked_after_12_months,
        is_looked_after
        and care_start_date <= {{ add_months('month_end_date', -24) }} as is_looked_after_24_months,
        is_looked_after
        and coalesce(age_years < 16, false)
        and care_start_date <= {{ add_months('month_end_date', -30) }} as is_long_term,
        -- Two assessments a year before the fifth birthday, one after it (HLT-03).
        health_assessments_in_12_months >= case when age_years < 5 then 2 else 1 end
            as is_health_assessed,
        -- That is every 6 months, or every 12 (HLT-04).
        {{ add_months('month_end_date', 'case when age_years < 5 then -6 else -12 end') }}
            as health_assessment_since_date,
        -- Visited since the child came to these carers: the next visit within 6 weeks, or 3 months
        -- after a year with carers who mean to stay (long-term fostering); else within a week (REV-03).
        case
            when
                last_visit_date >= coalesce(placement_start_date, care_start_date)
                and placement_type_code in ('U1', 'U4')
                and placement_start_date <= {{ add_months('month_end_date', -12) }}
                then {{ add_months('last_visit_date', 3) }}
            when last_visit_date >= coalesce(placement_start_date, care_start_date)
                then {{ add_days('last_visit_date', '6 * 7') }}
            else {{ add_days('coalesce(placement_start_date, care_start_date)', 7) }}
        end as next_visit_due_date
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
        primary_need_code,
        legal_status_code,
        is_short_break,
        is_looked_after,
        is_looked_after_12_months,
        is_looked_after_24_months,
        placement_key,
        placement_type_code,
        provider_code,
        distance_miles,
        is_in_home_authority,
        placement_start_date,
        placements_in_12_months,
        placements_in_24_months,
        is_long_term,
        is_long_term and is_in_same_placement as is_stable,
        reviews_due_in_12_months,
        reviews_late_in_12_months,
        last_visit_date,
        next_visit_due_date,
        social_workers_in_12_months,
        last_health_assessment_date,
        health_assessments_in_12_months,
        is_health_assessed,
        is_looked_after
        and care_start_date <= health_assessment_since_date as is_health_assessment_due,
        is_looked_after
        and care_start_date <= health_assessment_since_date
        and coalesce(last_health_assessment_date < health_assessment_since_date, true)
            as is_health_assessment_overdue,
        has_dental_check,
        has_development_check,
        is_immunised,
        sdq_score,
        has_substance_misuse,
        has_conviction,
        is_unaccompanied,
        age_years,
        age_at_start_years,
        team_key,
        load_id,
        source_file,
        row_number
    from judged_months
)

select * from final
