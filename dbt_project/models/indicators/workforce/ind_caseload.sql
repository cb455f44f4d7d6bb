-- WRK-01: cases for each full-time equivalent of those who hold any at the month end, agency
-- workers too: the mean of each post's cases for a full-time post, weighted by its part of full
-- time. Who holds several posts has the same cases in all of them, and counts once.
with

-- The holder of the post stands where other indicators name a child.
fct_workforce_month as (
    select
        *,
        worker_key as child_key
    from {{ ref('fct_workforce_month') }}
    where
        not is_vacant
        and worker_key is not null
),

measured as (
    select
        *,
        children_count / sum(full_time_equivalency) over (
            partition by la_code, worker_key, month_end_date
        ) as cases_of_full_time
    from fct_workforce_month
    where
        children_count > 0
        and full_time_equivalency > 0
),

final as (
    select
        {{ indicator_columns(
            record_table='fct_workforce_month',
            record_key='workforce_month_key',
            related_record_key='worker_post_key',
            event_date='month_end_date',
            quantity='cases_of_full_time',
            weight='full_time_equivalency',
            team_key='team_key',
        ) }}
    from measured
)

select * from final
