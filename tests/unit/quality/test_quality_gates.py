"""The raw and the marts gate: what stops a release, and what is only told."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, replace
from datetime import date
from pathlib import Path
from typing import Any

import duckdb
import pytest

from csc_warehouse import lake, quality
from csc_warehouse.places import SEEDS, Home

LA = "991"
Table = dict[str, list[str | None]]


@dataclass(frozen=True)
class Candidate:
    """A candidate with the loads given, and no tables but dq and ops."""

    directory: Path
    loads: tuple[lake.LoadManifest, ...] = ()
    month: str = "2022-09"
    release_id: str = "2022-09-one"

    @contextmanager
    def connection(self) -> Iterator[duckdb.DuckDBPyConnection]:
        with duckdb.connect(str(self.directory / "warehouse.duckdb")) as connection:
            connection.execute(f"attach '{self.directory / 'analyst.duckdb'}' as analyst")
            yield connection


@pytest.fixture
def candidate(tmp_path: Path) -> Candidate:
    with duckdb.connect(str(tmp_path / "analyst.duckdb")) as connection:
        quality.create_tables(connection)
        connection.execute("create schema ops")
        connection.execute("create table ops.load (la_code varchar, as_at_date date)")
        connection.execute("insert into ops.load values ('991', date '2022-09-30')")
    return Candidate(tmp_path)


@pytest.fixture
def home(tmp_path: Path) -> Home:
    return Home(tmp_path / "home")


def load(
    home: Home, month: str, tables: dict[str, Table], rows_quarantined: int = 0
) -> lake.LoadManifest:
    """Write a load of the ssd into the lake, its tables as lists by column."""
    load_id = f"load-{month}"
    entries = []
    for name, columns in tables.items():
        path = lake.table_path(home, "ssd", name, LA, month, load_id)
        path.parent.mkdir(parents=True)
        rows = max((len(values) for values in columns.values()), default=0)
        with duckdb.connect() as connection:
            listed = ", ".join(f"unnest(?::varchar[]) as {column}" for column in columns)
            connection.execute(f"create table t as select {listed}", list(columns.values()))
            connection.execute(f"copy t to '{path}' (format parquet)")
        entries.append(
            lake.TableEntry(
                name, rows, rows, 0, tuple(columns), (), (), str(path.relative_to(home.lake))
            )
        )
    kept = sum(entry.rows_kept for entry in entries)
    manifest = lake.LoadManifest(
        load_id=load_id,
        la_code=LA,
        source_system="ssd",
        extract_month=month,
        sequence=1,
        outcome=lake.ACCEPTED,
        reasons=(),
        notes=(),
        rows_in=kept + rows_quarantined,
        rows_kept=kept,
        rows_quarantined=rows_quarantined,
        files=(),
        tables=tuple(entries),
        content_sha256="",
        declaration="",
        key_id="",
    )
    lake.write_manifest(home, manifest)
    return manifest


def person(count: int, sex: list[str | None] | None = None) -> Table:
    return {
        "pers_person_id": [str(number) for number in range(count)],
        "pers_sex": sex or ["MF"[number % 2] for number in range(count)],
        "pers_dob": [f"2010-01-{number % 28 + 1:02d}" for number in range(count)],
    }


def contacts(count: int) -> Table:
    return {
        "cont_contact_id": [str(number) for number in range(count)],
        "cont_contact_date": [f"2022-09-{number % 28 + 1:02d}" for number in range(count)],
    }


def told(
    candidate: Candidate, home: Home, before: dict[str, Table], now: dict[str, Table],
    rows_quarantined: int = 0,
) -> tuple[bool, set[tuple[str, str, str]]]:  # fmt: skip
    """Whether the raw gate passes, and (rule, table, column) of all that failed."""
    if before:
        load(home, "2022-08", before)
    newest = load(home, "2022-09", now, rows_quarantined)
    outcome = quality.check("raw", replace(candidate, loads=(newest,)), home)
    with candidate.connection() as connection:
        found = connection.execute(
            "select rule_id, table_name, column_name from analyst.dq.expectation_result "
            "where status in ('warn', 'fail', 'error')"
        ).fetchall()
    return outcome.passed, set(found)


SOUND = {"ssd_person": person(200), "ssd_contacts": contacts(400)}


def test_a_month_like_the_last_passes(candidate: Candidate, home: Home) -> None:
    assert told(candidate, home, SOUND, SOUND) == (True, set())


@pytest.mark.parametrize(
    ("source", "newest", "is_late"),
    [
        ("ssd", "2022-09", False),
        ("ssd", "2022-08", True),
        ("ssda903", "2021-05", False),
        ("ssda903", "2021-04", True),
    ],
)
def test_an_extract_is_late_once_the_next_should_be_there(
    candidate: Candidate, home: Home, source: str, newest: str, is_late: bool
) -> None:
    made = replace(load(home, newest, SOUND), source_system=source)
    quality.check("raw", replace(candidate, loads=(made,)), home)
    with candidate.connection() as connection:
        found = connection.execute(
            "select status = 'warn' from analyst.dq.expectation_result "
            "where rule_id = 'raw.load.late'"
        ).fetchall()
    assert found == [(is_late,)]


def test_a_first_load_is_compared_with_what_is_declared(candidate: Candidate, home: Home) -> None:
    passed, found = told(candidate, home, {}, SOUND)
    assert not passed
    assert ("raw.table.first_delivered", "ssd_cin_episodes", "") in found
    assert ("raw.other_column.first_delivered", "ssd_contacts", "cont_person_id") in found
    assert {rule for rule, table, _ in found if table == "ssd_person"} == set()
    with candidate.connection() as connection:
        statuses = dict(
            connection.execute(
                "select rule_id, status from analyst.dq.expectation_result"
            ).fetchall()
        )
    assert statuses["raw.table.rows_collapsed"] == "not applicable"
    assert statuses["raw.required_table.delivered"] == "pass"


@pytest.mark.parametrize(
    ("now", "passes", "expected"),
    [
        ({"ssd_person": person(200)}, False, ("raw.table.still_delivered", "ssd_contacts", "")),
        (
            {"ssd_contacts": contacts(400)},
            False,
            ("raw.required_table.delivered", "ssd_person", ""),
        ),
        (
            {**SOUND, "ssd_contacts": contacts(0)},
            False,
            ("raw.table.still_filled", "ssd_contacts", ""),
        ),
        (
            {**SOUND, "ssd_contacts": contacts(239)},
            False,
            ("raw.table.rows_collapsed", "ssd_contacts", ""),
        ),
        (
            {**SOUND, "ssd_contacts": contacts(240)},
            True,
            ("raw.table.rows_fell", "ssd_contacts", ""),
        ),
        (
            {**SOUND, "ssd_contacts": contacts(501)},
            True,
            ("raw.table.rows_jumped", "ssd_contacts", ""),
        ),
        (
            {**SOUND, "ssd_contacts": {"cont_contact_id": contacts(400)["cont_contact_id"]}},
            False,
            ("raw.column.still_delivered", "ssd_contacts", "cont_contact_date"),
        ),
        (
            {**SOUND, "ssd_contacts": {**contacts(400), "cont_contact_date": [None] * 400}},
            False,
            ("raw.column.suddenly_empty", "ssd_contacts", "cont_contact_date"),
        ),
        (
            {**SOUND, "ssd_person": person(200, ["M", *["NULL"] * 61] + ["F"] * 138)},
            True,
            ("raw.column.less_filled", "ssd_person", "pers_sex"),
        ),
        (
            {**SOUND, "ssd_person": person(200, ["M"] * 200)},
            True,
            ("raw.column.one_value", "ssd_person", "pers_sex"),
        ),
    ],
    ids=lambda value: value[0] if isinstance(value, tuple) else "",
)
def test_raw_gate(
    candidate: Candidate,
    home: Home,
    now: dict[str, Table],
    passes: bool,
    expected: tuple[str, str, str],
) -> None:
    passed, found = told(candidate, home, SOUND, now)
    assert expected in found
    assert passed is passes


def test_a_code_set_that_shifted(candidate: Candidate, home: Home) -> None:
    now = {**SOUND, "ssd_person": person(200, ["1" if n % 2 else "2" for n in range(200)])}
    passed, found = told(candidate, home, SOUND, now)
    shifted = {rule for rule, _, column in found if column == "pers_sex"}
    # Critical only for a column that an indicator reads, which the register says.
    is_needed = ("ssd", "ssd_person", "pers_sex") in {need[:3] for need in quality.needs()}
    expected = "raw.column.code_set_shifted" if is_needed else "raw.other_column.code_set_shifted"
    assert shifted == {expected}
    assert passed is not is_needed


@pytest.mark.parametrize(
    ("quarantined", "passes", "rules"),
    [
        (6, True, set()),
        (7, True, {"raw.rows_quarantined"}),
        (67, False, {"raw.rows_quarantined", "raw.rows_quarantined.many"}),
    ],
)
def test_quarantined_rows(
    candidate: Candidate, home: Home, quarantined: int, passes: bool, rules: set[str]
) -> None:
    passed, found = told(candidate, home, SOUND, SOUND, quarantined)
    assert passed is passes
    assert {rule for rule, _, _ in found} == rules


def test_a_failure_says_what_needs_the_table(candidate: Candidate, home: Home) -> None:
    told(candidate, home, SOUND, {"ssd_person": person(200)})
    with candidate.connection() as connection:
        row = connection.execute(
            "select indicators, observed, owner from analyst.dq.expectation_result "
            "where rule_id = 'raw.table.still_delivered' and status = 'fail'"
        ).fetchone()
    assert row is not None
    assert "CON-01" in row[0].split(",")
    assert row[1].startswith("0 rows, 400 in the load before; ")
    assert row[2] == "systems team"


# -------------------------------------------------------------------------------- the marts gate

MARTS = {
    "fct_contact": "contact_date",
    "fct_referral": "referral_date",
    "fct_assessment": "start_date",
    "fct_cla_episode": "start_date",
    "fct_missing_episode": "start_date",
    "fct_cin_month": "month_end_date",
    "fct_cp_month": "month_end_date",
    "fct_cla_month": "month_end_date",
    "fct_care_leaver_month": "month_end_date",
}

INDICATOR_COLUMNS = (
    "la_code varchar, indicator_code varchar, breakdown varchar, period_type varchar, "
    "period_end_date date, denominator double, value double, lower_bound double, "
    "upper_bound double, availability varchar, indicator_name varchar"
)


def with_marts(candidate: Candidate, rows: dict[str, list[date]]) -> Candidate:
    """The candidate with marts that hold a row for each date."""
    with duckdb.connect(str(candidate.directory / "analyst.duckdb")) as connection:
        connection.execute("create schema if not exists marts")
        connection.execute("create schema if not exists indicators")
        connection.execute("create schema if not exists internal")
        for table, column in MARTS.items():
            connection.execute(
                f"create or replace table marts.{table} (la_code varchar, {column} date)"
            )
            for day in rows.get(table, []):
                connection.execute(f"insert into marts.{table} values (?, ?)", [LA, day])
        connection.execute(
            f"create or replace table indicators.rpt_indicator ({INDICATOR_COLUMNS})"
        )
        connection.execute(
            "create or replace table indicators.counted (la_code varchar, "
            "indicator_code varchar, event_date date, is_in_doubt boolean)"
        )
        connection.execute(
            "create or replace view internal.int_indicator_counted_front_door "
            "as select * from indicators.counted"
        )
        connection.execute(
            "create table if not exists indicators.rpt_source_reconciliation (la_code varchar, "
            "measure varchar, period_type varchar, period_end_date date, source_system varchar, "
            "source_value bigint, other_source_system varchar, other_value bigint, "
            "is_large_difference boolean)"
        )
        connection.execute("create schema if not exists reference")
        connection.execute(
            "create or replace table reference.indicator as select indicator_code, unit from "
            f"read_csv('{SEEDS / 'indicators' / 'indicator.csv'}')"
        )
    return candidate


def indicator(candidate: Candidate, *values: Any) -> None:
    with candidate.connection() as connection:
        connection.execute(
            "insert into analyst.indicators.rpt_indicator values "
            "('991', ?, 'all', 'rolling_12_months', date '2022-09-30', ?, ?, ?, ?, ?, "
            "'contacts_received')",
            list(values),
        )


def failures(candidate: Candidate, home: Home) -> tuple[bool, set[tuple[str, str]]]:
    outcome = quality.check("marts", candidate, home)
    with candidate.connection() as connection:
        found = connection.execute(
            "select rule_id, table_name from analyst.dq.expectation_result "
            "where status in ('warn', 'fail', 'error')"
        ).fetchall()
    return outcome.passed, set(found)


def days(count: int, last: date = date(2022, 9, 30)) -> list[date]:
    return [date.fromordinal(last.toordinal() - number) for number in range(count)]


def month_ends(before: int, now: int) -> list[date]:
    return [date(2022, 8, 31)] * before + [date(2022, 9, 30)] * now


def test_volumes_against_the_release_of_the_month_before(candidate: Candidate, home: Home) -> None:
    # A mistaken release of the same month that was corrected afterwards is no yardstick.
    mistaken = replace(candidate, month="2022-08", release_id="2022-08-one")
    with_marts(mistaken, {"fct_contact": days(5000), "fct_referral": days(100)})
    quality.record_history(mistaken, home)
    earlier = replace(candidate, month="2022-08", release_id="2022-08-two")
    with_marts(earlier, {"fct_contact": days(100), "fct_referral": days(100)})
    quality.record_history(earlier, home)
    now = replace(candidate, loads=(load(home, "2022-09", SOUND),))
    with_marts(now, {"fct_contact": days(60), "fct_referral": days(60)})
    assert failures(now, home) == (True, set())
    with_marts(now, {"fct_contact": days(59), "fct_referral": days(151)})
    assert failures(now, home) == (
        False,
        {("marts.volume.collapsed", "fct_contact"), ("marts.volume.jumped", "fct_referral")},
    )
    with_marts(now, {"fct_referral": days(100)})
    assert failures(now, home) == (False, {("marts.volume.still_filled", "fct_contact")})


def test_month_ends(candidate: Candidate, home: Home) -> None:
    with_marts(
        candidate,
        {
            "fct_cin_month": month_ends(50, 25),
            "fct_cp_month": month_ends(50, 24),
            "fct_cla_month": month_ends(10, 0),
            "fct_care_leaver_month": month_ends(9, 0),
        },
    )
    assert failures(candidate, home) == (
        False,
        {("marts.month.collapsed", "fct_cp_month"), ("marts.month.not_empty", "fct_cla_month")},
    )


def test_dates_after_the_month_and_a_silent_end(candidate: Candidate, home: Home) -> None:
    sound = days(98)
    # 45 days after the month an extract may still have been taken.
    late = [date(2022, 11, 15)] * 2
    with_marts(
        candidate,
        {
            "fct_contact": sound + late,
            "fct_referral": [*sound, *[date(2022, 11, 15)] * 3],
            "fct_assessment": days(60, date(2022, 9, 16)),
            "fct_cla_episode": days(60, date(2022, 9, 15)),
        },
    )
    assert failures(candidate, home) == (
        False,
        {
            ("marts.dates.none_after_month", "fct_referral"),
            ("marts.dates.up_to_month_end", "fct_cla_episode"),
        },
    )


def test_indicators_without_value_or_with_wide_bounds(candidate: Candidate, home: Home) -> None:
    with_marts(candidate, {})
    indicator(candidate, "REF-01", None, 10.0, 10.0, 10.0, "available")
    indicator(candidate, "REF-03", 0, None, None, None, "available")
    indicator(candidate, "ASM-02", 100, 50.0, 20.0, 80.0, "available")
    indicator(candidate, "PLC-05", None, None, None, None, "not_delivered")
    passed, _ = failures(candidate, home)
    assert passed
    with candidate.connection() as connection:
        found = connection.execute(
            "select rule_id, column_name, indicators from analyst.dq.expectation_result "
            "where status = 'warn' order by rule_id"
        ).fetchall()
    assert found == [
        ("marts.indicator.bounds_narrow", "ASM-02", "ASM-02"),
        ("marts.indicator.has_value", "REF-03", "REF-03"),
    ]


def test_an_indicator_whose_critical_inputs_failed_is_marked(
    candidate: Candidate, home: Home
) -> None:
    with_marts(candidate, {"fct_contact": days(100)})
    indicator(candidate, "CON-01", None, 100, 90, 100, "available")
    with candidate.connection() as connection:
        connection.execute(
            "insert into analyst.indicators.counted "
            "select '991', 'CON-01', date '2022-09-30', number < 10 from range(100) as t(number) "
            "union all select '991', 'CON-01', date '2021-09-30', true"
        )
        connection.execute(
            "insert into analyst.dq.expectation_indicator values ('r', 'CON-01', 'record')"
        )
        connection.execute(
            "insert into analyst.dq.failing_record (gate, rule_id, la_code, record_key) "
            "select 'staging', 'r', '991', number from range(10) as t(number)"
        )

    def told_of() -> list[Any]:
        quality.check("marts", candidate, home)
        with candidate.connection() as connection:
            return connection.execute(
                "select indicator_code, records, records_in_doubt, completeness_pct, "
                "open_failures, failing_rules, is_marked, reason from analyst.dq.indicator_quality"
            ).fetchall()

    assert told_of() == [("CON-01", 100, 10, 90.0, 10, 1, False, None)]
    # Records of another month: what reads the mart is marked, and keeps its value.
    with_marts(candidate, {"fct_contact": [date(2022, 12, 5)] * 40})
    indicator(candidate, "CON-01", None, 100, 90, 100, "available")
    (marked,) = told_of()
    assert marked[6:] == (True, "marts.dates.none_after_month")


def test_sources_that_differ_over_a_year_are_told(candidate: Candidate, home: Home) -> None:
    with_marts(candidate, {})
    with candidate.connection() as connection:
        connection.execute(
            "insert into analyst.indicators.rpt_source_reconciliation "
            "select '991', measure, period_type, date '2022-03-31', 'ssd', value, 'ssda903', 20, "
            "is_large from (values ('few', 'year', 29, true), ('many', 'year', 30, true), "
            "('near', 'year', 30, false), ('short', 'days_in_common', 30, true)) "
            "as rows(measure, period_type, value, is_large)"
        )
    passed, _ = failures(candidate, home)
    assert passed
    with candidate.connection() as connection:
        found = connection.execute(
            "select column_name, observed from analyst.dq.expectation_result "
            "where rule_id = 'marts.sources.reconciled' and status = 'warn'"
        ).fetchall()
    assert [row[0] for row in found] == ["many"]
