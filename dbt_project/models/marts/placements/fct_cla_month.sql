with

described_months as (
    select * from {{ ref('int_cla_months_described') }}
),

-- Looked after without a break for as long as long-term care takes (PLC-03); for 12 months, whom
-- the outcomes of the national return are about (HLT-03 and after). On 31 March that is since 1 April
-- of the year before: so many months before the day after.
judged_months as (
    select
        *,
        is_looked_after
        and care_start_date <= {{ months_up_to('month_end_date', 12) }} as is_looked_after_12_months,
        is_looked_after
        and care_start_date <= {{ months_up_to('month_end_date', 24) }} as is_looked_after_24_months,
        is_looked_after
        and coalesce(age_years < {{ rule('long_term_age', 'month_end_date') }}, false)
        and care_start_date
        <= {{ months_up_to('month_end_date', rule('long_term_months', 'month_end_date')) }}
            as is_long_term,
        -- A young child has more assessments a year (HLT-03).
        health_assessments_in_12_months
        >= case
            when age_years < {{ rule('young_child_age', 'month_end_date') }}
                then {{ rule('young_child_health_assessments_a_year', 'month_end_date') }}
            else {{ rule('health_assessments_a_year', 'month_end_date') }}
        end as is_health_assessed,
        -- The same said as the months between them (HLT-04).
        case
            when age_years < {{ rule('young_child_age', 'month_end_date') }}
                then {{ add_months(
                    'month_end_date',
                    '-' ~ rule('young_child_health_assessment_months', 'month_end_date')
                ) }}
            else {{ add_months(
                'month_end_date', '-' ~ rule('health_assessment_months', 'month_end_date')
            ) }}
        end as health_assessment_since_date,
        -- Visited since the child came to these carers: the next visit within some weeks, or months
        -- where they mean to stay (long-term fostering) and time has passed; else within the first
        -- days (REV-03).
        case
            when
                last_visit_date >= coalesce(placement_start_date, care_start_date)
                and placement_type_code in ('U1', 'U4')
                and placement_start_date
                <= {{ add_months(
                    'month_end_date', '-' ~ rule('settled_placement_months', 'month_end_date')
                ) }}
                then {{ add_months(
                    'last_visit_date', rule('settled_visit_months', 'last_visit_date')
                ) }}
            when last_visit_date >= coalesce(placement_start_date, care_start_date)
                then {{ add_days(
                    'last_visit_date', '7 * ' ~ rule('visit_weeks', 'last_visit_date')
                ) }}
            else {{ add_days(
                'coalesce(placement_start_date, care_start_date)',
                rule('first_visit_days', 'coalesce(placement_start_date, care_start_date)')
            ) }}
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
        locality_key,
        load_id,
        source_file,
        row_number
    from judged_months
)

select * from final
