"""Writing the extracts: the truth is simulated once, each month shows what was known of it."""

from __future__ import annotations

import csv
from collections.abc import Callable, Iterable
from datetime import date, timedelta
from pathlib import Path

import duckdb
import numpy as np
import pyarrow as pa

from csc_fictional import annex_a, cin_census, local, ssda903
from csc_fictional import faults as fault_book
from csc_fictional.clock import NEVER, day_number, month_end, month_start, months_between
from csc_fictional.dialects import CLEAN, DIALECTS
from csc_fictional.layout import Extract, TableLayout, layouts
from csc_fictional.rates import RATES, TIDY_RATES, Rates
from csc_fictional.rows import Rows, stack, take
from csc_fictional.setting import Setting, Workforce, make_workforce
from csc_fictional.story import Truth, simulate_year
from csc_warehouse.errors import WrongUse

EPOCH = date(1970, 1, 1)
FICTIONAL_CODES = tuple(str(code) for code in range(991, 1000))
DEFAULT_DIALECTS = {"991": "systemc", "992": "mosaic", "993": "eclipse"}
WINDOW_MONTHS = 72
"""An extract goes back six years (SSD extract scripts, `ssd_timeframe_years`)."""
LOOK_BACK_YEARS = 19
"""A child can be in care from birth to 18: so long ago stories begin that a month can show."""
LEDGER_COLUMNS = ("fault_code", "fault", "table", "column", "record_id", "person_id", "rule")


SOURCES = ("ssd", "annex_a", cin_census.SOURCE, ssda903.SOURCE, ssda903.XML_FORM)
SMALLEST, LARGEST = 0.05, 100


def generate(
    la_code: str,
    first_month: str,
    last_month: str,
    size: float,
    seed: int,
    source: str,
    out: Path,
    *,
    faults: bool = True,
    dialect: str | None = None,
    rates: Callable[[int], Rates] | None = None,
) -> list[Path]:
    """Write a fictional authority's monthly extracts, and a ledger of the planted faults.

    `la_code` is one of 991 to 999, months are written YYYY-MM, `size` 1.0 is an authority of
    45,000 children, `dialect` a case system (`systemc`, `mosaic`, `eclipse`) or `clean`, by
    default the authority's own. Writes `out/<la_code>/<month>/ssd/ssd_<table>.csv`, the whole of
    the last six years as known at each month's end, the same stories' local extensions beside them
    (`local/education_status.csv`, `return_interviews.csv`, `workforce.csv`), and
    `out/<la_code>/<month>/ledger.csv` (one row per planted fault). With `faults` off it has
    no rows, and the stories nothing that a rule asks about: all in time, on its day and as it was.
    `rates` are those of the stories that begin in a year, where they are to be others than these.
    The same arguments give the same bytes, and a month's files don't depend on which other months
    are asked for.

    Returns the written files, in order. Raises WrongUse for an authority, month, size, source or
    dialect that there is not.
    """
    _check(la_code, first_month, last_month, size, source, dialect)
    chosen = DIALECTS[dialect or DEFAULT_DIALECTS.get(la_code, "clean")]
    workforce = make_workforce(la_code, seed, size, RATES)
    usual = RATES if faults else TIDY_RATES
    faults = faults and source == "ssd"
    truth, plan = _simulate(
        la_code, first_month, last_month, size, seed, workforce, rates or (lambda _: usual), faults
    )
    written: list[Path] = []
    with duckdb.connect() as connection:
        connection.execute("set preserve_insertion_order = true")
        connection.execute("set enable_progress_bar = false")
        for name, rows in truth.items():
            connection.register(f"truth_{name}", _arrow(rows))
        for month in months_between(first_month, last_month):
            folder = out / la_code / month
            if source == annex_a.SOURCE:
                written.append(_write_annex_a(connection, Extract(CLEAN, la_code, month), folder))
                continue
            if source in (ssda903.SOURCE, ssda903.XML_FORM):
                if month.endswith(f"-{ssda903.YEAR_END_MONTH}"):
                    written += ssda903.write_return(
                        connection,
                        month,
                        layouts(Extract(CLEAN, la_code, month)),
                        _select,
                        folder,
                        as_xml=source == ssda903.XML_FORM,
                    )
                continue
            if source == cin_census.SOURCE:
                if month.endswith(f"-{cin_census.YEAR_END_MONTH}"):
                    tables = layouts(Extract(CLEAN, la_code, month))
                    written.append(
                        cin_census.write_census(connection, la_code, month, tables, _select, folder)
                    )
                continue
            written += _write_month(connection, Extract(chosen, la_code, month), plan, folder)
    return written


def _check(
    la_code: str, first: str, last: str, size: float, source: str, dialect: str | None
) -> None:
    if la_code not in FICTIONAL_CODES:
        raise WrongUse("Made-up children only for the fictional authorities 991 to 999.")
    for month in (first, last):
        try:
            valid = len(month) == 7 and str(np.datetime64(month, "M")) == month
        except ValueError:
            valid = False
        if not valid:
            raise WrongUse(f"A month is written YYYY-MM, not {month!r}.")
    if not "2012-01" <= first <= last <= "2045-12":
        raise WrongUse("The first month must not be after the last (2012-01 to 2045-12).")
    if not SMALLEST <= size <= LARGEST:
        raise WrongUse(
            f"The size must be {SMALLEST} to {LARGEST} (1.0: 45,000 children); in a smaller "
            "authority not every kind of story happens."
        )
    if source not in SOURCES:
        raise WrongUse(f"The sources are {', '.join(SOURCES)}; not {source!r}.")
    if dialect is not None and dialect not in DIALECTS:
        raise WrongUse(f"The dialects are {', '.join(DIALECTS)}; not {dialect!r}.")


