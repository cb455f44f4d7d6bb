"""A rule that can't be judged says which, in what file and line, and why; never with a value."""

from __future__ import annotations

import re
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from html import unescape
from pathlib import Path
from textwrap import dedent, indent

import duckdb
import pandas as pd
import pytest

from csc_warehouse import quality, report
from csc_warehouse.errors import CscError
from csc_warehouse.places import Home
from csc_warehouse.quality.validation import _why_broken

#: Stands in every record; with a quote of its own, which a message may end its quoting at.
CANARY = "O'Canary of 7 Elm Road"
TABLE = "int_contacts_conformed"


@dataclass(frozen=True)
class Candidate:
    """A candidate with two contacts, one of them undated, both with the canary as their source."""

    directory: Path
    release_id: str = "2022-09-one"
    month: str = "2022-09"
    loads: tuple[()] = ()

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
        connection.execute(
            "create table ops.load as select '991' as la_code, 'ssd' as source_system, "
            "'load' as load_id, date '2022-09-30' as as_at_date "
            "union all select '992', 'ssd', 'load', date '2022-09-30'"
        )
        connection.execute(
            "create table ops.release as "
            "select '2022-09-one' as release_id, date '2022-09-30' as as_at_date"
        )
    candidate = Candidate(tmp_path)
    with candidate.connection() as connection:
        connection.execute("create schema intermediate")
        connection.execute(
            f"create table intermediate.{TABLE} as select * exclude (number), "
            "'991' as la_code, 'ssd' as source_system, 'record-' || number as record_key, "
            "'child-' || number as child_key, null as unreadable_dates, 'load' as load_id, "
            "'contacts.csv' as source_file, number as row_number from (values "
            "(1, $canary, date '2022-09-01'), (2, $canary, null)) "
            "as contact(number, contact_source, contact_date)",
            {"canary": CANARY},
        )
    return candidate


def entry(
    rule_id: str, column: str, kind: str = "expect_column_values_to_not_be_null", kwargs: str = ""
) -> str:
    """An entry of expectations, in YAML; its other keys stand under defaults."""
    return (
        f"- id: {rule_id}\n  column: contact_date\n  type: {kind}\n"
        f"  kwargs: {{column: {column}{', ' + kwargs if kwargs else ''}}}\n"
    )


#: A rule that holds for one record and not for the other.
DATED = entry("dated", "contact_date")


def written(directory: Path, *entries: str, frame: str = "", gate: str = "staging") -> Path:
    """A folder of expectations with one file, `contacts.yml`."""
    path = directory / "expectations" / gate / "contacts.yml"
    path.parent.mkdir(parents=True, exist_ok=True)
    block = "frame: |\n" + indent(dedent(frame).lstrip("\n"), "  ") if frame else ""
    defaults = (
        "defaults: {severity: warning, why: w., how_to_resolve: h., owner: o, indicators: {}, "
        "source: s, threshold: {max_share: 0, set_by: t}}\n"
    )
    path.write_text(f"table: {TABLE}\n{block}{defaults}expectations:\n{''.join(entries)}")
    return directory / "expectations"


def line_of(root: Path, text: str, gate: str = "staging") -> str:
    """File and line of the one line that has `text`, as a message names them."""
    lines = (root / gate / "contacts.yml").read_text().splitlines()
    (number,) = (number for number, line in enumerate(lines, 1) if text in line)
    return f"expectations/{gate}/contacts.yml, line {number}"


def judged(
    candidate: Candidate, root: Path, gate: str = "staging"
) -> tuple[dict[str, tuple[str, str | None]], list[str]]:
    """Of authority 991, each rule's status and what was observed; and the lines for the screen.

    Nothing that was said or written holds the canary.
    """
    outcome = quality.check(gate, candidate, Home(candidate.directory / "home"), root=root)
    with candidate.connection() as connection:
        found = connection.execute(
            "select rule_id, status, observed from analyst.dq.expectation_result "
            "where la_code = '991'"
        ).fetchall()
        everything = [
            connection.execute(f"from analyst.dq.{name}").fetchall()
            for name in ("expectation_result", "expectation", "failing_record", "issue", "run")
        ]
    screen = quality.summary(outcome).splitlines()
    assert "Canary" not in f"{everything} {screen} {outcome}"
    assert "Elm" not in f"{everything} {screen} {outcome}"
    return {row[0]: (row[1], row[2]) for row in found}, screen


def test_a_misspelt_column_breaks_the_rule_that_names_it(candidate: Candidate) -> None:
    root = written(candidate.directory, DATED, entry("misspelt", "contact_dat"))
    found, screen = judged(candidate, root)
    why = (
        f"{line_of(root, 'id: misspelt')}: there is no column contact_dat in {TABLE} or in the "
        "file's frame (did you mean contact_date?)"
    )
    assert found == {"dated": ("warn", None), "misspelt": ("error", why)}
    # Once for all authorities: it is not theirs.
    (told,) = [line for line in screen if "misspelt" in line]
    assert why in told and "fault of the warehouse" in told


