-- MIS-01: missing episodes (type M) by their start.
with

fct_missing_episode as (
    select * from {{ ref('fct_missing_episode') }}
),

-- Whole weeks to the 18th birthday, in bands.
band as (
    select * from {{ ref('band') }}
    where band_set = 'weeks_to_18'
),

final as (
    select
        {{ missing_episode_columns(
            event_date='start_date',
            single_age_years='age_years',
            weeks_to_18='band.band',
        ) }}
    from fct_missing_episode
    left join band
        on
            (band.at_least is null or fct_missing_episode.weeks_to_18 >= band.at_least)
            and (band.less_than is null or fct_missing_episode.weeks_to_18 < band.less_than)
            and fct_missing_episode.weeks_to_18 is not null
    where missing_type_code = 'M'
)

select * from final
