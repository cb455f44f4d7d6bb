{% set content = [
    'earl_episode_id',
    'earl_person_id',
    'earl_episode_start_date',
    'earl_episode_end_date',
    'earl_episode_reason',
    'earl_episode_end_reason',
    'earl_episode_organisation',
    'earl_episode_worker_id',
] %}
{% set dates = {
    'start_date': 'early_help_episodes.earl_episode_start_date',
    'end_date': 'early_help_episodes.earl_episode_end_date',
} %}

with

early_help_episodes as (
    select * from {{ source('ssd', 'ssd_early_help_episodes') }}
),

final as (
    select
        {{ technical_columns('ssd', 'early_help_episodes') }},
        early_help_episodes._child_key as child_key,
        {{ record_id('early_help_episodes', 'earl_episode_id', content) }} as record_id,
        {{ clean_id('early_help_episodes.earl_episode_id') }} as early_help_episode_id,
        {{ clean_date('early_help_episodes.earl_episode_start_date') }} as start_date,
        {{ clean_date('early_help_episodes.earl_episode_end_date') }} as end_date,
        early_help_episodes.earl_episode_worker_id as worker_key,
        {{ clean_text('early_help_episodes.earl_episode_organisation') }} as organisation_name,
        {{ unreadable_dates(dates) }} as unreadable_dates,
        {{ placeholder_dates(dates) }} as placeholder_dates,
        cast(null as string) as unknown_codes
    from early_help_episodes
)

select * from final
