{#
    One row per episode of the 903, its newest version, with the placement that it is part of: an
    episode that changes only the legal status (reason L) on the day on which the one before ended,
    with the same type and postcode, goes on with the placement before it.
#}
{% set columns = [
    'start_date',
    'start_reason_code',
    'legal_status_code',
    'primary_need_code',
    'placement_type_code',
    'provider_code',
    'end_date',
    'end_reason_code',
    'change_reason_code',
    'urn',
    'postcode_key',
    'legal_status_unknown_codes',
    'placement_unknown_codes',
] %}

with

ssda903_episodes as (
    select * from {{ ref('stg_ssda903__episodes') }}
),

subject_sources as (
    select * from {{ ref('int_subject_sources') }}
),

received as (
    {{ from_chosen_source('ssda903_episodes', 'care', columns) }}
),

{{ latest_versions('cla_episodes', columns) }},

neighbours as (
    select
        *,
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
        record_key,
        record_id,
        la_code,
        source_system,
        child_key,
        start_date,
        start_reason_code,
        legal_status_code,
        primary_need_code,
        placement_type_code,
        provider_code,
        end_date,
        end_reason_code,
        change_reason_code,
        urn,
        postcode_key,
        placement_id,
        placement_id = record_id as is_placement_start,
        episodes_to_placement_end = 1 as is_placement_end,
        legal_status_unknown_codes,
        placement_unknown_codes,
        load_id,
        source_file,
        row_number,
        row_count,
        distinct_row_count,
        unreadable_dates,
        placeholder_dates,
        unknown_codes
    from placement_positions
)

select * from final
