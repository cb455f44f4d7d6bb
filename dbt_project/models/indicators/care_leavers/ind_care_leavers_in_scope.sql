-- CL-01: relevant, former relevant and qualifying care leavers of the ages covered, by the
-- observation that holds at the month end.
with

fct_care_leaver_month as (
    select * from {{ ref('fct_care_leaver_month') }}
),

final as (
    select
        {{ care_leaver_month_columns() }}
    from fct_care_leaver_month
    where is_in_scope
)

select * from final
