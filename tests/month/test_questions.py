"""Every query and command of the analysts' pages runs on a release, and every question has one."""

from __future__ import annotations

import json
import re
from pathlib import Path
from typing import Any

import duckdb
import pyarrow.parquet as pq
import pytest
from lxml import html

from csc_warehouse.ask import indicators, issues, registered
from csc_warehouse.command import cli
from csc_warehouse.errors import WrongUse
from csc_warehouse.places import PROJECT_ROOT, Home

DOCS = PROJECT_ROOT / "docs"
QUESTIONS = DOCS / "committee-questions.md"
EXAMPLES = DOCS / "worked-examples.md"
PAGES = (QUESTIONS, EXAMPLES, DOCS / "query-the-marts.md", DOCS / "national-framework.md")
#: The figures after which a committee asked on.
ASKED_NEXT = """
    0.1 0.2 1.3 1.11 1.14 1.17 1.21 2.1 2.3 2.7 2.9 2.11 2.14 2.16 3.1 3.4 3.6 3.8 3.9 3.10 3.12
    3.16 4.1 4.6 4.8 4.9 4.10 4.11 4.12
"""


PLAIN_TYPES = {"string", "date32[day]", "int32", "int64", "double", "bool", "timestamp[us]"}
PLAIN_ENCODINGS = {"PLAIN", "RLE", "PLAIN_DICTIONARY", "RLE_DICTIONARY"}


def fenced(language: str, page: Path) -> list[str]:
    """The blocks of a page in one language."""
    return re.findall(rf"^```{language}\n(.*?)^```", page.read_text(encoding="utf-8"), re.M | re.S)


def commands(page: Path) -> list[str]:
    """The `csc` commands of a page, without `$ csc`."""
    return [
        line.removeprefix("$ csc ")
        for block in fenced("console", page)
        for line in block.splitlines()
        if line.startswith("$ csc ")
    ]


def test_every_question_is_answered_or_told_why_not() -> None:
    text = QUESTIONS.read_text(encoding="utf-8")
    numbers = {
        number
        for found in re.findall(r"\(((?:\d+\.\d+(?:, )?)+)\)", text)
        for number in found.split(", ")
    }
    assert set(ASKED_NEXT.split()) <= numbers


@pytest.mark.parametrize("page", PAGES, ids=lambda page: page.stem)
def test_every_query_runs(done: tuple[Home, dict[str, Any]], page: Path) -> None:
    queries = fenced("sql", page)
    assert queries
    with duckdb.connect(done[1]["analyst_database"], read_only=True) as connection:
        for query in queries:
            cursor = connection.execute(query)
            assert cursor.description, query
            cursor.fetchall()


