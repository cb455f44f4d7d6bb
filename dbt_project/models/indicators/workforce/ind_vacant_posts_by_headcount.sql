-- WRK-03H: the posts of WRK-03; the register asks for the share of heads, not of full-time
-- equivalents.
with

ind_vacant_posts as (
    select * from {{ ref('ind_vacant_posts') }}
),

final as (
    select * from ind_vacant_posts
)

select * from final
