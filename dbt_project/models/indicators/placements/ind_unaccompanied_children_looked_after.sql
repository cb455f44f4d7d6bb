-- UASC-01: children looked after at the month end with the status of an unaccompanied child
-- then.
with

fct_cla_month as (
    select * from {{ ref('fct_cla_month') }}
),

final as (
    select
        {{ cla_month_columns(
            single_age_years='age_years',
            entry_age_years='age_at_start_years',
        ) }}
    from fct_cla_month
    where
        is_looked_after
        and is_unaccompanied
)

select * from final
