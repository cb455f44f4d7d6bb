with

spells as (
    select * from {{ ref('int_missing_spells_conformed') }}
),

dated_spells as (
    select
        *,
        coalesce(missing_type_code, 'not known') as spell_group,
        coalesce(end_at, timestamp '9999-12-31 00:00:00') as reach_at
    from spells
    where start_at is not null
),

compared_spells as (
    select
        *,
        max(reach_at) over (
            partition by la_code, child_key, spell_group
            order by start_at, end_at nulls last, missing_spell_id nulls last, record_key
            rows between unbounded preceding and 1 preceding
        ) as reach_before_at
    from dated_spells
),

-- Only spells of type M join, where the next starts before the last ended; touching ones are two.
numbered_spells as (
    select
        *,
        sum(
            case when spell_group = 'M' and start_at < reach_before_at then 0 else 1 end
        ) over (
            partition by la_code, child_key, spell_group
            order by start_at, end_at nulls last, missing_spell_id nulls last, record_key
            rows between unbounded preceding and current row
        ) as episode_number
    from compared_spells
),

final as (
    select
        record_key,
        first_value(record_key) over (
            partition by la_code, child_key, spell_group, episode_number
            order by start_at, end_at nulls last, missing_spell_id nulls last, record_key
        ) as first_spell_key
    from numbered_spells
)

select * from final
