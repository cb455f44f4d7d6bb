{#
    One row per episode that any year's return holds, its newest version, repaired where the years
    contradict each other. No code is made up: a repair moves an end or leaves an episode out, and
    `repair` names it (docs/load-ssda903.md). In this order, the first that applies:

    superseded  went on into a year whose return has another episode instead, begun before that
                year: the newer return has corrected it, and it no longer counts
    open        has no end although another episode follows, or although a newer return, which
                would have it, has not: ends with the next one, else with the year that it was in
    overlapping ends after the next one starts: ends where that one starts
    gapped      says that care goes on (X1), as does the next one, which starts later: ends there

    Episodes without a first day are left as they are.
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
    select distinct older.record_key
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
),

marked as (
    select
        dated.*,
        superseded.record_key is not null as is_superseded,
        case
            when superseded.record_key is not null then 'left out'
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
        end as next_start_reason_code
    from marked
),

repaired as (
    select
        *,
        case
            when is_superseded then 'superseded'
            when standing = 'without a day' then 'as returned'
            when
                end_date is null
                and (next_start_date is not null or return_month < newest_return_month)
                then 'open'
            when end_date > next_start_date then 'overlapping'
            when
                end_date < next_start_date
                and end_reason_code = 'X1'
                and next_start_reason_code <> 'S'
                then 'gapped'
            else 'as returned'
        end as repair
    from followed
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
            -- The next one starts care anew: this one ended before, by the end of its own year.
            when
                repaired.repair = 'open'
                and (
                    repaired.next_start_date is null
                    or repaired.next_start_reason_code = 'S'
                )
                and repaired.return_month < repaired.newest_return_month
                then least(
                    coalesce(repaired.next_start_date, repaired.day_after_year),
                    repaired.day_after_year
                )
            when repaired.repair in ('open', 'overlapping', 'gapped')
                then repaired.next_start_date
            else latest.end_date
        end as end_date,
        latest.end_date as returned_end_date,
        latest.end_reason_code,
        latest.change_reason_code,
        latest.urn,
        latest.postcode_key,
        latest.placement_distance_miles,
        latest.is_in_home_authority,
        repaired.repair,
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
    inner join repaired on latest.record_key = repaired.record_key
)

select * from final
