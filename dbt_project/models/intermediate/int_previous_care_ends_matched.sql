{{ config(materialized='ephemeral') }}

with

periods as (
    select * from {{ ref('int_periods_of_care_merged') }}
),

-- Care that another authority took over did not end so that a child could go back into it, and of a
-- child dropped from the returns nobody knows whether it ended.
counted_ends as (
    select
        la_code,
        child_key,
        start_date,
        end_date
    from periods
    where
        end_date is not null
        and coalesce(end_reason_code, 'not known') <> 'E3'
        and not is_dropped_from_returns
),

-- Periods of a child never overlap; a real end and a new start may share a day.
final as (
    select
        periods.period_of_care_key,
        max(counted_ends.end_date) as previous_end_date
    from periods
    inner join counted_ends
        on
            {{ same_child('periods', 'counted_ends') }}
            and periods.start_date >= counted_ends.end_date
    group by periods.period_of_care_key
)

select * from final
