with

authorities as (
    select * from {{ ref('int_authorities') }}
),

final as (
    select
        la_code,
        authority_name,
        is_fictional,
        region_name,
        as_at_date,
        history_start_date,
        is_stale
    from authorities
)

select * from final
