"""What came late, or while the server was down, is loaded: each day.

**Purpose.** Finds whole deliveries of months that no run of `csc_monthly_load` waits for any
more and that were never loaded, and runs `csc_reload_month` for each, the oldest first. A month
before the authority's newest load is a correction, and stays somebody's decision. While a range
of months is backfilled by hand, pause it: it would find the months that are still to come.

**Inputs.** `CSC_HOME/landing/<la_code>/<YYYY-MM>/<source>/`, the lake's loads and
`CSC_HOME/settings.toml`.

**Outputs.** Runs of `csc_reload_month`.

**When red.** Open the log, correct what its last line says, and clear the task. A run of
`csc_reload_month` that is red says why itself; the same files are not tried again.
"""

from datetime import UTC, datetime

from airflow.providers.standard.operators.trigger_dagrun import TriggerDagRunOperator
from airflow.sdk import dag

from csc_warehouse.command import airflow_tasks as tasks


@dag(
    schedule="0 6 * * *",
    start_date=datetime(2010, 4, 1, tzinfo=UTC),
    catchup=False,
    max_active_runs=1,
    default_args=tasks.DEFAULT_ARGS,
    doc_md=__doc__,
    tags=["csc", "impact-2"],
)
def csc_late_deliveries() -> None:
    TriggerDagRunOperator.partial(
        task_id="reload", trigger_dag_id="csc_reload_month", max_active_tis_per_dag=1
    ).expand_kwargs(tasks.find_late_deliveries())


csc_late_deliveries()
