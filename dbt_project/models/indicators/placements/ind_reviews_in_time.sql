-- REV-01: of the children looked after for whom a review was due in the twelve months, those all
-- of whose reviews were held in time.
with

fct_cla_month as (
    select * from {{ ref('fct_cla_month') }}
),

final as (
    select
        {{ cla_month_columns(
            numerator=one_if('reviews_late_in_12_months = 0'),
            denominator='1',
        ) }}
    from fct_cla_month
    where
        is_looked_after
        and reviews_due_in_12_months > 0
)

select * from final
