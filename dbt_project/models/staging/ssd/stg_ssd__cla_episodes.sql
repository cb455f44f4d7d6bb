{% set content = [
    'clae_cla_episode_id',
    'clae_person_id',
    'clae_cla_episode_start_date',
    'clae_cla_episode_start_reason',
    'clae_cla_primary_need_code',
    'clae_cla_episode_ceased_date',
    'clae_cla_episode_ceased_reason',
    'clae_cla_id',
    'clae_referral_id',
    'clae_cla_placement_id',
    'clae_entered_care_date',
    'clae_cla_last_iro_contact_date',
] %}
{% set dates = {
    'start_date': 'cla_episodes.clae_cla_episode_start_date',
    'end_date': 'cla_episodes.clae_cla_episode_ceased_date',
} %}
{% set codes = {
    'start_reason_code': 'start_reason_match',
    'primary_need_code': 'primary_need_match',
    'end_reason_code': 'end_reason_match',
} %}

with

cla_episodes as (
    select * from {{ source('ssd', 'ssd_cla_episodes') }}
),

codes as (
    select * from {{ ref('int_codes_matched') }}
),

final as (
    select
        {{ technical_columns('ssd', 'cla_episodes') }},
        cla_episodes._child_key as child_key,
        {{ record_id('cla_episodes', 'clae_cla_episode_id', content) }} as record_id,
        {{ clean_id('cla_episodes.clae_cla_episode_id') }} as cla_episode_id,
        {{ clean_date('cla_episodes.clae_cla_episode_start_date') }} as start_date,
        start_reason_match.code as start_reason_code,
        primary_need_match.code as primary_need_code,
        {{ clean_date('cla_episodes.clae_cla_episode_ceased_date') }} as end_date,
        end_reason_match.code as end_reason_code,
        {{ clean_id('cla_episodes.clae_cla_id') }} as care_id,
        {{ clean_id('cla_episodes.clae_referral_id') }} as referral_id,
        {{ clean_id('cla_episodes.clae_cla_placement_id') }} as placement_id,
        {{ unreadable_dates(dates) }} as unreadable_dates,
        {{ placeholder_dates(dates) }} as placeholder_dates,
        {{ unknown_codes(codes) }} as unknown_codes
    from cla_episodes
    {{ join_codes(
        'start_reason_match', 'episode_start_reason',
        'cla_episodes', 'clae_cla_episode_start_reason'
    ) }}
    {{ join_codes(
        'primary_need_match', 'primary_need', 'cla_episodes', 'clae_cla_primary_need_code'
    ) }}
    {{ join_codes(
        'end_reason_match', 'episode_end_reason', 'cla_episodes', 'clae_cla_episode_ceased_reason'
    ) }}
)

select * from final
