-- WRK-05: working days lost to sickness in the twelve calendar months that end with the extract's
-- month, of those that could have been worked: the working days on which the post was held, by its
-- part of full time. The mean of the posts' percentages, weighted by what could have been worked.
with

-- The holder of the post stands where other indicators name a child.
fct_worker_post as (
    select
        *,
        coalesce(worker_key, worker_post_key) as child_key
    from {{ ref('fct_worker_post') }}
    where
        not is_vacant
        and not is_agency
        and absence_days is not null
        and full_time_equivalency > 0
),

dim_authority as (
    select * from {{ ref('dim_authority') }}
),

dim_date as (
    select * from {{ ref('dim_date') }}
),

working_days as (
    select
        dim_authority.la_code,
        dim_authority.as_at_date,
        dim_date.date_day
    from dim_authority
    inner join dim_date
        on
            dim_date.date_day <= dim_authority.as_at_date
            and dim_date.date_day
            > {{ last_day_of_month(add_months('dim_authority.as_at_date', -12)) }}
    where dim_date.is_working_day
),

possible as (
    select
        fct_worker_post.worker_post_key,
        working_days.as_at_date,
        count(*) as days
    from fct_worker_post
    inner join working_days
        on
            fct_worker_post.la_code = working_days.la_code
            and fct_worker_post.start_date <= working_days.date_day
            and (
                fct_worker_post.end_date >= working_days.date_day
                or fct_worker_post.end_date is null
            )
    group by fct_worker_post.worker_post_key, working_days.as_at_date
),

measured as (
    select
        fct_worker_post.*,
        possible.as_at_date,
        possible.days * fct_worker_post.full_time_equivalency as possible_days
    from fct_worker_post
    inner join possible on fct_worker_post.worker_post_key = possible.worker_post_key
),

final as (
    select
        {{ indicator_columns(
            record_table='fct_worker_post',
            record_key='worker_post_key',
            event_date='as_at_date',
            quantity='100 * absence_days / possible_days',
            weight='possible_days',
            team_key='team_key',
        ) }}
    from measured
)

select * from final
