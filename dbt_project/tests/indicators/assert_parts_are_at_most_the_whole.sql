-- A share is at most 100 %, and the values of a breakdown count no more than `all` does; where each
-- child or record has just one value, as much. What is measured against a number of the outside
-- (UASC-04) may pass it: the register says so.
with

rpt_indicator as (
    select * from {{ ref('rpt_indicator') }}
    where availability = 'available'
),

indicators as (
    select distinct
        indicator_code,
        aggregation
    from {{ ref('indicator') }}
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
    inner join indicators
        on rpt_indicator.indicator_code = indicators.indicator_code
    where
        rpt_indicator.value > 100
        and (
            indicators.aggregation like 'share_%'
            or indicators.aggregation like 'distribution_%'
        )
        and rpt_indicator.indicator_code <> 'UASC-04'

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
