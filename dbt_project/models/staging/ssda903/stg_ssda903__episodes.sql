{#
    An episode's id is its first day: newest version of child + DECOM counts. Its status, its
    placement and its own facts have their unknown codes apart, because they become three records.
#}
{% set content = [
    'child',
    'decom',
    'rne',
    'ls',
    'cin',
    'place',
    'place_provider',
    'dec',
    'rec',
    'reason_place_change',
    'home_post',
    'pl_post',
    'urn',
] %}
{% set dates = {
    'start_date': 'episodes.decom',
    'end_date': 'episodes.dec',
} %}
{% set episode_codes = {
    'start_reason_code': 'start_reason_match',
    'primary_need_code': 'primary_need_match',
    'end_reason_code': 'end_reason_match',
} %}
{% set legal_status_codes = {
    'legal_status_code': 'legal_status_match',
} %}
{% set placement_codes = {
    'placement_type_code': 'placement_type_match',
    'provider_code': 'provider_match',
    'change_reason_code': 'change_reason_match',
} %}

with

episodes as (
    select * from {{ source('ssda903', 'episodes') }}
),

codes as (
    select * from {{ ref('int_codes_matched') }}
),

final as (
    select
        {{ technical_columns('ssda903', 'episodes') }},
        episodes._child_key as child_key,
        coalesce(
            cast({{ clean_date('episodes.decom') }} as string),
            {{ row_hash('episodes', content) }}
        ) as record_id,
        {{ clean_date('episodes.decom') }} as start_date,
        start_reason_match.code as start_reason_code,
        nullif(legal_status_match.code, 'NOT_CARE') as legal_status_code,
        primary_need_match.code as primary_need_code,
        placement_type_match.code as placement_type_code,
        provider_match.code as provider_code,
        {{ clean_date('episodes.dec') }} as end_date,
        end_reason_match.code as end_reason_code,
        change_reason_match.code as change_reason_code,
        {{ clean_urn('episodes.urn') }} as urn,
        episodes.home_post as home_postcode_key,
        episodes.pl_post as postcode_key,
        episodes.placement_distance_miles,
        episodes.is_in_home_authority,
        {{ unreadable_dates(dates) }} as unreadable_dates,
        {{ placeholder_dates(dates) }} as placeholder_dates,
        {{ unknown_codes(episode_codes) }} as unknown_codes,
        {{ unknown_codes(legal_status_codes) }} as legal_status_unknown_codes,
        {{ unknown_codes(placement_codes) }} as placement_unknown_codes
    from episodes
    {{ join_codes('start_reason_match', 'episode_start_reason', 'episodes', 'rne') }}
    {{ join_codes('legal_status_match', 'legal_status', 'episodes', 'ls') }}
    {{ join_codes('primary_need_match', 'primary_need', 'episodes', 'cin') }}
    {{ join_codes('placement_type_match', 'placement_type', 'episodes', 'place') }}
    {{ join_codes('provider_match', 'placement_provider', 'episodes', 'place_provider') }}
    {{ join_codes('end_reason_match', 'episode_end_reason', 'episodes', 'rec') }}
    {{ join_codes(
        'change_reason_match', 'placement_change_reason', 'episodes', 'reason_place_change'
    ) }}
)

select * from final
