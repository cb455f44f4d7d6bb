with

groups as (
    select * from {{ ref('int_cla_episodes_grouped') }}
),

episodes as (
    select * from {{ ref('int_cla_episodes_conformed') }}
),

persons as (
    select * from {{ ref('int_persons_conformed') }}
),

authorities as (
    select * from {{ ref('int_authorities') }}
),

grouped_episodes as (
    select
        groups.first_episode_key,
        groups.episode_number_from_end,
        groups.record_key = groups.first_episode_key as is_first,
        groups.end_date as ended_date,
        episodes.*
    from groups
    inner join episodes
        on groups.record_key = episodes.record_key
),

gathered as (
    select
        la_code,
        child_key,
        first_episode_key,
        min(start_date) as start_date,
        case when count(*) = count(ended_date) then max(ended_date) end as end_date,
        max(case when is_first then start_reason_code end) as start_reason_code,
        max(case when is_first then primary_need_code end) as primary_need_code,
        max(
            case when episode_number_from_end = 1 then end_reason_code end
        ) as end_reason_code,
        max(case when is_first then source_system end) as source_system,
        max(
            case when episode_number_from_end = 1 then is_dropped_from_returns end
        ) as is_dropped_from_returns,
        max(case when is_first then load_id end) as load_id,
        max(case when is_first then source_file end) as source_file,
        max(case when is_first then row_number end) as row_number
    from grouped_episodes
    group by
        la_code,
        child_key,
        first_episode_key
),

-- Nobody is in care as an adult, or dead: care ended on that day, once it has come.
limited as (
    select
        gathered.*,
        least(
            {{ birthday('persons.birth_date', rule('adult_age', 'gathered.start_date')) }},
            persons.death_date
        ) as last_possible_date,
        authorities.as_at_date
    from gathered
    inner join authorities
        on gathered.la_code = authorities.la_code
    left join persons
        on {{ same_child('gathered', 'persons') }}
),

ended as (
    select
        *,
        case
            when last_possible_date <= as_at_date then least(end_date, last_possible_date)
            else end_date
        end as care_end_date
    from limited
),

final as (
    select
        la_code,
        child_key,
        first_episode_key,
        start_date,
        care_end_date as end_date,
        start_reason_code,
        primary_need_code,
        end_reason_code,
        source_system = 'ssda903'
        and coalesce(start_reason_code in ('L', 'P', 'T', 'B', 'U'), false)
            as is_continued_from_before,
        is_dropped_from_returns and care_end_date = end_date as is_dropped_from_returns,
        load_id,
        source_file,
        row_number
    from ended
    where care_end_date is null or care_end_date > start_date
)

select * from final
