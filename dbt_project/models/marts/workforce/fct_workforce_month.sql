with

posts as (
    select * from {{ ref('fct_worker_post') }}
),

month_ends as (
    select * from {{ ref('int_month_ends') }}
),

involvements as (
    select * from {{ ref('int_involvements_conformed') }}
),

worked_with as (
    select
        involvements.la_code,
        involvements.worker_key,
        month_ends.month_end_date,
        cast(count(distinct involvements.child_key) as integer) as children_count
    from involvements
    inner join month_ends
        on
            involvements.la_code = month_ends.la_code
            and {{ is_open_at('involvements.start_date', 'involvements.end_date',
                              'month_ends.month_end_date') }}
    where not {{ is_reviewing_role('involvements.role_code') }}
    group by
        involvements.la_code,
        involvements.worker_key,
        month_ends.month_end_date
),

final as (
    select
        {{ hash_key(['posts.worker_post_key', 'month_ends.month_end_date']) }}
            as workforce_month_key,
        posts.la_code,
        month_ends.month_end_date,
        posts.worker_post_key,
        posts.worker_key,
        posts.workforce_role_code,
        posts.team_key,
        posts.full_time_equivalency,
        posts.is_agency,
        posts.is_vacant,
        coalesce(worked_with.children_count, 0) as children_count,
        posts.load_id,
        posts.source_file,
        posts.row_number
    from posts
    inner join month_ends
        on
            posts.la_code = month_ends.la_code
            and {{ is_open_at('posts.start_date', 'posts.end_date',
                              'month_ends.month_end_date') }}
    left join worked_with
        on
            posts.la_code = worked_with.la_code
            and posts.worker_key = worked_with.worker_key
            and month_ends.month_end_date = worked_with.month_end_date
)

select * from final
