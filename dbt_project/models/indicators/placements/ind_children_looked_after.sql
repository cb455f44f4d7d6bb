-- CLA-01: children looked after at the month end.
with

fct_cla_month as (
    select * from {{ ref('fct_cla_month') }}
),

final as (
    select
        {{ cla_month_columns(
            single_age_years='age_years',
            primary_need_code=code_or_not_known('primary_need_code'),
        ) }}
    from fct_cla_month
    where is_looked_after
)

select * from final
