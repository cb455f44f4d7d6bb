-- CLA-04: periods of care by their end, not in short breaks the day before; a child counts once.
with

fct_period_of_care as (
    select * from {{ ref('fct_period_of_care') }}
),

final as (
    select
        {{ care_end_columns() }}
    from fct_period_of_care
    where is_counted_end
)

select * from final
