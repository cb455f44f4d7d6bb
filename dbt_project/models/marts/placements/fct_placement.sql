with

placements as (
    select * from {{ ref('int_placements_conformed') }}
),

joined_placements as (
    select * from {{ ref('int_placements_joined') }}
),

persons as (
    select * from {{ ref('int_persons_conformed') }}
),

final as (
    select
        placements.record_key as placement_key,
        placements.la_code,
        placements.child_key,
        placements.start_date,
        placements.end_date,
        placements.placement_type_code,
        placements.provider_code,
        placements.urn,
        {{ known_distance('placements.distance_miles') }} as distance_miles,
        placements.change_reason_code,
        {{ is_temporary_placement('placements.placement_type_code') }} as is_temporary,
        coalesce(placements.end_date <= placements.start_date, false) as is_zero_days,
        joined_placements.previous_placement_key,
        joined_placements.move_group_key,
        joined_placements.stability_group_key,
        joined_placements.stability_start_date,
        {{ age_years('persons.birth_date', 'placements.start_date') }} as age_years,
        placements.load_id,
        placements.source_file,
        placements.row_number
    from placements
    left join joined_placements
        on placements.record_key = joined_placements.record_key
    left join persons
        on
            placements.la_code = persons.la_code
            and placements.child_key = persons.child_key
)

select * from final
