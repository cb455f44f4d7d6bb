"""The expectations on hand-made records, the statuses, what is written, issues over months."""

from __future__ import annotations

import csv
import re
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, replace
from datetime import date, timedelta
from itertools import accumulate
from pathlib import Path
from typing import Any

import duckdb
import pytest
import yaml

from csc_warehouse import quality
from csc_warehouse.errors import CscError
from csc_warehouse.places import SEEDS, Home
from csc_warehouse.quality import results as results_of_rules
from library.places import TESTS
from library.reference.dates import age, birthday, is_working_day, reporting_year_start

CASES = TESTS / "quality_cases"
AS_AT = date(2022, 9, 30)
BORN = date(2010, 6, 15)
HISTORY_START = date(2016, 10, 1)
LA = "991"

#: What a case may say of its authority: `later` is one whose extract is of September 2026.
LATER, LATER_AS_AT = "992", date(2026, 9, 30)

#: The load of the census whose year ends on 31 March 2022.
CENSUS = {"source_system": "cin_census", "load_id": "census"}
CENSUS_AS_AT = date(2022, 3, 31)

RULES = {rule.rule_id: rule for file in quality.rule_files("staging") for rule in file.rules}


def conformed_columns() -> dict[str, dict[str, str]]:
    """Columns and types of the conformed tables."""
    tables: dict[str, dict[str, str]] = {}
    with (CASES / "conformed_columns.csv").open(encoding="utf-8", newline="") as file:
        for row in csv.DictReader(file):
            tables.setdefault(row["table_name"], {})[row["column_name"]] = row["data_type"]
    return tables


COLUMNS = conformed_columns()


@dataclass(frozen=True)
class Candidate:
    """A release candidate of the month, with empty conformed tables."""

    directory: Path
    release_id: str = "2022-09-first"
    month: str = "2022-09"
    loads: tuple[Any, ...] = ()

    @contextmanager
    def connection(self) -> Iterator[duckdb.DuckDBPyConnection]:
        with duckdb.connect(str(self.directory / "warehouse.duckdb")) as connection:
            connection.execute(f"attach '{self.directory / 'analyst.duckdb'}' as analyst")
            yield connection


def new_candidate(directory: Path, la_codes: tuple[str, ...] = (LA,)) -> Candidate:
    """Empty conformed tables, the dq tables, and the authorities' as-at date."""
    with duckdb.connect(str(directory / "analyst.duckdb")) as connection:
        quality.create_tables(connection)
        connection.execute("create schema ops")
        connection.execute(
            "create table ops.load (la_code varchar, source_system varchar, load_id varchar, "
            "as_at_date date, history_start_date date)"
        )
        for la_code in la_codes:
            connection.execute(
                "insert into ops.load values (?, 'ssd', 'load', ?, ?)",
                [la_code, LATER_AS_AT if la_code == LATER else AS_AT, HISTORY_START],
            )
        connection.execute(
            "create table ops.delivered_column as select la_code, 'ssd' as source_system, "
            "'ssd_cp_plans' as table_name, 'cppl_cp_plan_ola' as column_name from ops.load"
        )
        connection.execute("create schema reference")
        connection.execute(
            "create table reference.code as from "
            f"read_csv('{SEEDS / 'code_sets' / 'code.csv'}', all_varchar = true)"
        )
        connection.execute("create schema marts")
        add_calendar(connection)
    with duckdb.connect(str(directory / "warehouse.duckdb")) as connection:
        connection.execute("create schema intermediate")
        for table, columns in COLUMNS.items():
            listed = ", ".join(f"{name} {kind}" for name, kind in columns.items())
            connection.execute(f"create table intermediate.{table} ({listed})")
        connection.execute(
            "create table intermediate.int_records_aged (record_key varchar, age_years integer, "
            "age_at_end_years integer, eighteenth_birthday_date date)"
        )
    return Candidate(directory)


