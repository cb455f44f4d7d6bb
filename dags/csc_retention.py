"""What is older than its retention is removed, on the second of each month.

**Purpose.** Removes landed files, loads, quarantined rows, the history of failures and releases
that are older than the newest landed month and the months kept before it: those of
`seeds/sources/retention.csv`, or the parameter `keep_months` for all of them. The clock decides
when it runs, never what is old. The current release stays.

**Inputs.** `CSC_HOME` and `seeds/sources/retention.csv`.

**Outputs.** `CSC_HOME/certificates/retention-….json`: what was removed, and under which rule. No
file where nothing was old.

**When red.** Nothing is half removed that a second run would not finish: open the log, correct
what its last line says, and clear the task. To see what would go: `csc retention --dry-run`.
"""

from datetime import UTC, datetime

from airflow.sdk import Param, dag

from csc_warehouse.command import airflow_tasks as tasks


@dag(
    schedule="0 0 2 * *",
    start_date=datetime(2010, 4, 1, tzinfo=UTC),
    catchup=False,
    max_active_runs=1,
    default_args=tasks.DEFAULT_ARGS,
    doc_md=__doc__,
    tags=["csc", "impact-3"],
    params={
        "keep_months": Param(
            None,
            type=["null", "integer"],
            minimum=1,
            title="Months kept",
            description="Empty: as seeds/sources/retention.csv says",
        ),
    },
)
def csc_retention() -> None:
    tasks.retain("{{ params.keep_months or '' }}")


csc_retention()
