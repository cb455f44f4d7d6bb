with

placements as (
    select * from {{ ref('int_placements_sequenced') }}
),

-- The leading placements of a child start on different days, each the one before the next.
numbered_placements as (
    select
        *,
        sum(case when is_continuation then 0 else 1 end) over (
            partition by la_code, child_key
            order by start_date
            rows between unbounded preceding and current row
        ) as move_number,
        sum(case when is_stable_continuation then 0 else 1 end) over (
            partition by la_code, child_key
            order by start_date
            rows between unbounded preceding and current row
        ) as stability_number
    from placements
    where is_leading
),

chains as (
    select
        record_key,
        placement_id,
        start_date,
        first_value(record_key) over (
            partition by la_code, child_key, move_number order by start_date
        ) as move_group_key,
        min(start_date) over (
            partition by la_code, child_key, move_number
        ) as move_start_date,
        first_value(record_key) over (
            partition by la_code, child_key, stability_number order by start_date
        ) as stability_group_key,
        min(start_date) over (
            partition by la_code, child_key, stability_number
        ) as stability_start_date
    from numbered_placements
),

-- One that doesn't lead is the one before of no other: it continues that chain or is its own.
grouped_placements as (
    select
        placements.*,
        case
            when placements.is_temporary or placements.is_zero_days then null
            when placements.is_leading then own_chains.move_group_key
            when placements.is_continuation then previous_chains.move_group_key
            else placements.record_key
        end as move_group_key,
        case
            when placements.is_temporary or placements.is_zero_days then null
            when placements.is_leading then own_chains.move_start_date
            when placements.is_continuation then previous_chains.move_start_date
            else placements.start_date
        end as move_start_date,
        case
            when placements.is_temporary or placements.is_zero_days then null
            when placements.is_leading then own_chains.stability_group_key
            when placements.is_stable_continuation then previous_chains.stability_group_key
            else placements.record_key
        end as stability_group_key,
        case
            when placements.is_temporary or placements.is_zero_days then null
            when placements.is_leading then own_chains.stability_start_date
            when placements.is_stable_continuation then previous_chains.stability_start_date
            else placements.start_date
        end as stability_start_date,
        placements.is_temporary and not placements.is_zero_days as is_holding,
        previous_chains.start_date as previous_start_date,
        previous_chains.placement_id as previous_placement_id,
        previous_chains.move_group_key as previous_move_group_key,
        previous_chains.move_start_date as previous_move_start_date,
        previous_chains.stability_start_date as previous_stability_start_date
    from placements
    left join chains as own_chains
        on placements.record_key = own_chains.record_key
    left join chains as previous_chains
        on placements.previous_placement_key = previous_chains.record_key
),

-- While a temporary placement is open, the one before it goes on.
final as (
    select
        record_key,
        la_code,
        child_key,
        start_date,
        end_date,
        is_temporary,
        is_zero_days,
        previous_placement_key,
        previous_move_group_key,
        move_group_key,
        stability_group_key,
        stability_start_date,
        case
            when is_holding then previous_placement_key
            when move_group_key is not null then record_key
        end as held_placement_key,
        case
            when is_holding then previous_placement_id
            when move_group_key is not null then placement_id
        end as held_placement_id,
        case
            when is_holding then previous_start_date
            when move_group_key is not null then start_date
        end as held_start_date,
        case when is_holding then previous_move_group_key else move_group_key
        end as held_move_group_key,
        case when is_holding then previous_move_start_date else move_start_date
        end as held_move_start_date,
        case when is_holding then previous_stability_start_date else stability_start_date
        end as held_stability_start_date
    from grouped_placements
)

select * from final
