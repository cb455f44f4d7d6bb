with

teams as (
    select * from {{ ref('int_teams_conformed') }}
),

team_texts as (
    select
        la_code,
        {{ match_text('team_id') }} as team_text,
        record_key as team_key,
        team_id,
        1 as preference
    from teams

    union all

    select
        la_code,
        {{ match_text('team_name') }} as team_text,
        record_key as team_key,
        team_id,
        2 as preference
    from teams
),

ranked_texts as (
    select
        *,
        row_number() over (
            partition by la_code, team_text
            order by preference asc, team_id desc nulls last, team_key desc
        ) as choice_number
    from team_texts
    where team_text is not null
),

final as (
    select
        la_code,
        team_text,
        team_key
    from ranked_texts
    where choice_number = 1
)

select * from final