def add_calendar(connection: duckdb.DuckDBPyConnection) -> None:
    """The working days and reporting years around the cases, by the reference's own calendar."""
    days = [date(2015, 1, 1) + timedelta(days=number) for number in range(9 * 365)]
    numbers = list(accumulate(is_working_day(day) for day in days))
    connection.execute(
        "create table marts.dim_date as select unnest(?) as date_day, "
        "unnest(?) as working_day_number, unnest(?) as year_start_date",
        [days, numbers, [reporting_year_start(day) for day in days]],
    )


def add_ages(connection: duckdb.DuckDBPyConnection) -> None:
    """What int_records_aged has of the records there are, by the reference's own arithmetic."""
    born = dict(
        connection.execute(
            "select child_key, birth_date from intermediate.int_persons_conformed "
            "where birth_date is not null"
        ).fetchall()
    )
    for table, start, end in (
        ("int_cla_episodes_conformed", "start_date", "end_date"),
        ("int_placements_conformed", "start_date", "end_date"),
        ("int_immigration_statuses_conformed", "start_date", "end_date"),
        ("int_cla_reviews_conformed", "review_date", "null"),
        ("int_care_leaver_observations_conformed", "observation_date", "null"),
        ("int_persons_conformed", f"date '{AS_AT}'", "null"),
    ):
        aged = [
            (
                key,
                age(born[child], first) if first else None,
                age(born[child], last) if last else None,
                birthday(born[child], 18),
            )
            for key, child, first, last in connection.execute(
                f"select record_key, child_key, {start}, {end} from intermediate.{table}"
            ).fetchall()
            if child in born
        ]
        if aged:
            connection.execute(
                "insert into intermediate.int_records_aged "
                "select unnest(?), unnest(?), unnest(?), unnest(?)",
                [list(column) for column in zip(*aged, strict=True)],
            )


def add(
    connection: duckdb.DuckDBPyConnection, table: str, key: str, child: str, **values: Any
) -> None:
    """Insert one record; what is not given is what a sound record has."""
    sound: dict[str, Any] = {
        "record_key": key,
        "la_code": LA,
        "source_system": "ssd",
        "load_id": "load",
        "source_file": "file.csv",
        "row_number": 2,
        "row_count": 1,
        "distinct_row_count": 1,
        "child_key": child,
    }
    row = {name: value for name, value in sound.items() if name in COLUMNS[table]} | values
    unknown = set(row) - set(COLUMNS[table])
    assert not unknown, f"{table} has no {unknown}"
    marks = ", ".join("?" for _ in row)
    connection.execute(
        f"insert into intermediate.{table} ({', '.join(row)}) values ({marks})", list(row.values())
    )


def failing(candidate: Candidate) -> set[tuple[str, str]]:
    """(rule, record key) of every failing record."""
    with candidate.connection() as connection:
        return set(
            connection.execute(
                "select rule_id, record_key from analyst.dq.failing_record"
            ).fetchall()
        )


# ------------------------------------------------------------------ every rule at its boundary


def written_cases() -> list[dict[str, Any]]:
    return [
        case for path in sorted(CASES.glob("*.yml")) for case in yaml.safe_load(path.read_text())
    ]


