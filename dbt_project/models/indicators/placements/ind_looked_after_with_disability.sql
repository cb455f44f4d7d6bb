-- CLA-07: of children looked after at the month end, those with a disability. Disability has no
-- dates: one in the extract holds at every month end.
with

fct_cla_month as (
    select * from {{ ref('fct_cla_month') }}
),

dim_child as (
    select * from {{ ref('dim_child') }}
),

disability_added as (
    select
        fct_cla_month.*,
        dim_child.has_disability
    from fct_cla_month
    inner join dim_child on fct_cla_month.child_key = dim_child.child_key
),

final as (
    select
        {{ cla_month_columns(
            numerator='case when has_disability then 1 else 0 end',
            denominator='1',
        ) }}
    from disability_added
    where is_looked_after
)

select * from final
