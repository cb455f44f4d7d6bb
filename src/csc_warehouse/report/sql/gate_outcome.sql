-- One row per gate: its rules, their results by what became of them, and the records that failed.
select
    run.gate,
    max(run.rules)::bigint as rules,
    sum(run.passed)::bigint as passed,
    sum(run.passed_with_failures)::bigint as passed_with_failures,
    sum(run.warned)::bigint as warned,
    sum(run.failed + run.errors)::bigint as failed,
    sum(run.not_applicable)::bigint as not_applicable,
    sum(run.failing_records)::bigint as failing_records
from dq.run as run
group by run.gate
order by array_position(['raw', 'staging', 'marts'], run.gate)
