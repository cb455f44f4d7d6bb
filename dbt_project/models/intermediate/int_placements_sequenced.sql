{{ config(materialized='view') }}

with recursive

placements as (
    select * from {{ ref('int_placements_conformed') }}
),

episodes as (
    select * from {{ ref('int_cla_episodes_conformed') }}
),

dated_placements as (
    select
        record_key,
        la_code,
        child_key,
        placement_id,
        start_date,
        end_date,
        placement_type_code,
        postcode_key,
        change_reason_code,
        {{ is_temporary_placement('placement_type_code') }} as is_temporary,
        coalesce(end_date <= start_date, false) as is_zero_days
    from placements
    where start_date is not null
),

-- Temporary placements and placements of no days are left out first (PLC-01).
base_placements as (
    select
        *,
        row_number() over (
            partition by la_code, child_key, start_date
            order by end_date desc nulls first, placement_id desc nulls last, record_key desc
        ) as choice_number
    from dated_placements
    where
        not is_temporary
        and not is_zero_days
),

start_days as (
    select distinct
        la_code,
        child_key,
        start_date
    from dated_placements
),

-- The one before is the one that starts before it; of two, the one that ends later.
previous_placements as (
    select
        start_days.la_code,
        start_days.child_key,
        start_days.start_date,
        {{ last_known('base_placements.record_key') }} over (
            partition by start_days.la_code, start_days.child_key
            order by start_days.start_date
            rows between unbounded preceding and 1 preceding
        ) as previous_placement_key
    from start_days
    left join base_placements
        on
            start_days.la_code = base_placements.la_code
            and start_days.child_key = base_placements.child_key
            and start_days.start_date = base_placements.start_date
            and base_placements.choice_number = 1
),

-- While a temporary placement is open the one before it goes on: it ends when the last of its own
-- end and theirs is reached, and never while one of them is open.
going_on_ends as (
    select
        previous_placements.previous_placement_key as record_key,
        max(dated_placements.end_date) as temporary_end_date,
        max(case when dated_placements.end_date is null then 1 else 0 end) as has_open_temporary
    from dated_placements
    inner join previous_placements
        on
            dated_placements.la_code = previous_placements.la_code
            and dated_placements.child_key = previous_placements.child_key
            and dated_placements.start_date = previous_placements.start_date
    where
        dated_placements.is_temporary
        and not dated_placements.is_zero_days
        and previous_placements.previous_placement_key is not null
    group by previous_placements.previous_placement_key
),

ended_placements as (
    select
        base_placements.*,
        case
            when base_placements.end_date is null or going_on_ends.has_open_temporary = 1 then null
            when going_on_ends.temporary_end_date > base_placements.end_date
                then going_on_ends.temporary_end_date
            else base_placements.end_date
        end as last_end_date
    from base_placements
    left join going_on_ends
        on base_placements.record_key = going_on_ends.record_key
),

same_carer_days as (
    select distinct
        la_code,
        child_key,
        start_date
    from episodes
    where start_reason_code in ('T', 'U')
),

paired_placements as (
    select
        dated_placements.*,
        coalesce(base_placements.choice_number = 1, false) as is_leading,
        previous.record_key as previous_placement_key,
        previous.end_date as previous_end_date,
        coalesce(
            previous.placement_type_code = dated_placements.placement_type_code
            and previous.postcode_key = dated_placements.postcode_key,
            false
        ) as is_same_place,
        coalesce(
            previous.last_end_date = dated_placements.start_date
            and (
                previous.change_reason_code = 'PLACE'
                or same_carer_days.start_date is not null
                or dated_placements.placement_type_code in ('A3', 'A5')
            ),
            false
        ) as is_same_carer,
        coalesce(
            previous.last_end_date = dated_placements.start_date
            and dated_placements.placement_type_code in ('A3', 'A4', 'A5', 'A6'),
            false
        ) as is_placed_for_adoption
    from dated_placements
    left join previous_placements
        on
            dated_placements.la_code = previous_placements.la_code
            and dated_placements.child_key = previous_placements.child_key
            and dated_placements.start_date = previous_placements.start_date
    left join ended_placements as previous
        on previous_placements.previous_placement_key = previous.record_key
    left join base_placements
        on dated_placements.record_key = base_placements.record_key
    left join same_carer_days
        on
            dated_placements.la_code = same_carer_days.la_code
            and dated_placements.child_key = same_carer_days.child_key
            and dated_placements.start_date = same_carer_days.start_date
),

temporary_steps as (
    select distinct
        la_code,
        child_key,
        start_date,
        end_date
    from dated_placements
    where
        is_temporary
        and end_date > start_date
),

-- Walks from the end of the one before along temporary placements that touch end to start.
walks as (
    select
        record_key,
        la_code,
        child_key,
        previous_end_date as reached_date,
        start_date as target_date
    from paired_placements
    where
        is_same_place
        and previous_end_date < start_date
        and not is_temporary
        and not is_zero_days

    union all

    select
        walks.record_key,
        walks.la_code,
        walks.child_key,
        temporary_steps.end_date as reached_date,
        walks.target_date
    from walks
    inner join temporary_steps
        on
            walks.la_code = temporary_steps.la_code
            and walks.child_key = temporary_steps.child_key
            and walks.reached_date = temporary_steps.start_date
            and temporary_steps.end_date <= walks.target_date
),

bridged_placements as (
    select distinct record_key
    from walks
    where reached_date = target_date
),

final as (
    select
        paired_placements.record_key,
        paired_placements.la_code,
        paired_placements.child_key,
        paired_placements.placement_id,
        paired_placements.start_date,
        paired_placements.end_date,
        paired_placements.is_temporary,
        paired_placements.is_zero_days,
        paired_placements.is_leading,
        paired_placements.previous_placement_key,
        paired_placements.is_same_carer
        or bridged_placements.record_key is not null as is_continuation,
        paired_placements.is_same_carer
        or paired_placements.is_placed_for_adoption
        or bridged_placements.record_key is not null as is_stable_continuation
    from paired_placements
    left join bridged_placements
        on paired_placements.record_key = bridged_placements.record_key
)

select * from final
