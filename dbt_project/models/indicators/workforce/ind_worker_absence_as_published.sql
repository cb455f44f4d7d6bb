-- WRK-05P: working days lost to sickness in the twelve calendar months that end with the extract's
-- month, as published: out of the full-time equivalents in post at its end, times so many working
-- days (one more where the twelve months have a 29 February). Who left adds days lost alone.
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
),

dim_authority as (
    select * from {{ ref('dim_authority') }}
),

threshold as (
    select * from {{ ref('threshold') }}
    where indicator_code = 'WRK-05P'
),

possible as (
    select
        fct_worker_post.*,
        dim_authority.as_at_date,
        case
            when {{ is_open_at('fct_worker_post.start_date', 'fct_worker_post.end_date',
                               'dim_authority.as_at_date') }}
                then fct_worker_post.full_time_equivalency * (
                    threshold.threshold
                    + {{ days_between(
                        add_months('dim_authority.as_at_date', -12), 'dim_authority.as_at_date'
                    ) }} - 365
                )
        end as possible_days
    from fct_worker_post
    inner join dim_authority on fct_worker_post.la_code = dim_authority.la_code
    left join threshold on {{ holds_at('threshold', 'dim_authority.as_at_date') }}
),

final as (
    select
        {{ indicator_columns(
            record_table='fct_worker_post',
            record_key='worker_post_key',
            event_date='as_at_date',
            denominator=one_if('possible_days > 0'),
            quantity='100 * absence_days / case when possible_days > 0 then possible_days else 1 end',
            weight='case when possible_days > 0 then possible_days else 1 end',
            team_key='team_key',
        ) }}
    from possible
)

select * from final
