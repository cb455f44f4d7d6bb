{#
    What can be compared: a fact that the source chosen for its subject and another delivered source
    both carry, in the days that both cover. Nothing where one source is delivered.
#}

with

delivered_table as (
    select * from {{ source('ops', 'delivered_table') }}
),

source_measure as (
    select * from {{ ref('source_measure') }}
),

subject_sources as (
    select * from {{ ref('int_subject_sources') }}
),

covered as (
    select
        delivered_table.la_code,
        source_measure.measure,
        source_measure.subject,
        source_measure.measured_as,
        source_measure.source_system,
        source_measure.largest_difference_pct,
        min(delivered_table.history_start_date) as first_date,
        max(delivered_table.as_at_date) as last_date
    from delivered_table
    inner join source_measure
        on
            delivered_table.source_system = source_measure.source_system
            and delivered_table.table_name = source_measure.table_name
    group by
        delivered_table.la_code,
        source_measure.measure,
        source_measure.subject,
        source_measure.measured_as,
        source_measure.source_system,
        source_measure.largest_difference_pct
),

final as (
    select
        chosen.la_code,
        chosen.subject,
        chosen.measure,
        chosen.measured_as,
        chosen.source_system,
        other.source_system as other_source_system,
        greatest(chosen.first_date, other.first_date) as first_date,
        least(chosen.last_date, other.last_date) as last_date,
        other.largest_difference_pct
    from covered as chosen
    inner join subject_sources
        on
            chosen.la_code = subject_sources.la_code
            and chosen.subject = subject_sources.subject
            and chosen.source_system = subject_sources.source_system
    inner join covered as other
        on
            chosen.la_code = other.la_code
            and chosen.measure = other.measure
            and chosen.source_system <> other.source_system
    where greatest(chosen.first_date, other.first_date) <= least(chosen.last_date, other.last_date)
)

select * from final
