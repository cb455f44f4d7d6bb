{#
    One row per episode of the 903 that counts, with the placement that it is part of: an episode
    that changes only the legal status (reason L) on the day on which the one before ended, with the
    same type and postcode, goes on with the placement before it.
#}
with

ssda903_episodes as (
    select * from {{ ref('int_ssda903_episodes_merged') }}
),

latest as (
    select *
    from ssda903_episodes
    where repair <> 'superseded'
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
    from latest
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
        latest.record_key,
        latest.record_id,
        latest.la_code,
        latest.source_system,
        latest.child_key,
        latest.start_date,
        latest.start_reason_code,
        latest.legal_status_code,
        latest.primary_need_code,
        latest.placement_type_code,
        latest.provider_code,
        latest.end_date,
        latest.end_reason_code,
        latest.change_reason_code,
        latest.urn,
        latest.postcode_key,
        latest.placement_distance_miles,
        latest.is_in_home_authority,
        placement_positions.placement_id,
        placement_positions.placement_id = latest.record_id as is_placement_start,
        placement_positions.episodes_to_placement_end = 1 as is_placement_end,
        latest.legal_status_unknown_codes,
        latest.placement_unknown_codes,
        latest.load_id,
        latest.source_file,
        latest.row_number,
        latest.row_count,
        latest.distinct_row_count,
        latest.unreadable_dates,
        latest.placeholder_dates,
        latest.unknown_codes
    from latest
    inner join placement_positions on latest.record_key = placement_positions.record_key
)

select * from final
