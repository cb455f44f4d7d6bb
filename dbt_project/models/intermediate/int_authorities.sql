with

loads as (
    select * from {{ source('ops', 'load') }}
),

authorities as (
    select * from {{ ref('authority') }}
),

ranked_loads as (
    select
        loads.*,
        row_number() over (
            partition by loads.la_code
            order by loads.as_at_date desc, loads.history_start_date asc, loads.source_system asc
        ) as newness_number
    from loads
),

final as (
    select
        ranked_loads.la_code,
        coalesce(
            authorities.authority_name, 'Authority ' || ranked_loads.la_code
        ) as authority_name,
        ranked_loads.la_code between '991' and '999' as is_fictional,
        authorities.region_name,
        ranked_loads.as_at_date,
        ranked_loads.history_start_date,
        ranked_loads.is_stale
    from ranked_loads
    left join authorities
        on ranked_loads.la_code = authorities.la_code
    where ranked_loads.newness_number = 1
)

select * from final
