with

groups as (
    select * from {{ ref('int_cla_episodes_grouped') }}
),

episodes as (
    select * from {{ ref('int_cla_episodes_conformed') }}
),

grouped_episodes as (
    select
        groups.first_episode_key,
        groups.episode_number_from_end,
        groups.record_key = groups.first_episode_key as is_first,
        episodes.*
    from groups
    inner join episodes
        on groups.record_key = episodes.record_key
),

final as (
    select
        {{ hash_key(['child_key', 'first_episode_key']) }} as period_of_care_key,
        la_code,
        child_key,
        first_episode_key,
        min(start_date) as start_date,
        case when count(*) = count(end_date) then max(end_date) end as end_date,
        max(case when is_first then start_reason_code end) as start_reason_code,
        max(case when is_first then primary_need_code end) as primary_need_code,
        max(
            case when episode_number_from_end = 1 then end_reason_code end
        ) as end_reason_code,
        max(case when is_first then load_id end) as load_id,
        max(case when is_first then source_file end) as source_file,
        max(case when is_first then row_number end) as row_number
    from grouped_episodes
    group by
        la_code,
        child_key,
        first_episode_key
)

select * from final