def derived_case(rule: quality.Rule) -> dict[str, Any] | None:
    """The boundary rows of the rules that exist for every column alike, from their own words."""
    columns = COLUMNS[rule.table]
    first = rule.judged_columns[0]
    if first == "is_child_in_person_table":
        rows = {
            "known": {},
            "known_too": {},
            "stranger": {"child_key": "nobody"},
            "another": {"child_key": "nobody-else"},
        }
        return {"rows": rows, "fails": ["stranger", "another"]}
    if first.endswith("_given"):
        return {"rows": {"with": {first[:-6]: "1"}, "without": {}}, "fails": ["without"]}
    if rule.judged_columns == ("row_count", "distinct_row_count"):
        rows = {
            "once": {},
            "repeat": {"row_count": 2},
            "versions": {"row_count": 2, "distinct_row_count": 2},
            "both": {"row_count": 3, "distinct_row_count": 2},
        }
        return {"rows": rows, "fails": ["repeat", "both"]}
    if first == "distinct_row_count":
        rows = {
            "one": {"row_count": 2},
            "once": {},
            "two": {"row_count": 2, "distinct_row_count": 2},
            "three": {"row_count": 3, "distinct_row_count": 3},
        }
        return {"rows": rows, "fails": ["two", "three"]}
    if first.endswith("_reading") and first[:-8] in columns:
        return _reading_case(rule, first[:-8])
    valid = re.fullmatch(r"(\w+_code)_valid_on_(\w+)", first)
    if valid and valid[1] in columns:
        return _validity_case(rule, valid[1], valid[2])
    later = re.fullmatch(r"(\w+)_days_after_extract", first)
    if later and later[1] in columns:
        limit = AS_AT + timedelta(days=rule.kwargs["max_value"])
        rows = {
            "last": {later[1]: limit},
            "late": {later[1]: limit + timedelta(days=1)},
            "later": {later[1]: limit + timedelta(days=366)},
            "undated": {},
        }
        return {"rows": rows, "fails": ["late", "later"]}
    outside = re.fullmatch(r"(\w+)_days_before_census_year", first)
    if outside and outside[1] in columns:
        rows = {
            "first": {outside[1]: date(2021, 4, 1), **CENSUS},
            "early": {outside[1]: date(2021, 3, 31), **CENSUS},
            "earlier": {outside[1]: date(2019, 3, 31), **CENSUS},
            "of_an_extract": {outside[1]: date(2021, 3, 31)},
            "undated": CENSUS,
        }
        return {"rows": rows, "fails": ["early", "earlier"]}
    early = re.fullmatch(r"(\w+?)_days_before_(\w+)", first)
    if early and early[1] in columns and early[2] in [*columns, "birth"]:
        other = {} if early[2] == "birth" else {early[2]: BORN}
        limit = BORN - timedelta(days=rule.kwargs["max_value"])
        rows = {
            "first": {early[1]: limit, **other},
            "early": {early[1]: limit - timedelta(days=1), **other},
            "earlier": {early[1]: limit - timedelta(days=366), **other},
            "undated": other,
        }
        return {"rows": rows, "fails": ["early", "earlier"]}
    return None


def _reading_case(rule: quality.Rule, column: str) -> dict[str, Any]:
    kind = COLUMNS[rule.table][column]
    value = {"date": AS_AT, "timestamp": AS_AT}.get(kind, "X")
    others = [name for name in COLUMNS[rule.table] if name.endswith(("_date", "_at", "_code"))]
    other = next((name for name in others if name != column), "other_column")
    rows: dict[str, dict[str, Any]] = {
        "read": {column: value},
        "missing": {},
        "unreadable": {"unreadable_dates": f"{other},{column}"},
        "placeholder": {"placeholder_dates": column},
        "unknown": {"unknown_codes": f"{column},{other}"},
        "other_unreadable": {column: value, "unreadable_dates": other},
        "longer_name": {column: value, "unknown_codes": f"{column}_2"},
    }
    again = {f"{name}_again": rows[name] for name in rule.kwargs["value_set"]}
    return {"rows": rows | again, "fails": [*rule.kwargs["value_set"], *again]}


def _validity_case(rule: quality.Rule, code_column: str, day_column: str) -> dict[str, Any]:
    """The first and last day of codes that came and went, and the days outside."""
    code_set = next(
        file.code_sets[code_column] for file in quality.rule_files("staging") if rule in file.rules
    )
    rows: dict[str, dict[str, Any]] = {"undated": {code_column: "X"}, "no_code": {day_column: BORN}}
    fails = []
    with (SEEDS / "code_sets" / "code.csv").open(encoding="utf-8", newline="") as file:
        for code in csv.DictReader(file):
            if code["code_set"] != code_set:
                continue
            for bound, outside in (("valid_from", -1), ("valid_to", 1)):
                if code[bound]:
                    name, day = f"{code['code']}_{bound}", date.fromisoformat(code[bound])
                    rows[name] = {code_column: code["code"], day_column: day}
                    for distance in (1, 366):
                        row = f"{name}_{distance}_days_outside"
                        outside_day = day + timedelta(days=distance * outside)
                        rows[row] = {code_column: code["code"], day_column: outside_day}
                        fails.append(row)
    return {"rows": rows, "fails": fails}


