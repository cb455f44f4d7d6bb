{#
    One row per episode that any year's return holds, its newest version, repaired where the years
    contradict each other. No code is made up and none is dropped: a repair moves an end, and
    `repair` names it (docs/load-ssda903.md). In this order, the first that applies:

    superseded  went on into a year whose return has another episode instead, begun before that
                year: ends where the newer return's begins, with no night left where that is earlier
    open        has no end although a newer return has another one next, or, though it would have
                this one, has not: ends with the next one, else with the year that it was in
    overlapping ends after the next one starts, which is a newer return's, or says as this one does
                (X1) that care goes on: ends where that one starts
    gapped      says that care goes on (X1), as does the next one, which starts later: ends there

    What else overlaps within one return stays as it is: the period of care is made by its dates.

    One that is open at the end of its year and that no newer return goes on with is dropped from the
    returns: nobody knows when care ended. Episodes without a first day are left as they are.
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
    'home_postcode_key',
    'postcode_key',
    'placement_distance_miles',
    'is_in_home_authority',
    'legal_status_unknown_codes',
    'placement_unknown_codes',
    'return_month',
] %}

with

ssda903_episodes as (
    select
        *,
        extract_month as return_month
    from {{ ref('stg_ssda903__episodes') }}
),

subject_sources as (
    select * from {{ ref('int_subject_sources') }}
),

received as (
    {{ from_chosen_source('ssda903_episodes', 'care', columns) }}
),

{{ latest_versions('cla_episodes', columns) }},

newest_returns as (
    select
        la_code,
        max(return_month) as newest_return_month
    from latest
    group by la_code
),

-- A return is of the year that ends with its month, a March. What the rules below don't ask of an
-- episode stays behind: a wide row, sorted three times, is what fills the memory.
dated as (
    select
        latest.record_key,
        latest.record_id,
        latest.la_code,
        latest.child_key,
        latest.start_date,
        latest.start_reason_code,
        latest.end_date,
        latest.end_reason_code,
        latest.return_month,
        newest_returns.newest_return_month,
        cast(substr(latest.return_month, 1, 4) || '-04-01' as date) as day_after_year
    from latest
    inner join newest_returns on latest.la_code = newest_returns.la_code
),

superseded as (
    select
        older.record_key,
        min(newer.start_date) as newer_start_date
    from dated as older
    inner join dated as newer
        on
            older.la_code = newer.la_code
            and older.child_key = newer.child_key
            and older.return_month < newer.return_month
            and older.record_key <> newer.record_key
    where
        older.start_date is not null
        and (older.end_date is null or older.end_date >= older.day_after_year)
        and newer.start_date < older.day_after_year
        and (newer.end_date is null or newer.end_date >= older.day_after_year)
    group by older.record_key
),

marked as (
    select
        dated.*,
        superseded.newer_start_date,
        case
            when superseded.newer_start_date <= dated.start_date then 'without a night'
            when dated.start_date is null then 'without a day'
            else 'in order'
        end as standing
    from dated
    left join superseded on dated.record_key = superseded.record_key
),

followed as (
    select
        *,
        case
            when standing = 'in order'
                then lead(start_date) over (
                    partition by la_code, child_key, standing
                    order by start_date asc, record_id asc
                )
        end as next_start_date,
        case
            when standing = 'in order'
                then lead(start_reason_code) over (
                    partition by la_code, child_key, standing
                    order by start_date asc, record_id asc
                )
        end as next_start_reason_code,
        case
            when standing = 'in order'
                then lead(return_month) over (
                    partition by la_code, child_key, standing
                    order by start_date asc, record_id asc
                )
        end as next_return_month
    from marked
),

repaired as (
    select
        *,
        case
            when newer_start_date is not null then 'superseded'
            when standing = 'without a day' then 'as returned'
            when end_date is null and return_month < newest_return_month then 'open'
            when
                end_date > next_start_date
                and (
                    return_month < next_return_month
                    or (end_reason_code = 'X1' and next_start_reason_code <> 'S')
                )
                then 'overlapping'
            when
                end_date < next_start_date
                and end_reason_code = 'X1'
                and next_start_reason_code <> 'S'
                then 'gapped'
            else 'as returned'
        end as repair
    from followed
),

-- Nothing in a newer return goes on with it: its own return's next episode does not, nor does care
-- that starts anew after the year.
judged as (
    select
        *,
        repair = 'open'
        and (
            next_start_date is null
            or next_return_month = return_month
            or (next_start_reason_code = 'S' and next_start_date >= day_after_year)
        ) as is_dropped_from_returns
    from repaired
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
        case
            when judged.repair = 'superseded'
                then greatest(judged.newer_start_date, judged.start_date)
            when judged.is_dropped_from_returns then judged.day_after_year
            when judged.repair in ('open', 'overlapping', 'gapped') then judged.next_start_date
            else latest.end_date
        end as end_date,
        latest.end_date as returned_end_date,
        latest.end_reason_code,
        latest.change_reason_code,
        latest.urn,
        latest.home_postcode_key,
        latest.postcode_key,
        latest.placement_distance_miles,
        latest.is_in_home_authority,
        judged.repair,
        judged.is_dropped_from_returns,
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
    inner join judged on latest.record_key = judged.record_key
)

select * from final
