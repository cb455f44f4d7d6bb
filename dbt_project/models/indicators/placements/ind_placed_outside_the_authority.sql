-- PLC-06: of all children looked after at the month end, those placed in another authority than
-- their home was in. Where the two were not compared, the child is not outside, as published.
with

fct_cla_month as (
    select * from {{ ref('fct_cla_month') }}
),

final as (
    select
        {{ cla_month_columns(
            related_record_key='placement_key',
            numerator=one_if('not is_in_home_authority'),
            denominator='1',
        ) }}
    from fct_cla_month
    where is_looked_after
)

select * from final