def all_cases() -> list[dict[str, Any]]:
    cases = written_cases()
    for rule in RULES.values():
        derived = derived_case(rule)
        if derived:
            cases.append({"rule": rule.rule_id, **derived})
    return [{**case, "number": number} for number, case in enumerate(cases)]


ALL_CASES = all_cases()


@pytest.fixture(scope="module")
def judged(tmp_path_factory: pytest.TempPathFactory) -> tuple[Candidate, set[tuple[str, str]]]:
    """All cases in one candidate, each with a child of its own, judged once."""
    directory = tmp_path_factory.mktemp("cases")
    candidate = new_candidate(directory, (LA, LATER))
    with candidate.connection() as connection:
        connection.execute(
            "insert into analyst.ops.load values (?, 'cin_census', 'census', ?, null)",
            [LA, CENSUS_AS_AT],
        )
        connection.execute("begin transaction")
        for case in ALL_CASES:
            rule = RULES[str(case["rule"])]
            child = f"child-{case['number']}"
            of = {"la_code": LATER if case.get("later") else LA}
            if rule.table != "int_persons_conformed":
                born = case.get("birth_date", BORN)
                person = {"birth_date": born, **of}
                add(connection, "int_persons_conformed", f"person-{child}", child, **person)
            for name, values in case["rows"].items():
                # A person is one child: one for each row of a case about persons.
                own = f"{child}-{name}" if rule.table == "int_persons_conformed" else child
                add(
                    connection,
                    rule.table,
                    f"{case['number']}:{name}",
                    values.get("child_key", own),
                    **of,
                    **{key: value for key, value in values.items() if key != "child_key"},
                )
            for table, rows in case.get("also", {}).items():
                for number, values in enumerate(rows):
                    key = f"{case['number']}:also-{table}-{number}"
                    add(connection, table, key, **{"child": child, **of, **values})
        add_ages(connection)
        connection.execute("commit")
    quality.check("staging", candidate, Home(directory / "home"))
    return candidate, failing(candidate)


@pytest.mark.parametrize(
    "case", ALL_CASES, ids=[f"{case['rule']}-{case['number']}" for case in ALL_CASES]
)
def test_rule_at_its_boundary(
    case: dict[str, Any], judged: tuple[Candidate, set[tuple[str, str]]]
) -> None:
    keys = {f"{case['number']}:{name}": name for name in case["rows"]}
    found = {keys[key] for rule, key in judged[1] if rule == str(case["rule"]) and key in keys}
    assert found == set(case["fails"])


def test_every_record_rule_has_rows_that_pass_and_that_fail() -> None:
    passing = {str(case["rule"]) for case in ALL_CASES if set(case["rows"]) - set(case["fails"])}
    fails = {str(case["rule"]) for case in ALL_CASES if case["fails"]}
    assert set(RULES) - passing == set()
    assert set(RULES) - fails == set()


def test_every_national_rule_has_two_rows_that_pass_and_two_that_fail() -> None:
    passing: dict[str, int] = {}
    failing_rows: dict[str, int] = {}
    for case in ALL_CASES:
        rule_id = str(case["rule"])
        failing_rows[rule_id] = failing_rows.get(rule_id, 0) + len(case["fails"])
        passing[rule_id] = passing.get(rule_id, 0) + len(case["rows"]) - len(case["fails"])
    national = {rule.rule_id for rule in RULES.values() if rule.national_codes}
    assert {name for name in national if passing.get(name, 0) < 2} == set()
    assert {name for name in national if failing_rows.get(name, 0) < 2} == set()


def test_failing_records_say_where_they_come_from(
    judged: tuple[Candidate, set[tuple[str, str]]],
) -> None:
    with judged[0].connection() as connection:
        row = connection.execute(
            "select count(*) filter (where load_id in ('load', 'census') "
            "and source_file = 'file.csv' and row_number = 2 and la_code in ('991', '992') "
            "and gate = 'staging'), count(*) "
            "from analyst.dq.failing_record"
        ).fetchone()
    assert row is not None
    assert row[0] == row[1] > 300


