-- WRK-04: workers who left in the twelve calendar months that end with the month, out of those in
-- post at its end, agency workers aside: by full-time equivalents, of those whose hours are known.
-- A leaver has a numerator and no denominator. WRK-04H asks for the heads of the same rows.
with

fct_worker_post as (
    select * from {{ ref('fct_worker_post') }}
),

fct_workforce_month as (
    select * from {{ ref('fct_workforce_month') }}
),

month_ends as (
    select distinct
        la_code,
        month_end_date
    from fct_workforce_month
),

turned_over as (
    select
        fct_worker_post.la_code,
        fct_worker_post.worker_post_key,
        fct_worker_post.worker_key as child_key,
        fct_worker_post.team_key,
        fct_worker_post.full_time_equivalency,
        month_ends.month_end_date,
        1 as is_leaver,
        0 as is_in_post,
        fct_worker_post.load_id,
        fct_worker_post.source_file,
        fct_worker_post.row_number
    from fct_worker_post
    inner join month_ends
        on
            fct_worker_post.la_code = month_ends.la_code
            and fct_worker_post.end_date <= month_ends.month_end_date
            and fct_worker_post.end_date
            > {{ last_day_of_month(add_months('month_ends.month_end_date', -12)) }}
    where
        fct_worker_post.is_last_post
        and not fct_worker_post.is_agency
        and not fct_worker_post.is_vacant
    union all
    select
        la_code,
        worker_post_key,
        worker_key as child_key,
        team_key,
        full_time_equivalency,
        month_end_date,
        0 as is_leaver,
        1 as is_in_post,
        load_id,
        source_file,
        row_number
    from fct_workforce_month
    where
        not is_agency
        and not is_vacant
        and worker_key is not null
),

final as (
    select
        {{ indicator_columns(
            record_table='fct_worker_post',
            record_key='worker_post_key',
            event_date='month_end_date',
            numerator='is_leaver',
            denominator='is_in_post',
            quantity='case when full_time_equivalency > 0 then 100.0 * is_leaver end',
            weight='full_time_equivalency',
            team_key='team_key',
        ) }}
    from turned_over
)

select * from final
