with

episodes as (
    select * from {{ ref('int_early_help_episodes_conformed') }}
),

persons as (
    select * from {{ ref('int_persons_conformed') }}
),

localities as (
    select * from {{ ref('int_child_localities') }}
),

final as (
    select
        episodes.record_key as early_help_episode_key,
        episodes.la_code,
        episodes.child_key,
        episodes.start_date,
        episodes.end_date,
        episodes.organisation_name,
        {{ age_years('persons.birth_date', 'episodes.start_date') }} as age_years,
        {{ age_years('persons.birth_date', 'episodes.end_date') }} as age_at_end_years,
        localities.locality_key,
        episodes.load_id,
        episodes.source_file,
        episodes.row_number
    from episodes
    left join persons
        on {{ same_child('episodes', 'persons') }}
    {{ join_locality('episodes', 'episodes.start_date') }}
)

select * from final