# ------------------------------------------------------------------------------- statuses


def a_rule(**changes: Any) -> quality.Rule:
    rule = RULES["contacts.contact_date.missing"]
    return replace(rule, **{"max_share": 0.02, "critical_share": 0.25, **changes})


@pytest.mark.parametrize(
    ("evaluated", "failed", "expected"),
    [
        (0, 0, ("not applicable", "warning")),
        (100, 0, ("pass", "warning")),
        (100, 2, ("pass with failures", "warning")),
        (100, 3, ("warn", "warning")),
        (100, 25, ("warn", "warning")),
        (100, 26, ("fail", "critical")),
        (29, 29, ("warn", "warning")),
        (30, 30, ("fail", "critical")),
    ],
)
def test_status(evaluated: int, failed: int, expected: tuple[str, str]) -> None:
    assert quality.status_of(a_rule(), evaluated, failed) == expected


def test_a_critical_rule_fails_and_a_broken_one_is_an_error() -> None:
    rule = a_rule(severity="critical", max_share=0.0)
    assert quality.status_of(rule, 10, 1) == ("fail", "critical")
    assert quality.status_of(rule, 10, 0) == ("pass", "critical")
    assert quality.status_of(rule, 0, 0, error=True) == ("error", "critical")


def results(candidate: Candidate, rule_id: str) -> list[tuple[Any, ...]]:
    with candidate.connection() as connection:
        return connection.execute(
            "select la_code, status, evaluated, failed from analyst.dq.expectation_result "
            "where rule_id = ? order by la_code",
            [rule_id],
        ).fetchall()


def test_results_are_per_authority_and_an_empty_table_is_not_applicable(tmp_path: Path) -> None:
    candidate = new_candidate(tmp_path, (LA, "992"))
    with candidate.connection() as connection:
        for number in range(200):
            add(
                connection,
                "int_contacts_conformed",
                f"key-{number}",
                f"child-{number}",
                contact_date=AS_AT if number else None,
            )
    home = Home(tmp_path / "home")
    outcome = quality.check("staging", candidate, home)
    assert results(candidate, "contacts.contact_date.missing") == [
        (LA, "pass with failures", 200, 1),
        ("992", "not applicable", 0, 0),
    ]
    # Nobody is in the person table: a share that makes the release untrustworthy.
    assert results(candidate, "contacts.child_not_in_person_table")[0] == (LA, "fail", 200, 200)
    assert not outcome.passed
    assert any("contacts.child_not_in_person_table" in line for line in outcome.critical)
    assert quality.critical_failures(candidate) == list(outcome.critical)
    text = quality.summary(outcome)
    assert "stopped" in text
    assert "front door team manager" in text
    with candidate.connection() as connection:
        runs = connection.execute(
            "select la_code, is_passed from analyst.dq.run order by la_code"
        ).fetchall()
    assert runs == [(LA, False), ("992", True)]


def test_a_rule_of_other_years_or_of_a_field_that_the_source_lacks_is_not_applicable(
    tmp_path: Path,
) -> None:
    candidate = new_candidate(tmp_path)
    with candidate.connection() as connection:
        add(connection, "int_persons_conformed", "person", "child", birth_date=BORN)
        placed = {"start_date": AS_AT, "placement_type_code": "H5"}
        add(connection, "int_placements_conformed", "placement", "child", **placed)
        add(connection, "int_assessments_conformed", "assessment", "child", start_date=AS_AT)
        for source in ("annex_a", "cin_census"):
            add(connection, "int_cp_reviews_conformed", source, "child", source_system=source)
        add_ages(connection)
    quality.check("staging", candidate, Home(tmp_path / "home"))
    found = {
        rule_id: results(candidate, rule_id)[0][1:]
        for rule_id in (
            "placements.placement_type_code.semi_independent_under_14",
            "903-371",
            "CIN-8736",
            "cp_reviews.due_date.missing",
        )
    }
    assert found == {
        "placements.placement_type_code.semi_independent_under_14": ("warn", 1, 1),
        "903-371": ("not applicable", 0, 0),
        "CIN-8736": ("not applicable", 0, 0),
        "cp_reviews.due_date.missing": ("not applicable", 0, 0),
    }


