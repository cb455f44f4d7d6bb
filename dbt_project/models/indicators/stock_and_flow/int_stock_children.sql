-- One row per child, stock and month end, as the monthly facts count them.
with

fct_cla_month as (
    select * from {{ ref('fct_cla_month') }}
    where is_looked_after
),

fct_cp_month as (
    select * from {{ ref('fct_cp_month') }}
),

fct_cin_month as (
    select * from {{ ref('fct_cin_month') }}
),

final as (
    select
        'CLA-01' as indicator_code,
        la_code,
        month_end_date
    from fct_cla_month

    union all

    select
        'CPP-01' as indicator_code,
        la_code,
        month_end_date
    from fct_cp_month

    union all

    select
        'CIN-01' as indicator_code,
        la_code,
        month_end_date
    from fct_cin_month
)

select * from final