def _simulate(
    la_code: str,
    first_month: str,
    last_month: str,
    size: float,
    seed: int,
    workforce: Workforce,
    rates: Callable[[int], Rates],
    faults: bool,
) -> tuple[Truth, fault_book.Plan]:
    """The whole truth that the months can show, and the faults to plant in it."""
    window_start = month_start(first_month, WINDOW_MONTHS - 1)
    years = range(int(first_month[:4]) - LOOK_BACK_YEARS - 5, int(last_month[:4]) + 1)
    truths: list[Truth] = []
    plans: list[fault_book.Plan] = []
    for year in years:
        setting = Setting(la_code, seed, size, year, rates(year), workforce)
        stories = simulate_year(setting)
        if faults:
            plans.append(fault_book.make_plan(setting, stories))
        truths.append(
            {name: take(rows, rows["keep"] >= window_start) for name, rows in stories.items()}
        )
    truth = {name: stack(part[name] for part in truths) for name in truths[0]}
    truth["workers"] = workforce.worker_rows()
    truth["posts"] = local.post_rows(workforce, size, rates(years[-1]).vacancies)
    truth["teams"] = _teams(workforce)
    if not faults:
        for rows in truth.values():
            if "alt" in rows:  # nobody is known under two ids
                rows["alt"] = np.zeros_like(rows["alt"])
        kept = ~truth["people"]["is_duplicate"]
        truth["people"] = {name: values[kept] for name, values in truth["people"].items()}
    return truth, fault_book.join_plans(plans)


def _teams(workforce: Workforce) -> Rows:
    count = len(workforce.team_number)
    return {
        "rid": workforce.team_number,
        "kind": workforce.team_kind,
        "rec": np.full(count, -NEVER, dtype=np.int64),
        "gone": np.full(count, NEVER, dtype=np.int64),
        "keep": np.full(count, NEVER, dtype=np.int64),
    }


def _arrow(rows: Rows) -> pa.Table:
    plain = {"end": "ended", "order": "ordered"}  # words that SQL keeps for itself
    return pa.table({plain.get(name, name): pa.array(values) for name, values in rows.items()})


def _write_month(
    connection: duckdb.DuckDBPyConnection,
    extract: Extract,
    plan: fault_book.Plan,
    folder: Path,
) -> list[Path]:
    """The files of one month."""
    last_day = month_end(extract.month)
    first_day = month_start(extract.month, WINDOW_MONTHS - 1)
    _caseloads(connection, extract.month, last_day)
    beside = local.extract_of(extract)
    written, ledger = [], []
    for source, dialect, tables in (
        ("ssd", extract.dialect, layouts(extract)),
        ("local", beside.dialect, local.layouts(beside)),
    ):
        (folder / source).mkdir(parents=True, exist_ok=True)
        for table in tables:
            query = _select(table, last_day, first_day)
            path = folder / source / f"{table.name}.csv"
            planted = plan.active(table, last_day)
            if planted:
                ledger += fault_book.plant(connection, query, table, planted, dialect, path)
            else:
                fault_book.copy_to(connection, query, path, dialect.null_token)
            written.append(path)
    path = folder / "ledger.csv"
    _write_ledger(path, ledger)
    return [*written, path]


def _write_annex_a(connection: duckdb.DuckDBPyConnection, extract: Extract, folder: Path) -> Path:
    """The workbook of one month: the same stories, seen through the lists of Annex A."""
    last_day = month_end(extract.month)
    first_day = month_start(extract.month, WINDOW_MONTHS - 1)
    _caseloads(connection, extract.month, last_day)
    tables = [(table.name, _select(table, last_day, first_day)) for table in layouts(extract)]
    day = EPOCH + timedelta(days=last_day)
    return annex_a.write_workbook(connection, tables, day, folder / annex_a.SOURCE)


def _select(table: TableLayout, last_day: int, first_day: int) -> str:
    columns = ", ".join(f'{expression} as "{name}"' for name, expression in table.columns.items())
    query = (
        f"select rid as _rid, {columns} from truth_{table.source}"
        f" where rec <= :day and gone > :day and keep >= {first_day} and ({table.where})"
    )
    if table.source == "workers":
        query = query.replace("truth_workers", "workers_with_cases")
    return query.replace(":day", str(last_day))


def _caseloads(connection: duckdb.DuckDBPyConnection, month: str, last_day: int) -> None:
    """Workers with the number of children they had on the last 30 September."""
    year = int(month[:4]) - (month[5:] < "09")
    september = min(day_number(year, 9, 30), last_day)
    connection.execute(
        f"""create or replace temp table workers_with_cases as
        select truth_workers.*, coalesce(cases.caseload, 0) as caseload
        from truth_workers
        left join (
            select worker, count(distinct person) as caseload
            from truth_involvements
            where day <= {september} and ended > {september} and rec <= {last_day}
            group by worker
        ) as cases on truth_workers.rid = cases.worker
        order by truth_workers.rid"""
    )


def _write_ledger(path: Path, entries: Iterable[tuple[str, ...]]) -> None:
    with path.open("w", encoding="utf-8", newline="") as handle:
        writer = csv.writer(handle, lineterminator="\n")
        writer.writerow(LEDGER_COLUMNS)
        writer.writerows(sorted(entries))