def test_a_rerun_replaces_the_gates_rows(tmp_path: Path) -> None:
    candidate = new_candidate(tmp_path)
    with candidate.connection() as connection:
        add(connection, "int_contacts_conformed", "key", "child")
    home = Home(tmp_path / "home")
    tables = (
        "run",
        "expectation",
        "expectation_indicator",
        "expectation_result",
        "failing_record",
        "issue",
    )

    def everything() -> list[Any]:
        with candidate.connection() as connection:
            return [
                connection.execute(f"select * from analyst.dq.{table} order by all").fetchall()
                for table in tables
            ]

    quality.check("staging", candidate, home)
    first = everything()
    quality.check("staging", candidate, home)
    assert everything() == first
    assert all(first)


def test_a_rule_that_cannot_be_evaluated_is_an_error_and_stops(tmp_path: Path) -> None:
    candidate = new_candidate(tmp_path)
    root = tmp_path / "expectations"
    (root / "staging").mkdir(parents=True)
    entry = {
        "id": "broken",
        "column": "x",
        "type": "expect_column_values_to_not_be_null",
        "kwargs": {"column": "no_such_column"},
        "severity": "warning",
        "why": "w",
        "how_to_resolve": "h",
        "owner": "o",
        "indicators": {},
        "source": "s",
        "threshold": {"max_share": 0.0, "set_by": "test"},
    }
    regex = {
        **entry,
        "id": "unfit",
        "type": "expect_column_values_to_match_regex",
        "kwargs": {"column": "row_count", "regex": "("},
    }
    (root / "staging" / "a.yml").write_text(
        yaml.safe_dump({"table": "int_contacts_conformed", "expectations": [entry]})
    )
    (root / "staging" / "b.yml").write_text(
        yaml.safe_dump({"table": "int_referrals_conformed", "expectations": [regex]})
    )
    with candidate.connection() as connection:
        add(connection, "int_referrals_conformed", "key", "child")
    outcome = quality.check("staging", candidate, Home(tmp_path / "home"), root=root)
    assert not outcome.passed
    assert [row[1] for row in results(candidate, "broken")] == ["error"]
    assert [row[1] for row in results(candidate, "unfit")] == ["error"]
    assert "fault of the warehouse" in quality.summary(outcome)


def test_an_unknown_gate_and_a_misshapen_entry_are_named(tmp_path: Path) -> None:
    with pytest.raises(CscError, match="no gate"):
        quality.check("gold", Candidate(tmp_path), Home(tmp_path))
    path = tmp_path / "staging" / "x.yml"
    path.parent.mkdir()
    path.write_text("table: t\nexpectations:\n- {id: half, column: c}\n")
    with pytest.raises(CscError, match="the entry half"):
        quality.read_rule_file(path)


# ------------------------------------------------------------------------- privacy, issues


def test_no_value_of_a_record_reaches_a_result_or_a_log(
    tmp_path: Path, caplog: pytest.LogCaptureFixture, capfd: pytest.CaptureFixture[str]
) -> None:
    """A canary in every text column of every table, keys excepted."""
    canary = "Zebedee-Canary-of-7-Elm-Road"
    kept = {"record_key", "child_key", "la_code", "load_id", "source_file"}
    candidate = new_candidate(tmp_path)
    with candidate.connection() as connection:
        for table, columns in COLUMNS.items():
            texts = {name: canary for name, kind in columns.items() if kind == "string"}
            for number in range(40):
                values = {name: text for name, text in texts.items() if name not in kept}
                add(connection, table, f"{table}-{number}", f"child-{number}", **values)
    home = Home(tmp_path / "home")
    with caplog.at_level("DEBUG"):
        outcome = quality.check("staging", candidate, home)
        quality.record_history(candidate, home)
    said = quality.summary(outcome) + caplog.text + "".join(capfd.readouterr())
    assert canary not in said
    with candidate.connection() as connection:
        names = connection.execute(
            "select table_name from duckdb_tables() where database_name = 'analyst' "
            "and schema_name = 'dq'"
        ).fetchall()
        written = [
            str(connection.execute(f"select * from analyst.dq.{name}").fetchall())
            for (name,) in names
        ]
    assert written
    assert not any(canary in text for text in written)
    for path in (tmp_path / "home").rglob("*"):
        assert not path.is_file() or canary.encode() not in path.read_bytes()


