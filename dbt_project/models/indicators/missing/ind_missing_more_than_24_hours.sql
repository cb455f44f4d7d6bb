-- MIS-07: of the missing episodes that ended in the period, those longer than that. An episode
-- without an end has not ended.
with

fct_missing_episode as (
    select * from {{ ref('fct_missing_episode') }}
),

threshold as (
    select * from {{ ref('threshold') }}
    where indicator_code = 'MIS-07'
),

final as (
    select
        {{ missing_episode_columns(
            event_date='end_date',
            numerator=one_if('duration_hours > threshold.threshold'),
            denominator='1',
            quantity='duration_hours',
        ) }}
    from fct_missing_episode
    left join threshold on {{ holds_at('threshold', 'end_date') }}
    where
        missing_type_code = 'M'
        and end_date is not null
)

select * from final
