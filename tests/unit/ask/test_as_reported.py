"""What each release said of a figure: carried on, ended where it is said otherwise, never lost."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import duckdb

from csc_warehouse.ask import as_reported

#: Of a figure: the authority, the month that it is of, and the value; none for none available.
Said = list[tuple[str, str, int | None]]


def release(
    folder: Path, month: str, said: Said, earlier: Path | None = None, *, remembers: bool = True
) -> Path:
    """A release with those figures, which goes on from `earlier`; of old, it remembers nothing."""
    folder.mkdir()
    with duckdb.connect(str(folder / "analyst.duckdb")) as connection:
        connection.execute(
            """
            create schema ops;
            create schema marts;
            create schema indicators;
            create table ops.release (release_id varchar, month varchar);
            create table marts.dim_authority (la_code varchar);
            create table indicators.fct_indicator_detail (
                record_table varchar, record_key varchar, child_key varchar,
                numerator_date date, quantity double
            );
            create table indicators.rpt_indicator (
                la_code varchar, indicator_code varchar, period_type varchar,
                period_start_date date, period_end_date date, breakdown varchar,
                availability varchar, numerator bigint, denominator bigint, value double
            )
            """
        )
        connection.execute("insert into ops.release values (?, ?)", [folder.name, month])
        for la_code in sorted({la_code for la_code, *_ in said}):
            connection.execute("insert into marts.dim_authority values (?)", [la_code])
        for la_code, of_month, value in said:
            connection.execute(
                "insert into indicators.rpt_indicator values "
                "(?, 'REF-01', 'month', ?, ?, 'all', ?, ?, null, ?)",
                [
                    la_code,
                    *(f"{of_month}-01", f"{of_month}-28"),
                    "source_missing" if value is None else "available",
                    *(value, value),
                ],
            )
        if remembers:
            as_reported.write(connection, earlier, "analyst", "analyst.indicators")
    manifest = {"compared_with": earlier.name if earlier else None}
    (folder / "manifest.json").write_text(json.dumps(manifest))
    return folder


def rows(folder: Path, columns: str, where: str = "true") -> list[tuple[Any, ...]]:
    with duckdb.connect(str(folder / "analyst.duckdb"), read_only=True) as connection:
        return connection.execute(
            f"select {columns} from indicators.{as_reported.TABLE} where {where} order by all"
        ).fetchall()


def as_at(folder: Path, month: str) -> Said:
    """What was said as at a month, by the condition that the docs give."""
    found = rows(
        folder,
        "la_code, strftime(period_start_date, '%Y-%m'), numerator",
        f"release_month <= '{month}' "
        f"and (superseded_month > '{month}' or superseded_month is null)",
    )
    return [(la_code, of_month, value) for la_code, of_month, value in found]


def test_every_month_says_what_its_release_said(tmp_path: Path) -> None:
    january: Said = [("991", "2022-01", 5)]
    february: Said = [("991", "2022-01", 6), ("991", "2022-02", 7)]
    march: Said = [("991", "2022-01", 6), ("991", "2022-02", None), ("991", "2022-03", 0)]
    april: Said = [("991", "2022-01", 5), ("991", "2022-02", 7), ("991", "2022-03", 0)]
    last = None
    months = {"2022-01": january, "2022-02": february, "2022-03": march, "2022-04": april}
    for month, said in months.items():
        last = release(tmp_path / month, month, said, last)
    assert last is not None
    for month, said in months.items():
        assert as_at(last, month) == [row for row in said if row[2] is not None], month
    assert as_at(last, "2021-12") == []


def test_what_is_said_again_takes_no_row(tmp_path: Path) -> None:
    said: Said = [("991", "2022-01", 5)]
    first = release(tmp_path / "first", "2022-01", said)
    second = release(tmp_path / "second", "2022-02", said, first)
    assert rows(first, "*") == rows(second, "*")


def test_of_a_month_that_was_run_again_the_last_word_counts_and_the_first_is_kept(
    tmp_path: Path,
) -> None:
    first = release(tmp_path / "first", "2022-03", [("991", "2022-03", 5)])
    again = release(tmp_path / "again", "2022-03", [("991", "2022-03", 4)], first)
    assert as_at(again, "2022-03") == [("991", "2022-03", 4)]
    assert rows(again, "release_id, numerator, superseded_release_id") == [
        ("again", 4, None),
        ("first", 5, "again"),
    ]


def test_a_release_ends_nothing_of_another_authority(tmp_path: Path) -> None:
    both = release(tmp_path / "both", "2022-01", [("991", "2022-01", 5), ("992", "2022-01", 8)])
    one = release(tmp_path / "one", "2022-02", [("991", "2022-01", 6)], both)
    assert as_at(one, "2022-02") == [("991", "2022-01", 6), ("992", "2022-01", 8)]


def test_releases_of_before_there_was_the_table_are_read_themselves(tmp_path: Path) -> None:
    old = release(tmp_path / "old", "2022-01", [("991", "2022-01", 5)], remembers=False)
    older = release(tmp_path / "next", "2022-02", [("991", "2022-01", 6)], old, remembers=False)
    new = release(tmp_path / "new", "2022-03", [("991", "2022-01", 7)], older)
    assert [as_at(new, f"2022-0{month}") for month in (1, 2, 3)] == [
        [("991", "2022-01", 5)],
        [("991", "2022-01", 6)],
        [("991", "2022-01", 7)],
    ]
    release_after = release(tmp_path / "after", "2022-04", [("991", "2022-01", 7)], new)
    assert as_at(release_after, "2022-01") == [("991", "2022-01", 5)]
