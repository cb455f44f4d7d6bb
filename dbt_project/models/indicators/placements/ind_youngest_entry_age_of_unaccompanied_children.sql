-- UASC-06E: the age on coming into care of the unaccompanied children of UASC-01, in completed
-- years.
with

fct_cla_month as (
    select * from {{ ref('fct_cla_month') }}
),

final as (
    select
        {{ cla_month_columns(
            quantity='cast(age_at_start_years as double)',
            single_age_years='age_years',
            entry_age_years='age_at_start_years',
        ) }}
    from fct_cla_month
    where
        is_looked_after
        and is_unaccompanied
        and age_at_start_years is not null
)

select * from final
