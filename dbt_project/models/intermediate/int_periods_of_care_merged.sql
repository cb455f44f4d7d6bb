with

periods as (
    select * from {{ ref('int_periods_of_care_gathered') }}
),

short_breaks as (
    select * from {{ ref('int_legal_statuses_resolved') }}
    where {{ is_short_break('legal_status_code') }}
),

-- Care goes on from its first day, and again from the day on which short breaks end in it.
possible_starts as (
    select
        *,
        start_date as care_start_date
    from periods

    union all

    select
        periods.*,
        short_breaks.end_date as care_start_date
    from periods
    inner join short_breaks
        on
            {{ same_child('periods', 'short_breaks') }}
            and periods.start_date < short_breaks.end_date
            and (periods.end_date is null or periods.end_date > short_breaks.end_date)
),

starts as (
    select possible_starts.*
    from possible_starts
    left join short_breaks
        on {{ same_child_at('possible_starts', 'short_breaks', 'possible_starts.care_start_date') }}
    where short_breaks.child_key is null
),

next_breaks as (
    select
        starts.first_episode_key,
        starts.care_start_date,
        min(short_breaks.start_date) as break_date
    from starts
    inner join short_breaks
        on
            {{ same_child('starts', 'short_breaks') }}
            and starts.care_start_date < short_breaks.start_date
            and (starts.end_date is null or starts.end_date > short_breaks.start_date)
    group by
        starts.first_episode_key,
        starts.care_start_date
),

numbered as (
    select
        starts.*,
        next_breaks.break_date,
        starts.care_start_date = starts.start_date as is_from_start,
        row_number() over (
            partition by starts.first_episode_key order by starts.care_start_date
        ) as run_number
    from starts
    left join next_breaks
        on
            starts.first_episode_key = next_breaks.first_episode_key
            and starts.care_start_date = next_breaks.care_start_date
),

-- Why care began or ended is what the episodes say of their own first and last day.
final as (
    select
        case
            when run_number = 1 then {{ hash_key(['child_key', 'first_episode_key']) }}
            else {{ hash_key(['child_key', 'first_episode_key', 'run_number']) }}
        end as period_of_care_key,
        la_code,
        child_key,
        first_episode_key,
        care_start_date as start_date,
        coalesce(break_date, end_date) as end_date,
        case when is_from_start then start_reason_code end as start_reason_code,
        primary_need_code,
        case when break_date is null then end_reason_code end as end_reason_code,
        is_from_start and is_continued_from_before as is_continued_from_before,
        break_date is null and is_dropped_from_returns as is_dropped_from_returns,
        load_id,
        source_file,
        row_number
    from numbered
)

select * from final
