-- AWA-01: children who were away without authorisation (type A), by the start; a child counts
-- once.
with

fct_missing_episode as (
    select * from {{ ref('fct_missing_episode') }}
),

final as (
    select
        {{ missing_episode_columns(
            event_date='start_date',
        ) }}
    from fct_missing_episode
    where missing_type_code = 'A'
)

select * from final
