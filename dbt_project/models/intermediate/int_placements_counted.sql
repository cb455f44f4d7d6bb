{{ config(materialized='view') }}

with

cla_months as (
    select * from {{ ref('int_cla_months') }}
),

placements as (
    select * from {{ ref('int_placements_joined') }}
),

-- Open at the end of at least one day of the window of twelve whole months, or of the twelve before
-- it too, itself or held by a temporary placement.
counted_groups as (
    select
        cla_months.la_code,
        cla_months.child_key,
        cla_months.month_end_date,
        placements.held_move_group_key,
        max(
            case
                when
                    placements.end_date is null
                    or placements.end_date > cla_months.window_start_date
                    then 1
                else 0
            end
        ) as is_in_12_months
    from cla_months
    inner join placements
        on
            cla_months.la_code = placements.la_code
            and cla_months.child_key = placements.child_key
            and placements.start_date <= cla_months.month_end_date
            and (
                placements.end_date is null
                or placements.end_date > {{ add_months('cla_months.window_start_date', -12) }}
            )
    where placements.held_move_group_key is not null
    group by
        cla_months.la_code,
        cla_months.child_key,
        cla_months.month_end_date,
        placements.held_move_group_key
),

final as (
    select
        la_code,
        child_key,
        month_end_date,
        cast(sum(is_in_12_months) as integer) as placements_in_12_months,
        cast(count(*) as integer) as placements_in_24_months
    from counted_groups
    group by
        la_code,
        child_key,
        month_end_date
)

select * from final
