with

placements as (
    select * from {{ ref('int_placements_joined') }}
),

held_placements as (
    select
        record_key,
        la_code,
        child_key,
        start_date,
        end_date,
        held_placement_key,
        held_placement_id,
        held_start_date,
        held_move_start_date,
        held_stability_start_date
    from placements
    where held_placement_key is not null
),

{{ choose_open_record(
    'held_placements',
    ['held_placement_key', 'held_move_start_date', 'held_stability_start_date'],
    'open_records.held_start_date desc, open_records.held_placement_id desc nulls last, '
    ~ 'open_records.held_placement_key desc, open_records.record_key desc'
) }},

final as (
    select
        la_code,
        child_key,
        start_date,
        end_date,
        held_placement_key as placement_key,
        held_move_start_date as move_start_date,
        held_stability_start_date as stability_start_date
    from chosen_records
)

select * from final
