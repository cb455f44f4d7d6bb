{#
    One row per episode of the 903, with the placement that it is part of: an episode
    that changes only the legal status (reason L) on the day on which the one before ended, with the
    same type and postcode, goes on with the placement before it.
#}
with

ssda903_episodes as (
    select * from {{ ref('int_ssda903_episodes_merged') }}
),

-- Only what the windows ask of an episode: its wide row is joined again at the end.
neighbours as (
    select
        record_key,
        record_id,
        la_code,
        child_key,
        start_date,
        end_date,
        start_reason_code,
        placement_type_code,
        postcode_key,
        lag(end_date) over (
            partition by la_code, child_key
            order by start_date asc nulls first, end_date asc nulls last, record_id asc
        ) as previous_end_date,
        lag(placement_type_code) over (
            partition by la_code, child_key
            order by start_date asc nulls first, end_date asc nulls last, record_id asc
        ) as previous_placement_type_code,
        lag(postcode_key) over (
            partition by la_code, child_key
            order by start_date asc nulls first, end_date asc nulls last, record_id asc
        ) as previous_postcode_key
    from ssda903_episodes
),

placement_starts as (
    select
        *,
        case
            when
                start_reason_code = 'L'
                and previous_end_date = start_date
                and placement_type_code = previous_placement_type_code
                and coalesce(postcode_key, '') = coalesce(previous_postcode_key, '')
                then 0
            else 1
        end as starts_placement
    from neighbours
),

placement_numbers as (
    select
        *,
        sum(starts_placement) over (
            partition by la_code, child_key
            order by start_date asc nulls first, end_date asc nulls last, record_id asc
            rows between unbounded preceding and current row
        ) as placement_number
    from placement_starts
),

placement_positions as (
    select
        *,
        first_value(record_id) over (
            partition by la_code, child_key, placement_number
            order by start_date asc nulls first, end_date asc nulls last, record_id asc
            rows between unbounded preceding and unbounded following
        ) as placement_id,
        row_number() over (
            partition by la_code, child_key, placement_number
            order by start_date desc nulls last, end_date desc nulls first, record_id desc
        ) as episodes_to_placement_end
    from placement_numbers
),

final as (
    select
        ssda903_episodes.record_key,
        ssda903_episodes.record_id,
        ssda903_episodes.la_code,
        ssda903_episodes.source_system,
        ssda903_episodes.child_key,
        ssda903_episodes.start_date,
        ssda903_episodes.start_reason_code,
        ssda903_episodes.legal_status_code,
        ssda903_episodes.primary_need_code,
        ssda903_episodes.placement_type_code,
        ssda903_episodes.provider_code,
        ssda903_episodes.end_date,
        ssda903_episodes.returned_end_date,
        ssda903_episodes.is_dropped_from_returns,
        ssda903_episodes.end_reason_code,
        ssda903_episodes.change_reason_code,
        ssda903_episodes.urn,
        ssda903_episodes.postcode_key,
        ssda903_episodes.placement_distance_miles,
        ssda903_episodes.is_in_home_authority,
        placement_positions.placement_id,
        placement_positions.placement_id = ssda903_episodes.record_id as is_placement_start,
        placement_positions.episodes_to_placement_end = 1 as is_placement_end,
        ssda903_episodes.legal_status_unknown_codes,
        ssda903_episodes.placement_unknown_codes,
        ssda903_episodes.load_id,
        ssda903_episodes.source_file,
        ssda903_episodes.row_number,
        ssda903_episodes.row_count,
        ssda903_episodes.distinct_row_count,
        ssda903_episodes.unreadable_dates,
        ssda903_episodes.placeholder_dates,
        ssda903_episodes.unknown_codes
    from ssda903_episodes
    inner join placement_positions on ssda903_episodes.record_key = placement_positions.record_key
)

select * from final
