-- One row per authority and available indicator: what of it is in doubt, and what failed behind it.
insert into analyst.dq.indicator_quality
with

indicator as (
    select distinct
        la_code,
        indicator_code,
        indicator_name
    from analyst.indicators.rpt_indicator
    where availability = 'available' and breakdown = 'all'
),

-- Not fct_indicator_detail: how a record is described takes as long again to look up.
detail as (
    {% for view in counted_views %}
    select
        la_code,
        indicator_code,
        event_date,
        is_in_doubt
    from analyst.internal.{{ view }}
    {{ "union all" if not loop.last }}
    {% endfor %}
),

behind as (
    select
        detail.la_code,
        detail.indicator_code,
        count(*) as records,
        count(*) filter (where detail.is_in_doubt) as records_in_doubt
    from detail
    inner join authority on detail.la_code = authority.la_code
    where detail.event_date > authority.as_at_date - interval 12 month
    group by detail.la_code, detail.indicator_code
),

failing as (
    select
        failing.la_code,
        protecting.indicator_code,
        count(*) as open_failures,
        count(distinct failing.rule_id) as failing_rules
    from analyst.dq.failing_record as failing
    inner join analyst.dq.expectation_indicator as protecting
        on failing.rule_id = protecting.rule_id
    group by failing.la_code, protecting.indicator_code
),

critical as (
    select
        indicator.la_code,
        indicator.indicator_code,
        count(*) as critical_failures,
        string_agg(distinct result.rule_id, ', ' order by result.rule_id) as rules
    from indicator
    inner join analyst.dq.expectation_result as result
        on indicator.la_code = result.la_code and list_contains($stopping, result.status)
    where
        list_contains(
            string_split(coalesce(result.indicators, ''), ','), indicator.indicator_code
        )
        or result.table_name in (
            select indicator_mart.mart
            from indicator_mart
            where indicator_mart.indicator_name = indicator.indicator_name
        )
        or (
            result.gate = 'raw'
            and coalesce(result.indicators, '') = ''
            and coalesce(result.column_name, '') = ''
        )
    group by indicator.la_code, indicator.indicator_code
)

select
    indicator.la_code,
    indicator.indicator_code,
    indicator.indicator_name,
    coalesce(behind.records, 0) as records,
    coalesce(behind.records_in_doubt, 0) as records_in_doubt,
    case
        when behind.records > 0
            then 100.0 * (behind.records - behind.records_in_doubt) / behind.records
    end as completeness_pct,
    coalesce(failing.open_failures, 0) as open_failures,
    coalesce(failing.failing_rules, 0) as failing_rules,
    coalesce(critical.critical_failures, 0) as critical_failures,
    critical.rules is not null as is_marked,
    critical.rules as reason
from indicator
left join behind
    on
        indicator.la_code = behind.la_code
        and indicator.indicator_code = behind.indicator_code
left join failing
    on
        indicator.la_code = failing.la_code
        and indicator.indicator_code = failing.indicator_code
left join critical
    on
        indicator.la_code = critical.la_code
        and indicator.indicator_code = critical.indicator_code
where list_contains($la_codes, indicator.la_code)
order by indicator.la_code, indicator.indicator_code
