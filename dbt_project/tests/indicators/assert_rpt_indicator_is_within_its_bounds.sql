-- Every value lies within its bounds, and what is not available has a reason and no number. Only
-- what is measured, and records per child, can be open above.
with

rpt_indicator as (
    select * from {{ ref('rpt_indicator') }}
),

int_indicator_availability as (
    select * from {{ ref('int_indicator_availability') }}
),

final as (
    select
        rpt_indicator.la_code,
        rpt_indicator.indicator_code,
        rpt_indicator.period_type,
        rpt_indicator.period_end_date,
        rpt_indicator.breakdown,
        rpt_indicator.breakdown_value
    from rpt_indicator
    inner join int_indicator_availability
        on
            rpt_indicator.la_code = int_indicator_availability.la_code
            and rpt_indicator.indicator_code = int_indicator_availability.indicator_code
    where
        rpt_indicator.value < rpt_indicator.lower_bound
        or rpt_indicator.value > rpt_indicator.upper_bound
        or (rpt_indicator.value is null) <> (rpt_indicator.lower_bound is null)
        or (rpt_indicator.value is null and rpt_indicator.upper_bound is not null)
        or (
            rpt_indicator.value is not null
            and rpt_indicator.upper_bound is null
            and int_indicator_availability.gives in ('count', 'share', 'distribution', 'rate')
        )
        or (rpt_indicator.availability <> 'available' and rpt_indicator.value is not null)
        or (rpt_indicator.availability <> 'available')
        <> (rpt_indicator.unavailable_reason is not null)
)

select * from final
