with

posts as (
    select * from {{ ref('int_worker_posts_conformed') }}
),

teams as (
    select * from {{ ref('int_teams_matched') }}
),

-- Who starts in another post of the authority, or stays in one, has moved and not left.
last_days as (
    select
        la_code,
        worker_key,
        max(coalesce(end_date, date '9999-12-31')) as last_date
    from posts
    where
        worker_key is not null
        and not is_vacant
        and start_date is not null
    group by la_code, worker_key
),

final as (
    select
        posts.record_key as worker_post_key,
        posts.la_code,
        posts.worker_key,
        posts.workforce_role_code,
        coalesce(teams.team_key, {{ unknown_team_key('posts.la_code') }}) as team_key,
        posts.full_time_equivalency,
        posts.is_agency,
        posts.is_vacant,
        posts.start_date,
        posts.end_date,
        coalesce(posts.end_date = last_days.last_date, false) as is_last_post,
        posts.absence_days,
        posts.load_id,
        posts.source_file,
        posts.row_number
    from posts
    left join teams
        on
            posts.la_code = teams.la_code
            and {{ match_text('posts.team') }} = teams.team_text
    left join last_days
        on
            posts.la_code = last_days.la_code
            and posts.worker_key = last_days.worker_key
            and not posts.is_vacant
)

select * from final
