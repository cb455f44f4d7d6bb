-- REV-03: of the children looked after, those whose next visit by a social worker is not
-- overdue.
with

fct_cla_month as (
    select * from {{ ref('fct_cla_month') }}
),

final as (
    select
        {{ cla_month_columns(
            numerator=one_if('next_visit_due_date >= month_end_date'),
            denominator='1',
        ) }}
    from fct_cla_month
    where is_looked_after
)

select * from final
