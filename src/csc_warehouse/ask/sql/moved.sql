-- One row per authority and indicator: its newest figure that moved, and how many records why.
with
figures as (
    select
        la_code,
        indicator_code,
        period_type,
        period_start_date,
        period_end_date,
        any_value(previous_value) as previous_value,
        any_value(value) as value
    from rpt_indicator_revision
    where
        ($la_codes is null or list_contains($la_codes, la_code))
        and ($code is null or indicator_code = $code)
    group by la_code, indicator_code, period_type, period_start_date, period_end_date
),

ordered as (
    select
        *,
        count(*) over (partition by la_code, indicator_code) as figures,
        row_number() over (
            partition by la_code, indicator_code
            order by
                period_end_date desc,
                abs(value - previous_value) desc nulls last,
                period_type
        ) as place
    from figures
),

reasons as (
    select
        la_code,
        indicator_code,
        string_agg(record_count || ' ' || change_reason, ', ' order by change_reason)
            as reasons
    from (
        select la_code, indicator_code, change_reason, count(*) as record_count
        from fct_indicator_revision
        group by la_code, indicator_code, change_reason
    )
    group by la_code, indicator_code
)

select
    ordered.la_code,
    ordered.indicator_code,
    ordered.figures,
    ordered.period_type,
    ordered.period_end_date,
    ordered.previous_value,
    ordered.value,
    reasons.reasons
from ordered
left join reasons using (la_code, indicator_code)
where ordered.place = 1
order by ordered.la_code, ordered.indicator_code
