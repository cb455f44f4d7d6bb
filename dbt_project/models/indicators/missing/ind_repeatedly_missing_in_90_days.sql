-- MIS-05: of the children missing in the period, those for whom an episode in it was the third,
-- or later, in the 90 days that end with its start.
with

fct_missing_episode as (
    select * from {{ ref('fct_missing_episode') }}
),

threshold as (
    select * from {{ ref('threshold') }}
    where indicator_code = 'MIS-05'
),

final as (
    select
        {{ missing_episode_columns(
            event_date='start_date',
            numerator=one_if('episodes_in_90_days >= threshold.threshold'),
            denominator='1',
            quantity='cast(episodes_in_90_days as double)',
        ) }}
    from fct_missing_episode
    left join threshold on {{ holds_at('threshold', 'start_date') }}
    where missing_type_code = 'M'
)

select * from final
