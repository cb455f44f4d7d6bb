-- A share is at most 100 %, and the values of a breakdown count no more than `all` does; where each
-- child or record has just one value, as much. What is held against others than those it is of may
-- be more than they are: children against an expected number (UASC-04), leavers against who is in
-- post (WRK-04H). The register says so of both.
with

rpt_indicator as (
    select * from {{ ref('rpt_indicator') }}
    where availability = 'available'
),

int_indicator_availability as (
    select * from {{ ref('int_indicator_availability') }}
),

parts as (
    select
        la_code,
        indicator_code,
        period_type,
        period_start_date,
        period_end_date,
        breakdown,
        sum(numerator) as numerator
    from rpt_indicator
    where breakdown <> 'all'
    group by
        la_code,
        indicator_code,
        period_type,
        period_start_date,
        period_end_date,
        breakdown
),

final as (
    select
        rpt_indicator.la_code,
        rpt_indicator.indicator_code,
        rpt_indicator.period_type,
        rpt_indicator.period_end_date,
        rpt_indicator.breakdown
    from rpt_indicator
    inner join int_indicator_availability
        on
            rpt_indicator.la_code = int_indicator_availability.la_code
            and rpt_indicator.indicator_code = int_indicator_availability.indicator_code
    where
        rpt_indicator.value > 100
        and int_indicator_availability.gives in ('share', 'distribution')
        and rpt_indicator.indicator_code not in ('UASC-04', 'WRK-04H')

    union all

    select
        whole.la_code,
        whole.indicator_code,
        whole.period_type,
        whole.period_end_date,
        parts.breakdown
    from rpt_indicator as whole
    inner join parts
        on
            whole.la_code = parts.la_code
            and whole.indicator_code = parts.indicator_code
            and whole.period_type = parts.period_type
            and whole.period_start_date = parts.period_start_date
            and whole.period_end_date = parts.period_end_date
    where
        whole.breakdown = 'all'
        and (
            parts.numerator > whole.numerator
            or (
                parts.numerator < whole.numerator
                and parts.breakdown in (
                    'sex', 'ethnic_group', 'disability', 'team', 'duration'
                )
            )
        )
)

select * from final
