with

placements as (
    select * from {{ ref('int_placements_conformed') }}
),

dated_placements as (
    select
        record_key as placement_key,
        la_code,
        child_key,
        placement_id,
        start_date,
        end_date,
        placement_type_code,
        provider_code,
        {{ known_distance('distance_miles') }} as distance_miles,
        is_in_home_authority
    from placements
    where start_date is not null
),

{{ choose_open_record(
    'dated_placements',
    [
        'placement_key', 'placement_type_code', 'provider_code', 'distance_miles',
        'is_in_home_authority',
    ],
    'open_records.start_date desc, open_records.placement_id desc nulls last, '
    ~ 'open_records.placement_key desc'
) }},

final as (
    select
        la_code,
        child_key,
        start_date,
        end_date,
        placement_key,
        placement_type_code,
        provider_code,
        distance_miles,
        is_in_home_authority
    from chosen_records
)

select * from final