def test_a_column_that_nothing_is_like_and_a_table_that_is_not_there(candidate: Candidate) -> None:
    root = written(candidate.directory, entry("odd", "zzzz"))
    assert (judged(candidate, root)[0]["odd"][1] or "").endswith("or in the file's frame")
    derived = written(candidate.directory, entry("odd", "contact_dat_reading"))
    why = judged(candidate, derived)[0]["odd"][1]
    assert why is not None and why.endswith("(did you mean contact_date_reading?)")
    path = root / "staging" / "contacts.yml"
    path.write_text(path.read_text().replace(TABLE, "int_contact_conformed"))
    why = judged(candidate, root)[0]["odd"][1]
    assert why == f"{line_of(root, 'id: odd')}: there is no table int_contact_conformed"


FRAME = """
    select
        record_key,
        length({column}) as source_length,
        contact_date is null as is_undated
    from intermediate.int_contacts_conformed
"""


def test_a_misspelt_column_in_the_frame_is_told_with_its_line(candidate: Candidate) -> None:
    root = written(
        candidate.directory,
        entry("length", "source_length"),
        entry("undated", "is_undated"),
        entry("known", "row_number"),
        frame=FRAME.format(column="contact_sorce"),
    )
    found, screen = judged(candidate, root)
    # What the frame does not write of is judged all the same.
    assert found["known"] == ("pass", None)
    for rule_id in ("length", "undated"):
        status, why = found[rule_id]
        assert status == "error" and why is not None
        line = line_of(root, "contact_sorce").rpartition(" ")[2]
        place = line_of(root, f"id: {rule_id}")
        assert why.startswith(f"{place}: the file's frame, line {line}: Binder Error")
        assert '"contact_sorce" not found' in why and '"contact_source"' in why
        assert any(why in told for told in screen)


@pytest.mark.parametrize(
    "expression",
    [
        "strptime(contact_source, '%d')",
        "cast(contact_source as date)",
        "error(contact_source)",
        "'Canary' 'Canary'",
    ],
)
def test_a_frame_that_stops_at_a_record_shows_no_value(
    candidate: Candidate, expression: str
) -> None:
    frame = f"select record_key, {expression} as made from intermediate.{TABLE}\n"
    root = written(candidate.directory, entry("made", "made"), frame=frame)
    status, why = judged(candidate, root)[0]["made"]
    assert status == "error"
    assert why is not None and "Error" in why and "the file's frame, line 3: " in why


def test_a_frame_without_a_key_is_told(candidate: Candidate) -> None:
    frame = f"select la_code, true as made from intermediate.{TABLE}\n"
    root = written(candidate.directory, entry("made", "made"), frame=frame)
    why = judged(candidate, root)[0]["made"][1]
    assert why is not None and "the file's frame, line 3: it has no record_key" in why


def test_a_column_that_stops_at_a_record_breaks_its_own_rule(candidate: Candidate) -> None:
    late = entry(
        "late", "contact_source_days_after_extract", "expect_column_values_to_be_between",
        "max_value: 0",
    )  # fmt: skip
    root = written(candidate.directory, DATED, late)
    found, _ = judged(candidate, root)
    assert found["dated"][0] == "warn"
    status, why = found["late"]
    assert status == "error"
    assert why is not None and "contact_source_days_after_extract: Conversion Error" in why


@pytest.mark.parametrize(
    ("kind", "kwargs", "said"),
    [
        ("expect_column_values_to_be_betwen", "max_value: 1", "betwen not found"),
        ("expect_column_values_to_be_between", "max_valu: 1", "max_valu extra fields"),
        ("expect_column_values_to_be_in_set", "value_set: 5", "value_set"),
        ("expect_column_values_to_match_regex", "regex: (", "missing )"),
        ("expect_column_unique_value_count_to_be_between", "max_value: 9", "column as a whole"),
        ("expect_column_values_to_be_between", "max_value: 1", "of the same type"),
        ("expect_table_row_count_to_equal", "value: 1", "column"),
    ],
)
def test_what_great_expectations_does_not_take_is_told_in_its_words(
    candidate: Candidate, kind: str, kwargs: str, said: str
) -> None:
    root = written(candidate.directory, DATED, entry("unfit", "contact_source", kind, kwargs))
    found, _ = judged(candidate, root)
    assert found["dated"] == ("warn", None)
    status, why = found["unfit"]
    assert status == "error"
    assert why is not None and why.startswith(line_of(root, "id: unfit"))
    assert said in why
    # The page of the run is made all the same, names the fault, and fetches nothing.
    page = report.write_data_docs(
        candidate.directory / "analyst.duckdb", candidate.directory / "docs"
    )
    text = unescape(page.read_text(encoding="utf-8"))
    assert "2 rules were judged" in text and said in text and CANARY not in text
    assert "http://" not in text and "https://" not in text and "url(" not in text
    assert re.findall(r'(?:src|href)="([^"#]+)"', text) == ["assets/report.js"]


