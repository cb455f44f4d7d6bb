{{ config(materialized='view') }}

with

resolved_observations as (
    select * from {{ ref('int_care_leaver_observations_resolved') }}
),

month_ends as (
    select * from {{ ref('int_month_ends') }}
),

authorities_by_month as (
    select * from {{ ref('int_authorities_by_month') }}
    where subject = 'care_leavers'
),

statuses as (
    select * from {{ ref('int_annex_a_statuses') }}
    where things = 'care_leaver_observations'
),

-- The observation that holds at the day; that of the month's own list, where the source has lists.
final as (
    select
        resolved_observations.record_key,
        month_ends.month_end_date
    from resolved_observations
    inner join month_ends
        on
            resolved_observations.la_code = month_ends.la_code
            and {{ is_open_at('resolved_observations.start_date',
                              'resolved_observations.end_date',
                              'month_ends.month_end_date') }}
    left join authorities_by_month
        on resolved_observations.la_code = authorities_by_month.la_code
    where authorities_by_month.la_code is null

    union all

    select
        record_key,
        month_end_date
    from statuses
)

select * from final
