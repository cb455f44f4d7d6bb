"""From the month's extracts to a published release, in the next month.

**Purpose.** One release for all authorities from the extracts of one month. A run bears the last
day of the month that it loads, in its name too. A range of months is Airflow's own backfill:
`airflow backfill create --dag-id csc_monthly_load --from-date 2022-07-01 --to-date 2022-09-30`.

**Inputs.** `CSC_HOME/landing/<la_code>/<YYYY-MM>/<source>/`. The run waits for the day and hour
of `CSC_HOME/settings.toml`, then for whole deliveries, at most for the days of grace. An
authority that is late or refused keeps its last accepted load, which is marked stale; what
it delivers later, `csc_late_deliveries` loads.

**Outputs.** `CSC_HOME/lake/`, `CSC_HOME/published/<release_id>/` and `published/current`.

**When red.** The last release stays, and nothing is half published. Open the log of the red
task: its last line says what happened, in which file, and what to do. `land` red for one
authority only: its files were refused, the others went on; get the files corrected, then run
`csc_reload_month`. `accept` waiting: a critical failure needs a decision under *Required
actions*. Anything else: clear the task; every step can be repeated.
"""

from datetime import UTC, datetime

from airflow.sdk import CronTriggerTimetable, dag

from csc_warehouse.command import airflow_tasks as tasks

MONTH = "{{ logical_date.strftime('%Y-%m') }}"


@dag(
    # The last day of each month: Airflow names a run by the day from which on it may begin.
    schedule=CronTriggerTimetable("0 0 L * *", timezone="UTC"),
    start_date=datetime(2010, 4, 1, tzinfo=UTC),
    catchup=False,
    max_active_runs=1,
    default_args=tasks.DEFAULT_ARGS,
    doc_md=__doc__,
    tags=["csc", "impact-1"],
)
def csc_monthly_load() -> None:
    authorities = tasks.wait_for_files(MONTH)
    landed = tasks.land.partial(month=MONTH).expand(la_code=authorities)
    tasks.build_check_publish(landed, MONTH)


csc_monthly_load()