@pytest.mark.parametrize(
    ("said", "told"),
    [
        (f"could not convert string to float: {CANARY}", "a value that is not shown"),
        (f"Cannot sum {CANARY}{CANARY}", "a value that is not shown"),
        ("There is no code E in the set", "a value that is not shown"),
        ("'<' not supported", "'…' not supported"),
    ],
)
def test_what_it_says_of_a_value_is_not_told(said: str, told: str) -> None:
    frame = pd.DataFrame({"name": [CANARY, "E", None]})
    assert told in _why_broken({"exception_message": said}, frame)
    by_metric = {"metric": {"exception_message": said}}
    assert _why_broken(by_metric, frame) == _why_broken({"exception_message": said}, frame)


def test_an_entry_that_names_no_column_is_told(candidate: Candidate) -> None:
    nameless = (
        "- id: nameless\n  column: x\n  type: expect_table_row_count_to_equal\n  kwargs: {}\n"
    )
    root = written(candidate.directory, DATED, nameless)
    why = judged(candidate, root)[0]["nameless"][1]
    assert why == f"{line_of(root, 'id: nameless')}: its kwargs name no column"


PROFILE = """
    select la_code, 't' as table_name, '' as column_name, 'words' as observed, {column} as late
    from authority
"""


@pytest.mark.parametrize(
    ("frame", "said"),
    [
        (PROFILE.format(column="1"), "there is no column lat in"),
        (PROFILE.format(column="as_at_dat"), '"as_at_dat" not found'),
        (PROFILE.format(column="1").replace("observed", "seen"), "it has no observed"),
    ],
)
def test_a_profile_tells_its_faults_alike(candidate: Candidate, frame: str, said: str) -> None:
    root = written(candidate.directory, entry("lat", "lat"), DATED.replace("contact_date", "late"),
                   frame=frame, gate="raw")  # fmt: skip
    found, _ = judged(candidate, root, "raw")
    status, why = found["lat"]
    assert status == "error"
    assert why is not None and why.startswith(line_of(root, "id: lat", "raw")) and said in why
    assert found["dated"][0] == ("pass" if "no column" in said else "error")


@pytest.mark.parametrize(
    ("old", "new", "said", "at"),
    [
        ("  column: contact_date\n", "  column: contact_date\n  severty: warning\n",
         "there is no key severty; did you mean severity", "severty"),
        ("expectations:\n", "frme: x\nexpectations:\n",
         "there is no key frme; did you mean frame", "frme"),
        ("owner: o", "ownr: o", "there is no key ownr; did you mean owner", "defaults"),
        ("max_share: 0", "max_shar: 0", "there is no key max_shar; did you mean", "defaults"),
        ("severity: warning", "severity: warnin", "the entry dated", "id: dated"),
        ("owner: o, ", "", "the entry dated lacks or misshapes 'owner'", "id: dated"),
        ("kwargs: {column: contact_date}", "kwargs: [1]", "the entry dated", "id: dated"),
        ("- id: dated\n", "- words\n- id: dated\n", "an entry must have keys", "- words"),
        ("  type: expect", "\ttype: expect", "this is not YAML: found", "type: expect"),
        ("kwargs: {column", "kwargs: {column: [", "this is not YAML", None),
        (f"table: {TABLE}\n", "", "the file has no table", "defaults"),
    ],
)  # fmt: skip
def test_a_file_that_cannot_be_read_is_told_with_its_line(
    candidate: Candidate, old: str, new: str, said: str, at: str | None
) -> None:
    root = written(candidate.directory, DATED)
    path = root / "staging" / "contacts.yml"
    assert path.read_text().count(old) == 1
    path.write_text(path.read_text().replace(old, new))
    with pytest.raises(CscError) as raised:
        quality.check("staging", candidate, Home(candidate.directory / "home"), root=root)
    assert said in str(raised.value)
    assert str(raised.value).startswith(
        f"{line_of(root, at)}: " if at else "expectations/staging/contacts.yml, line "
    )


@pytest.mark.parametrize("text", ["", "- a\n- b\n", "words"])
def test_a_file_of_something_else_is_told(tmp_path: Path, text: str) -> None:
    path = tmp_path / "expectations" / "staging" / "x.yml"
    path.parent.mkdir(parents=True)
    path.write_text(text)
    with pytest.raises(CscError, match=r"staging/x\.yml, line 1: the file must have keys"):
        quality.read_rule_file(path)
