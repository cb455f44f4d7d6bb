with

cla_months as (
    select * from {{ ref('int_cla_months') }}
),

placements as (
    select * from {{ ref('int_placements_joined') }}
),

-- Open at the end of at least one day of the window, itself or held by a temporary placement.
counted_groups as (
    select distinct
        cla_months.la_code,
        cla_months.child_key,
        cla_months.month_end_date,
        placements.held_move_group_key
    from cla_months
    inner join placements
        on
            cla_months.la_code = placements.la_code
            and cla_months.child_key = placements.child_key
            and placements.start_date <= cla_months.month_end_date
            and (
                placements.end_date is null
                or placements.end_date > cla_months.window_start_date
            )
    where placements.held_move_group_key is not null
),

final as (
    select
        la_code,
        child_key,
        month_end_date,
        cast(count(*) as integer) as placements_in_12_months
    from counted_groups
    group by
        la_code,
        child_key,
        month_end_date
)

select * from final
