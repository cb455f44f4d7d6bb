with

episodes as (
    select * from {{ ref('int_cla_episodes_conformed') }}
),

groups as (
    select * from {{ ref('int_cla_episodes_grouped') }}
),

periods as (
    select * from {{ ref('int_periods_of_care_merged') }}
),

circumstances as (
    select * from {{ ref('int_circumstances_resolved') }}
),

persons as (
    select * from {{ ref('int_persons_conformed') }}
),

localities as (
    select * from {{ ref('int_child_localities') }}
),

final as (
    select
        episodes.record_key as cla_episode_key,
        episodes.la_code,
        episodes.child_key,
        periods.period_of_care_key,
        episodes.start_date,
        episodes.end_date,
        episodes.start_reason_code,
        episodes.end_reason_code,
        episodes.primary_need_code,
        circumstances.legal_status_code,
        {{ age_years('persons.birth_date', 'episodes.start_date') }} as age_years,
        localities.locality_key,
        episodes.load_id,
        episodes.source_file,
        episodes.row_number
    from episodes
    left join groups
        on episodes.record_key = groups.record_key
    left join periods
        on
            groups.first_episode_key = periods.first_episode_key
            and {{ is_open_at('periods.start_date', 'periods.end_date', 'episodes.start_date') }}
    left join circumstances
        on {{ same_child_at('episodes', 'circumstances', 'episodes.start_date') }}
    left join persons
        on {{ same_child('episodes', 'persons') }}
    {{ join_locality('episodes', 'episodes.start_date') }}
)

select * from final
