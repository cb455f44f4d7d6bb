{{ config(materialized='ephemeral') }}

with

periods as (
    select * from {{ ref('int_periods_of_care_merged') }}
),

circumstances as (
    select * from {{ ref('int_circumstances_resolved') }}
),

-- Care that another authority took over, and a series of short breaks, did not end so that a child
-- could go back into care.
counted_ends as (
    select
        periods.la_code,
        periods.child_key,
        periods.start_date,
        periods.end_date
    from periods
    left join circumstances
        on {{ same_child_at('periods', 'circumstances', add_days('periods.end_date', -1)) }}
    where
        periods.end_date is not null
        and coalesce(periods.end_reason_code, 'not known') <> 'E3'
        and not {{ is_short_break('circumstances.legal_status_code') }}
),

final as (
    select
        periods.period_of_care_key,
        max(counted_ends.end_date) as previous_end_date
    from periods
    inner join counted_ends
        on
            {{ same_child('periods', 'counted_ends') }}
            and periods.start_date > counted_ends.start_date
            and periods.start_date > counted_ends.end_date
    group by periods.period_of_care_key
)

select * from final
