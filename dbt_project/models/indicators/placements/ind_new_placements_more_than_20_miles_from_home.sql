-- PLC-11: of the placements with other carers that began, those farther from home than that; not
-- known is not.
with

fct_placement as (
    select * from {{ ref('fct_placement') }}
),

threshold as (
    select * from {{ ref('threshold') }}
    where indicator_code = 'PLC-11'
),

final as (
    select
        {{ placement_start_columns(
            numerator=one_if('distance_miles > threshold.threshold'),
            denominator='1',
            quantity='distance_miles',
        ) }}
    from fct_placement
    left join threshold on {{ holds_at('threshold', 'start_date') }}
    where is_new
)

select * from final
