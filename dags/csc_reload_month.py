"""A chosen month again, from corrected extracts.

**Purpose.** Lands one authority's corrected files (or all authorities') for a past month and
makes a new release of that month. The releases made before stay as they are.

**Inputs.** The corrected files in `CSC_HOME/landing/<la_code>/<YYYY-MM>/<source>/`, and the
parameters `month` and `la_code`.

**Outputs.** A new load in `CSC_HOME/lake/` and a new `CSC_HOME/published/<release_id>/`. The
same files again change nothing.

**When red.** The last release stays. Open the log of the red task: its last line says what
happened, in which file, and what to do. `accept` waiting: a critical failure needs a decision
under *Required actions*. Anything else: clear the task; every step can be repeated.
"""

from datetime import UTC, datetime

from airflow.sdk import Param, dag

from csc_warehouse.command import airflow_tasks as tasks

MONTH = "{{ params.month }}"


@dag(
    schedule=None,
    start_date=datetime(2010, 4, 1, tzinfo=UTC),
    catchup=False,
    max_active_runs=1,
    default_args=tasks.DEFAULT_ARGS,
    doc_md=__doc__,
    tags=["csc", "impact-2"],
    params={
        "month": Param(
            type="string",
            pattern=r"^\d{4}-(0[1-9]|1[0-2])$",
            title="Month",
            description="The month whose end the extracts describe, such as 2022-09",
        ),
        "la_code": Param(
            "",
            type="string",
            pattern=r"^(\d{3})?$",
            title="Authority",
            description="Three digits; empty lands every authority with files for the month",
        ),
    },
)
def csc_reload_month() -> None:
    authorities = tasks.choose_authorities("{{ params.la_code }}", MONTH)
    landed = tasks.land.partial(month=MONTH).expand(la_code=authorities)
    tasks.build_check_publish(landed, MONTH)


csc_reload_month()