def test_every_python_example_runs(
    done: tuple[Home, dict[str, Any]], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(done[0].root)
    for example in fenced("python", EXAMPLES):
        exec(example, {})


def test_parquet_is_of_the_plainest_kind(done: tuple[Home, dict[str, Any]]) -> None:
    """What R, Excel and Power BI read without a word: no nested or decimal type, no delta pages."""
    files = list((done[0].current / "parquet").rglob("*.parquet"))
    assert files
    for file in files:
        types = {str(field.type) for field in pq.read_schema(file)}
        assert types <= PLAIN_TYPES, file.name
        metadata = pq.read_metadata(file)
        for group in range(metadata.num_row_groups):
            for column in range(metadata.num_columns):
                chunk = metadata.row_group(group).column(column)
                assert set(chunk.encodings) <= PLAIN_ENCODINGS, file.name
                assert chunk.compression == "ZSTD", file.name


@pytest.mark.parametrize("language", ["r", "powerquery"])
def test_what_other_tools_read_is_there(done: tuple[Home, dict[str, Any]], language: str) -> None:
    """R and Power BI are not run here: the files of their blocks are there, with the columns."""
    blocks = fenced(language, EXAMPLES)
    assert blocks
    for block in blocks:
        (path,) = re.findall(r"parquet.([\w/\\]+\.parquet)", block)
        schema = pq.read_schema(done[0].current / "parquet" / path.replace("\\", "/"))
        named = re.findall(r"\[(\w+)\]|\b(\w+) ==|(?:select|arrange)\(([^)]*)\)", block)
        columns = {name for found in named for part in found for name in part.split(", ") if name}
        assert columns and columns <= set(schema.names)


@pytest.mark.parametrize(
    "command", sorted({command for page in PAGES for command in commands(page)})
)
def test_every_command_runs(
    done: tuple[Home, dict[str, Any]],
    monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
    command: str,
) -> None:
    monkeypatch.setenv("CSC_HOME", str(done[0].root))
    cli.app(command.split(), standalone_mode=False)
    assert capsys.readouterr().out


def test_every_table_and_column_says_what_it_is(done: tuple[Home, dict[str, Any]]) -> None:
    """In the database, in the Parquet beside it and on the page of the tables; nothing internal."""
    analyst_db = Path(done[1]["analyst_database"])
    with duckdb.connect(str(analyst_db), read_only=True) as connection:
        objects = connection.execute(
            "select schema_name, table_name, comment from duckdb_tables() where not internal "
            "union all select schema_name, view_name, comment from duckdb_views() "
            "where not internal"
        ).fetchall()
        columns = connection.execute(
            "select schema_name, table_name, column_name, comment from duckdb_columns() "
            "where not internal"
        ).fetchall()
    shown = {"reference", "marts", "indicators", "dq", "ops"}
    assert {schema for schema, *_ in objects} == shown | {"internal"}
    silent = [row[:-1] for row in objects + columns if row[0] in shown and not row[-1]]
    assert silent == []
    page = (DOCS / "tables.md").read_text(encoding="utf-8")
    assert [
        name for schema, name, _ in objects if schema in shown and f"### {name}\n" not in page
    ] == []
    files = sorted((analyst_db.parent / "parquet").rglob("*.parquet"))
    assert files
    comments = {(schema, name): comment for schema, name, comment in objects}
    for path in files:
        said = pq.read_schema(path).metadata
        assert said[b"description"].decode() == comments[path.parent.name, path.stem]
        assert set(json.loads(said[b"columns"])) == set(pq.read_schema(path).names)


@pytest.mark.parametrize(
    ("words", "first", "among"),
    [
        (["Missing"], "MIS-01", "RHI-01"),
        (["plan", "two", "YEARS"], "CPP-06", "CPP-07"),
        (["per 10,000", "unaccompanied"], "UASC-01R", "UASC-02R"),
        (["no such words"], None, None),
    ],
)
def test_an_indicator_is_found_by_its_words(
    done: tuple[Home, dict[str, Any]], words: list[str], first: str | None, among: str | None
) -> None:
    rows = indicators.search(Path(done[1]["analyst_database"]), words)
    codes = [row["indicator_code"] for row in rows]
    assert (codes[:1] == [first] and among in codes) or (first is None and codes == [])


def test_without_words_every_indicator_is_listed_once(done: tuple[Home, dict[str, Any]]) -> None:
    codes = [
        row["indicator_code"] for row in indicators.search(Path(done[1]["analyst_database"]), [])
    ]
    assert len(codes) == len(set(codes)) > 170
    assert codes == sorted(codes)


def test_a_code_is_known_in_small_letters_and_a_wrong_one_gets_the_nearest(
    done: tuple[Home, dict[str, Any]],
) -> None:
    analyst_db = Path(done[1]["analyst_database"])
    assert indicators.definition(analyst_db, "ref-03")["indicator_code"] == "REF-03"
    assert indicators.indicator_value(analyst_db, "ref-03") == indicators.indicator_value(
        analyst_db, "REF-03"
    )
    with pytest.raises(WrongUse, match="Near: REF-03, "):
        indicators.definition(analyst_db, "REF03")


def test_a_page_is_searched_by_what_is_said_of_a_measure(done: tuple[Home, dict[str, Any]]) -> None:
    page = Path(done[1]["path"]) / "report" / "members" / "figures.html"
    rows = html.document_fromstring(page.read_text(encoding="utf-8")).xpath("//tr[@data-words]")
    said = {row[0].text_content(): row.get("data-words") for row in rows}
    assert "at least once" in said["MIS-02"]  # its definition
    assert "who goes missing?" in said["MIS-02"]  # a question of a committee
    assert "at least once" not in rows[0].getparent().text_content()


def test_bands_stand_in_their_natural_order(done: tuple[Home, dict[str, Any]]) -> None:
    rows = indicators.indicator_value(
        Path(done[1]["analyst_database"]), "CLA-01", breakdown="age_band"
    )
    assert [row["breakdown_value"] for row in rows] == [
        "1 to 4", "5 to 9", "10 to 15", "16 and over", "not known",
    ]  # fmt: skip
    bands = ["up to 3 months", "over 3 to 6 months", "over 6 to under 12 months",
             "12 to under 24 months", "24 months and over", "a", "b", "not known"]  # fmt: skip
    assert sorted(set(bands), key=registered.band_order) == bands


def test_a_wrong_rule_or_team_gets_the_nearest(done: tuple[Home, dict[str, Any]]) -> None:
    analyst_db = Path(done[1]["analyst_database"])
    assert issues.summary(analyst_db, rule="cin-8670q") is not None
    with pytest.raises(WrongUse, match=r"no rule CIN-8670\. Near: CIN-8670Q"):
        issues.summary(analyst_db, rule="CIN-8670")
    with pytest.raises(WrongUse, match=r"no team leaving care.* Near: leaving care team manager"):
        issues.summary(analyst_db, team="leaving care team")