def in_month(directory: Path, month: str, keys: list[str], release: str) -> Candidate:
    directory.mkdir()
    candidate = replace(new_candidate(directory), month=month, release_id=release, loads=(Load(),))
    with candidate.connection() as connection:
        for key in keys:
            add(connection, "int_contacts_conformed", key, f"child-{key}")
            add(
                connection,
                "int_persons_conformed",
                f"person-{key}",
                f"child-{key}",
                birth_date=BORN,
                sex_code="F",
                ethnicity_code="WBRI",
            )
    return candidate


@dataclass(frozen=True)
class Load:
    la_code: str = LA


def issues(candidate: Candidate) -> dict[str, tuple[Any, ...]]:
    with candidate.connection() as connection:
        rows = connection.execute(
            "select record_key, first_seen_month, last_seen_month, state, age_months "
            "from analyst.dq.issue where rule_id = 'contacts.contact_date.missing'"
        ).fetchall()
    return {row[0]: row[1:] for row in rows}


def test_issues_open_age_and_are_resolved(tmp_path: Path) -> None:
    home = Home(tmp_path / "home")
    months = [
        ("2022-07", ["a", "b"], "2022-07-one"),
        ("2022-08", ["a", "c"], "2022-08-one"),
        ("2022-09", ["c"], "2022-09-one"),
    ]
    candidates = []
    for month, keys, release in months:
        candidate = in_month(tmp_path / month, month, keys, release)
        quality.check("staging", candidate, home)
        quality.record_history(candidate, home)
        quality.record_history(candidate, home)
        candidates.append(candidate)
    assert issues(candidates[1]) == {
        "a": ("2022-07", "2022-08", "open", 1),
        "b": ("2022-07", "2022-07", "resolved", 0),
        "c": ("2022-08", "2022-08", "open", 0),
    }
    expected = {
        "a": ("2022-07", "2022-08", "resolved", 1),
        "b": ("2022-07", "2022-07", "resolved", 0),
        "c": ("2022-08", "2022-09", "open", 1),
    }
    assert issues(candidates[2]) == expected
    # A past month is rebuilt as it was known then, whatever came later.
    quality.check("staging", candidates[1], home)
    assert set(issues(candidates[1])) == {"a", "b", "c"}
    assert issues(candidates[1])["a"] == ("2022-07", "2022-08", "open", 1)
    # A corrected extract of the month goes on from the month before: its first version never was.
    corrected = in_month(tmp_path / "again", "2022-09", ["d"], "2022-09-two")
    quality.check("staging", corrected, home)
    assert issues(corrected)["c"] == ("2022-08", "2022-08", "resolved", 0)
    assert issues(corrected)["d"] == ("2022-09", "2022-09", "open", 0)


@pytest.mark.parametrize(
    ("evaluated", "failed", "is_of_extract"), [(30, 30, True), (30, 29, False), (29, 29, False)]
)
def test_where_all_rows_fail_the_first_advice_is_about_the_extract(
    evaluated: int, failed: int, is_of_extract: bool
) -> None:
    rule = a_rule(gate="staging")
    told = results_of_rules.advice(
        results_of_rules.result_of(rule, LA, evaluated=evaluated, failed=failed)
    )
    assert told.startswith("All rows fail, so look at the extract first") is is_of_extract
    assert told.endswith(rule.how_to_resolve)
