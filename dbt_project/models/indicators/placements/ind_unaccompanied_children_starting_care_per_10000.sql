-- UASC-02R: the unaccompanied children of UASC-02, by the population.
with

fct_period_of_care as (
    select * from {{ ref('fct_period_of_care') }}
),

final as (
    select
        {{ care_start_columns() }}
    from fct_period_of_care
    where
        is_counted_start
        and is_unaccompanied_at_start
)

select * from final
