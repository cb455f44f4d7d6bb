with

episodes as (
    select * from {{ ref('int_cla_episodes_conformed') }}
),

-- An episode without an end runs on.
dated_episodes as (
    select
        *,
        coalesce(end_date, date '9999-12-31') as reach_date
    from episodes
    where start_date is not null
),

compared_episodes as (
    select
        *,
        max(reach_date) over (
            partition by la_code, child_key
            order by start_date, end_date nulls last, cla_episode_id nulls last, record_key
            rows between unbounded preceding and 1 preceding
        ) as reach_before_date
    from dated_episodes
),

numbered_episodes as (
    select
        *,
        sum(case when start_date <= reach_before_date then 0 else 1 end) over (
            partition by la_code, child_key
            order by start_date, end_date nulls last, cla_episode_id nulls last, record_key
            rows between unbounded preceding and current row
        ) as period_number
    from compared_episodes
),

final as (
    select
        record_key,
        la_code,
        child_key,
        first_value(record_key) over (
            partition by la_code, child_key, period_number
            order by start_date, end_date nulls last, cla_episode_id nulls last, record_key
        ) as first_episode_key,
        row_number() over (
            partition by la_code, child_key, period_number
            order by
                reach_date desc, start_date desc, cla_episode_id desc nulls last, record_key desc
        ) as episode_number_from_end
    from numbered_episodes
)

select * from final
