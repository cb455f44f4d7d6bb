-- MIS-04: the episodes of MIS-01, for each child who has one.
with

ind_missing_episodes as (
    select * from {{ ref('ind_missing_episodes') }}
),

final as (
    select * from ind_missing_episodes
)

select * from final
