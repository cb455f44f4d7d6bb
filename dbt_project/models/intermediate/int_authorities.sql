-- The newest load of a source that gives a subject dates the authority; a local extension alone
-- doesn't, unless there is nothing else.
with

loads as (
    select * from {{ source('ops', 'load') }}
),

authorities as (
    select * from {{ ref('authority') }}
),

council_name as (
    select * from {{ ref('council_name') }}
),

subject_giving_sources as (
    select distinct source_system
    from {{ ref('source_subject') }}
),

ranked_loads as (
    select
        loads.*,
        min(loads.history_start_date) over (
            partition by loads.la_code, loads.source_system
        ) as source_history_start_date,
        row_number() over (
            partition by loads.la_code
            order by
                case when subject_giving_sources.source_system is null then 1 else 0 end,
                loads.as_at_date desc,
                loads.history_start_date asc,
                loads.source_system asc
        ) as newness_number
    from loads
    left join subject_giving_sources
        on loads.source_system = subject_giving_sources.source_system
),

final as (
    select
        ranked_loads.la_code,
        coalesce(
            council_name.authority_name,
            authorities.authority_name,
            'Authority ' || ranked_loads.la_code
        ) as authority_name,
        coalesce(authorities.is_fictional, false) as is_fictional,
        authorities.region_name,
        ranked_loads.as_at_date,
        ranked_loads.source_history_start_date as history_start_date,
        ranked_loads.is_stale
    from ranked_loads
    left join authorities
        on ranked_loads.la_code = authorities.la_code
    left join council_name
        on
            ranked_loads.la_code = council_name.la_code
            and {{ holds_at('council_name', 'ranked_loads.as_at_date') }}
    where ranked_loads.newness_number = 1
)

select * from final
