with

episodes as (
    select * from {{ ref('int_cla_episodes_conformed') }}
),

-- An episode without an end runs on; one that ends on its first day, or before, is no night of
-- care.
nights as (
    select
        *,
        coalesce(end_date, date '9999-12-31') as reach_date
    from episodes
    where
        start_date is not null
        and (end_date is null or end_date > start_date)
),

-- A real end before a start (S) parts two periods, though their days touch or overlap.
compared_episodes as (
    select
        *,
        case
            when
                start_reason_code = 'S'
                and lag(end_date) over in_order is not null
                and lag(end_reason_code) over in_order <> 'X1'
                then 1
            else 0
        end as is_new_care
    from nights
    window in_order as (
        partition by la_code, child_key
        order by start_date, end_date nulls last, cla_episode_id nulls last, record_key
    )
),

parted_episodes as (
    select
        *,
        sum(is_new_care) over (
            partition by la_code, child_key
            order by start_date, end_date nulls last, cla_episode_id nulls last, record_key
            rows between unbounded preceding and current row
        ) as part_number
    from compared_episodes
),

new_cares as (
    select
        la_code,
        child_key,
        part_number,
        start_date
    from parted_episodes
    where is_new_care = 1
),

-- What goes on into the next part is taken to end where that one begins.
ended_episodes as (
    select
        parted_episodes.*,
        least(parted_episodes.reach_date, new_cares.start_date) as ended_reach_date
    from parted_episodes
    left join new_cares
        on
            {{ same_child('parted_episodes', 'new_cares') }}
            and parted_episodes.part_number + 1 = new_cares.part_number
),

reached_episodes as (
    select
        *,
        max(ended_reach_date) over (
            partition by la_code, child_key, part_number
            order by start_date, end_date nulls last, cla_episode_id nulls last, record_key
            rows between unbounded preceding and 1 preceding
        ) as reach_before_date
    from ended_episodes
),

numbered_episodes as (
    select
        *,
        sum(case when start_date <= reach_before_date then 0 else 1 end) over (
            partition by la_code, child_key
            order by start_date, end_date nulls last, cla_episode_id nulls last, record_key
            rows between unbounded preceding and current row
        ) as period_number
    from reached_episodes
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
                ended_reach_date desc,
                start_date desc,
                reach_date desc,
                cla_episode_id desc nulls last,
                record_key desc
        ) as episode_number_from_end,
        case when ended_reach_date < date '9999-12-31' then ended_reach_date end as end_date
    from numbered_episodes
)

select * from final
