{#
    A placement without a person column is of the person of any episode with its care id
    (indicators.md section 0). A placement of the 903 runs from its first episode to its last, whose
    two postcodes say how far it is: the return has no distance of its own.
#}
{% set columns = [
    'placement_id',
    'care_id',
    'start_date',
    'end_date',
    'placement_type_code',
    'provider_code',
    'urn',
    'distance_miles',
    'postcode_key',
    'change_reason_code',
] %}

with

ssd_placement_rows as (
    select * from {{ ref('stg_ssd__placements') }}
),

ssd_cla_episodes as (
    select * from {{ ref('stg_ssd__cla_episodes') }}
),

ssda903_episodes as (
    select * from {{ ref('int_ssda903_episodes_joined') }}
),

annex_a_placements as (
    select * from {{ ref('stg_annex_a__placements') }}
),

subject_sources as (
    select * from {{ ref('int_subject_sources') }}
),

care_children as (
    {{ children_of_care('ssd_cla_episodes') }}
),

ssd_placements as (
    {{ with_child_of_care('ssd_placement_rows', columns) }}
),

received as (
    {{ from_chosen_source('ssd_placements', 'care', columns) }}
    union all
    {{ from_chosen_source('annex_a_placements', 'care', columns) }}
),

{{ latest_versions('placements', columns) }},

final as (
    select
        record_key,
        la_code,
        source_system,
        child_key,
        placement_id,
        care_id,
        start_date,
        end_date,
        placement_type_code,
        provider_code,
        urn,
        distance_miles,
        false as is_distance_derived,
        cast(null as boolean) as is_in_home_authority,
        postcode_key,
        change_reason_code,
        load_id,
        source_file,
        row_number,
        row_count,
        distinct_row_count,
        unreadable_dates,
        placeholder_dates,
        unknown_codes
    from latest
    union all
    select
        {{ hash_key([
            'first_episodes.source_system',
            'first_episodes.la_code',
            "'placements'",
            'first_episodes.record_id',
            'first_episodes.child_key',
        ]) }} as record_key,
        first_episodes.la_code,
        first_episodes.source_system,
        first_episodes.child_key,
        first_episodes.placement_id,
        cast(null as string) as care_id,
        first_episodes.start_date,
        last_episodes.end_date,
        last_episodes.placement_type_code,
        last_episodes.provider_code,
        last_episodes.urn,
        last_episodes.placement_distance_miles as distance_miles,
        last_episodes.placement_distance_miles is not null as is_distance_derived,
        last_episodes.is_in_home_authority,
        last_episodes.postcode_key,
        last_episodes.change_reason_code,
        first_episodes.load_id,
        first_episodes.source_file,
        first_episodes.row_number,
        first_episodes.row_count,
        first_episodes.distinct_row_count,
        coalesce(first_episodes.unreadable_dates, last_episodes.unreadable_dates)
            as unreadable_dates,
        coalesce(first_episodes.placeholder_dates, last_episodes.placeholder_dates)
            as placeholder_dates,
        last_episodes.placement_unknown_codes as unknown_codes
    from ssda903_episodes as first_episodes
    inner join ssda903_episodes as last_episodes
        on
            first_episodes.la_code = last_episodes.la_code
            and first_episodes.child_key = last_episodes.child_key
            and first_episodes.placement_id = last_episodes.placement_id
    where first_episodes.is_placement_start and last_episodes.is_placement_end
)

select * from final
