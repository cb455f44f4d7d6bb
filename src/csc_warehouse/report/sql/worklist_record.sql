-- One row per failing or accepted record and rule, for the team that corrects it: what came this
-- month first, then the oldest.
with

-- How far each figure could move, the newest of its widest standard period.
spoiled as (
    select
        link.rule_id,
        report.la_code,
        link.indicator_code,
        report.value,
        report.lower_bound,
        report.upper_bound,
        row_number() over (
            partition by link.rule_id, report.la_code
            order by
                (report.upper_bound - report.lower_bound) / nullif(report.value, 0)
                    desc nulls last,
                link.indicator_code
        ) as place
    from (select distinct rule_id, indicator_code from dq.expectation_indicator) as link
    inner join indicators.rpt_indicator as report
        on link.indicator_code = report.indicator_code
    inner join marts.dim_authority as authority
        on
            report.la_code = authority.la_code
            and report.period_end_date = authority.as_at_date
    where
        report.breakdown = 'all'
        and report.period_type in ('month_end', 'rolling_12_months')
        and report.lower_bound < report.upper_bound
),

named as (
    select
        rule_id,
        la_code,
        string_agg(
            indicator_code || ' ' || printf('%.1f', value) || ' (could be '
            || printf('%.1f', lower_bound) || ' to ' || printf('%.1f', upper_bound) || ')',
            '; ' order by place
        ) as indicators
    from spoiled
    where place <= $named
    group by rule_id, la_code
),

child_ids as (
    select la_code, child_key, string_agg(person_id, ', ' order by person_id) as child_id
    from restricted.child_link
    group by la_code, child_key
),

record_ids as (
    select
        la_code,
        table_name,
        record_key,
        max(record_id) as record_id,
        max(file_link.file_name) as source_file,
        max(row_number) as row_number
    from restricted.record_link
    left join restricted.file_link as file_link using (la_code, load_id, source_file)
    group by la_code, table_name, record_key
)

select
    issue.la_code,
    coalesce(issue.owner_team, issue.owner) as team,
    coalesce(child_ids.child_id, 'not known') as child_id,
    replace(regexp_replace(issue.table_name, '^int_|_conformed$', '', 'g'), '_', ' ')
        as record,
    record_ids.record_id,
    replace(issue.column_name, '_', ' ') as field,
    expectation.why,
    expectation.how_to_resolve,
    coalesce(named.indicators, '') as indicators,
    issue.state,
    issue.first_seen_month as first_seen,
    issue.age_months as age,
    coalesce(left(issue.worker_key, 8), '') as worker,
    record_ids.source_file,
    record_ids.row_number,
    issue.rule_id,
    expectation.severity,
    issue.owner,
    case
        when issue.state = 'accepted' then ''
        when issue.first_seen_month = release.month then 'new'
        when issue.opened_month = release.month then 'back'
        else ''
    end as came
from dq.issue as issue
cross join ops.release as release
inner join dq.expectation as expectation on issue.rule_id = expectation.rule_id
left join child_ids
    on issue.la_code = child_ids.la_code and issue.child_key = child_ids.child_key
left join record_ids
    on
        issue.la_code = record_ids.la_code
        and issue.table_name = record_ids.table_name
        and issue.record_key = record_ids.record_key
left join named on issue.rule_id = named.rule_id and issue.la_code = named.la_code
where issue.state <> 'resolved'
order by
    issue.la_code, team, came = '', issue.age_months desc, issue.first_seen_month, issue.rule_id,
    child_id, record_id, issue.issue_key
