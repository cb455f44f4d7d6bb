-- The same fact from two sources: each financial year (1 April to 31 March) and the whole of the
-- days that both cover. A record is in both if the child is the same, and of an event the day too.
{{ config(materialized='table', database='analyst') }}

with

source_pairs as (
    select * from {{ ref('int_source_pairs') }}
),

source_records as (
    select * from {{ ref('int_source_records') }}
),

dim_date as (
    select * from {{ ref('dim_date') }}
),

periods as (
    select
        source_pairs.*,
        'year' as period_type,
        dim_date.year_start_date as period_start_date,
        dim_date.year_end_date as period_end_date
    from source_pairs
    inner join dim_date
        on
            source_pairs.first_date <= dim_date.year_start_date
            and source_pairs.last_date >= dim_date.year_end_date
            and dim_date.date_day = dim_date.year_end_date
    union all
    select
        source_pairs.*,
        'days_in_common' as period_type,
        source_pairs.first_date as period_start_date,
        source_pairs.last_date as period_end_date
    from source_pairs
),

-- One row per child, or child and day: which of the two sources has it.
found as (
    select
        periods.la_code,
        periods.measure,
        periods.other_source_system,
        periods.period_type,
        periods.period_end_date,
        source_records.child_key,
        case when periods.measured_as = 'event' then source_records.start_date end as event_date,
        max(case when source_records.source_system = periods.source_system then 1 else 0 end)
            as is_in_source,
        max(case when source_records.source_system <> periods.source_system then 1 else 0 end)
            as is_in_other
    from periods
    inner join source_records
        on
            periods.la_code = source_records.la_code
            and periods.measure = source_records.measure
            and source_records.source_system in (periods.source_system, periods.other_source_system)
    where
        (
            periods.measured_as = 'event'
            and source_records.start_date between periods.period_start_date
            and periods.period_end_date
        )
        or (
            periods.measured_as = 'snapshot'
            and {{ is_open_at(
                'source_records.start_date', 'source_records.end_date', 'periods.period_end_date'
            ) }}
        )
    group by
        periods.la_code,
        periods.measure,
        periods.other_source_system,
        periods.period_type,
        periods.period_end_date,
        source_records.child_key,
        case when periods.measured_as = 'event' then source_records.start_date end
),

counted as (
    select
        la_code,
        measure,
        other_source_system,
        period_type,
        period_end_date,
        sum(is_in_source) as source_value,
        sum(is_in_other) as other_value,
        sum(is_in_source * (1 - is_in_other)) as only_in_source,
        sum(is_in_other * (1 - is_in_source)) as only_in_other
    from found
    group by la_code, measure, other_source_system, period_type, period_end_date
),

compared as (
    select
        periods.la_code,
        periods.subject,
        periods.measure,
        periods.measured_as,
        periods.period_type,
        periods.period_start_date,
        periods.period_end_date,
        periods.source_system,
        periods.other_source_system,
        periods.largest_difference_pct,
        cast(coalesce(counted.source_value, 0) as bigint) as source_value,
        cast(coalesce(counted.other_value, 0) as bigint) as other_value,
        cast(coalesce(counted.only_in_source, 0) as bigint) as only_in_source,
        cast(coalesce(counted.only_in_other, 0) as bigint) as only_in_other
    from periods
    left join counted
        on
            periods.la_code = counted.la_code
            and periods.measure = counted.measure
            and periods.other_source_system = counted.other_source_system
            and periods.period_type = counted.period_type
            and periods.period_end_date = counted.period_end_date
),

final as (
    select
        la_code,
        subject,
        measure,
        measured_as,
        period_type,
        period_start_date,
        period_end_date,
        source_system,
        source_value,
        other_source_system,
        other_value,
        source_value - other_value as difference,
        100.0 * (source_value - other_value) / nullif(other_value, 0) as difference_pct,
        only_in_source,
        only_in_other,
        largest_difference_pct,
        100.0 * abs(source_value - other_value) > largest_difference_pct * other_value
            as is_large_difference
    from compared
)

select * from final
