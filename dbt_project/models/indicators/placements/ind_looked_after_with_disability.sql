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
        {{ indicator_columns(
            record_table='fct_cla_month',
            record_key='cla_month_key',
            event_date='month_end_date',
            numerator='case when has_disability then 1 else 0 end',
            denominator='1',
            age_years='age_years',
            team_key='team_key',
            legal_status_code="coalesce(legal_status_code, 'not known')",
            placement_type_code="coalesce(placement_type_code, 'not known')",
            is_unaccompanied='is_unaccompanied',
        ) }}
    from disability_added
    where is_looked_after
)

select * from final
