with

council_locality as (
    select * from {{ source('crosswalk', 'council_locality') }}
),

listed_localities as (
    select distinct
        la_code,
        locality_code,
        locality_name
    from council_locality
),

final as (
    select
        {{ locality_key('la_code', 'locality_code') }} as locality_key,
        la_code,
        locality_code,
        locality_name
    from listed_localities
)

select * from final
