"""What moved between two releases, on a few rows: which reason, which record, which part."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import duckdb
import pytest

from csc_warehouse.ask import revision
from csc_warehouse.errors import WrongUse
from csc_warehouse.sql import statement

TARGET = "memory.main"


def inserted(
    connection: duckdb.DuckDBPyConnection, table: str, rows: list[tuple[Any, ...]]
) -> None:
    for row in rows:
        connection.execute(f"insert into {table} values ({', '.join('?' * len(row))})", row)


# --- Figures --------------------------------------------------------------------------------------

Key = tuple[str, str, str, str, str]
FIGURE: Key = ("991", "A", "month", "2022-09-01", "2022-09-30")


def figures(restated: list[tuple[Any, ...]], units: list[tuple[Any, ...]]) -> list[tuple[Any, ...]]:
    """The parts of restated figures: their key and aggregation, numbers then and now; units that
    moved them: the key, the reason, the fields, what numerator and denominator move by.
    """
    with duckdb.connect() as connection:
        revision.create(connection, TARGET)
        connection.execute(
            """
            create temp table restated_figures (
                la_code varchar, indicator_code varchar, period_type varchar,
                period_start_date date, period_end_date date, aggregation varchar,
                previous_numerator bigint, previous_denominator bigint, previous_value double,
                numerator bigint, denominator bigint, value double,
                previous_release_id varchar default 'first'
            );
            create temp table units (
                la_code varchar, indicator_code varchar, period_type varchar,
                period_start_date date, period_end_date date, unit integer, change_reason varchar,
                changed_fields varchar, numerator_change bigint, denominator_change bigint
            )
            """
        )
        inserted(connection, "restated_figures", [(*row, "first") for row in restated])
        inserted(connection, "units", [(*row[:5], n, *row[5:]) for n, row in enumerate(units)])
        words = ", ".join(f"'{name}'" for name in revision._ADDED_UP)
        connection.execute(
            statement("csc_warehouse.ask", "figure_revisions", target=TARGET, added_up=words)
        )
        return connection.execute(
            """
            select la_code, indicator_code, period_type, period_start_date::varchar,
                period_end_date::varchar, change_reason, changed_fields, moved_count,
                numerator_change, denominator_change, value_change
            from rpt_indicator_revision order by all
            """
        ).fetchall()


OTHERS: list[Key] = [
    ("998", *FIGURE[1:]),
    ("991", "B", *FIGURE[2:]),
    ("991", "A", "rolling_4_weeks", *FIGURE[3:]),
    ("991", "A", "month", "2022-08-01", "2022-09-30"),
    ("991", "A", "month", "2022-09-01", "2022-10-31"),
]


def test_each_figure_has_the_parts_of_its_own_place_and_period() -> None:
    keys = [FIGURE, *OTHERS]
    units = [
        (*key, "added", None, 1, 0) for moved, key in enumerate(keys, start=1) for _ in range(moved)
    ]
    counts = [(*key, "count_of_records", 9, None, 9.0, 99, None, 99.0) for key in keys]
    assert figures(counts, units) == sorted(
        (*key, "added", "", moved, moved, None, float(moved))
        for moved, key in enumerate(keys, start=1)
    )
    nobody = ("992", *FIGURE[1:])
    medians = [(*key, "median", 4, 8, 3.0, 5, 7, 4.5) for key in [*keys, nobody]]
    assert figures(medians, units) == sorted(
        (*key, "together", "", moved, 1, -1, 1.5) for moved, key in enumerate([nobody, *keys])
    )


def test_a_part_is_one_reason_and_what_moved_nothing_is_none() -> None:
    parts = figures(
        [(*FIGURE, "share_of_records", 1, 2, 50.0, 3, 4, 75.0)],
        [
            (*FIGURE, "changed", "start_date", 1, 0),
            (*FIGURE, "changed", None, 0, 1),
            (*FIGURE, "changed", "end_date", 0, 0),
            (*FIGURE, "added", "start_date", 1, 0),
            (*FIGURE, "added", "end_date", 0, 1),
        ],
    )
    assert [row[5:10] for row in parts] == [
        ("added", "", 2, 1, 1),
        ("changed", "", 1, 0, 1),
        ("changed", "start_date", 1, 1, 0),
    ]
    assert sum(row[10] for row in parts) == pytest.approx(25.0)


@pytest.mark.parametrize(
    ("then", "now", "moved", "part"),
    [
        # A half of what it weighs before and of what it weighs after, by hand.
        ((0, 1), (1, 2), (1, 1), 75.0 - 25.0),
        ((1, 2), (1, 1), (0, -1), 50.0),
        ((0, 2), (1, 2), (1, 0), 50.0),
        ((0, 0), (1, 1), (1, 1), None),
        ((1, 1), (0, 0), (-1, -1), None),
    ],
)
def test_a_share_without_a_denominator_has_no_part(
    then: tuple[int, int], now: tuple[int, int], moved: tuple[int, int], part: float | None
) -> None:
    figure = (*FIGURE, "share_of_children", *then, None, *now, None)
    ((*_, change),) = figures([figure], [(*FIGURE, "added", None, *moved)])
    assert change == part


# --- Records --------------------------------------------------------------------------------------

#: Of a record or what a month-end row was made of: whether it is that, was there, is there; fields.
Compared = tuple[bool, bool, bool, str | None]
SAME: Compared = (False, True, True, None)
ORIGIN: Compared = (True, True, True, None)


def records(
    compared: list[tuple[Any, ...]], details: list[tuple[Any, ...]]
) -> list[tuple[Any, ...]]:
    """The rows of fct_indicator_revision without authority and indicator."""
    with duckdb.connect() as connection:
        revision.create(connection, TARGET)
        connection.execute(statement("csc_warehouse.ask", "compared_fields"))
        connection.execute(
            """
            create temp table detail_rows (
                record_table varchar, record_key varchar, child_key varchar, event_date date,
                numerator bigint, denominator bigint, is_later boolean,
                la_code varchar default '991', indicator_code varchar default 'A'
            )
            """
        )
        inserted(connection, "compared_fields", compared)
        inserted(connection, "detail_rows", [(*row, "991", "A") for row in details])
        connection.execute(statement("csc_warehouse.ask", "record_revisions", target=TARGET))
        return connection.execute(
            """
            select record_table, record_key, child_key, change_reason, changed_fields,
                previous_event_date::varchar, event_date::varchar,
                previous_numerator, numerator, previous_denominator, denominator
            from fct_indicator_revision order by record_table, record_key
            """
        ).fetchall()


@pytest.mark.parametrize(
    ("compared", "reason", "fields"),
    [
        ([(False, False, True, None)], "added", None),
        ([(False, True, False, None)], "removed", None),
        ([(False, True, True, "end_date")], "changed", "end_date"),
        ([SAME], "related", None),
        ([(False, False, False, None)], "related", None),
        ([], "related", None),
        # A month-end row moves by what it was made of.
        ([SAME, (True, False, True, None)], "added", None),
        ([SAME, (True, True, False, None)], "removed", None),
        ([SAME, (True, False, False, None)], "related", None),
        ([SAME, ORIGIN], "related", None),
        ([SAME, (True, True, False, None), (True, False, True, None)], "added", None),
        ([(False, True, True, "team"), (True, True, True, "a.z"), (True, True, True, "a.y")],
         "changed", "a.y, a.z"),
        ([SAME, (True, True, True, "a.z"), (True, False, True, None)], "changed", "a.z"),
        ([(False, True, True, "team"), (True, False, True, None)], "added", None),
        # What it was made of says the same: its own row decides, unless it is new or gone itself.
        ([(False, True, True, "team"), ORIGIN], "changed", "team"),
        ([(False, False, True, None), ORIGIN], "related", None),
        ([(False, True, False, None), ORIGIN], "related", None),
    ],
)  # fmt: skip
def test_why_a_record_moved(compared: list[Compared], reason: str, fields: str | None) -> None:
    found = records(
        [("fct_a", "k", *each) for each in compared],
        [("fct_a", "k", "c", "2022-09-01", 1, 1, True)],
    )
    assert [row[3:5] for row in found] == [(reason, fields)]


def test_a_record_is_one_of_its_table_with_what_it_was_then_and_now() -> None:
    compared = [
        ("fct_a", "k", False, False, True, None),
        ("fct_b", "k", False, True, False, None),
        ("fct_b", "l", False, True, True, "end_date"),
    ]
    details = [
        ("fct_a", "k", "m", "2022-09-03", 1, 1, True),
        ("fct_a", "k", "n", "2022-09-02", 1, 1, True),
        ("fct_a", "k", "z", "2022-08-02", 0, 1, False),
        ("fct_b", "k", "a", "2022-09-04", 1, None, False),
        ("fct_b", "k", "b", "2022-09-05", 1, None, False),
        ("fct_b", "l", "c", "2022-09-06", 0, 1, True),
    ]
    assert records(compared, details) == [
        ("fct_a", "k", "n", "added", None, "2022-08-02", "2022-09-02", 0, 2, 1, 2),
        ("fct_b", "k", "b", "removed", None, "2022-09-04", None, 2, None, None, None),
        ("fct_b", "l", "c", "changed", "end_date", None, "2022-09-06", None, 0, None, 1),
    ]


# --- Two releases ---------------------------------------------------------------------------------


def release(path: Path, rows: dict[str, list[tuple[Any, ...]]], la_code: str = "991") -> Path:
    """An analyst database with what a comparison reads; its figures are counts of the rows."""
    with duckdb.connect(str(path)) as connection:
        connection.execute(
            """
            create schema ops; create schema marts; create schema indicators;
            create schema reference;
            create table ops.release as select ? as release_id;
            create table marts.dim_authority as
                select ? as la_code, date '2022-09-30' as as_at_date;
            create table marts.fct_referral (
                referral_key varchar, referral_date date, days_open integer, source_file varchar
            );
            create table marts.fct_cla_month (
                cla_month_key varchar, placement_key varchar, team_key varchar, is_far boolean
            );
            create table marts.fct_placement (placement_key varchar, placement_type_code varchar);
            create table reference.indicator as
                select unnest(['A', 'B', 'C']) as indicator_code,
                    'referrals' as topic,
                    'count_of_records' as aggregation,
                    date '2000-01-01' as valid_from, null::date as valid_to;
            create table reference.occasion (indicator_code varchar, occasion varchar);
            create table indicators.fct_indicator_detail (
                la_code varchar, indicator_code varchar, record_table varchar, record_key varchar,
                child_key varchar, event_date date, numerator_date date, numerator bigint,
                denominator bigint, quantity double
            );
            """.replace("?", "'{}'").format(path.stem, la_code)
        )
        if "marts.fct_new" in rows:
            connection.execute("create table marts.fct_new (new_key varchar, said varchar)")
        for table, each in rows.items():
            inserted(connection, table, each)
        connection.execute(
            """
            create table indicators.rpt_indicator as
            select la_code, indicator_code, 'month' as period_type,
                date '2022-09-01' as period_start_date, date '2022-09-30' as period_end_date,
                'all' as breakdown, 'available' as availability,
                sum(numerator)::bigint as numerator, null::bigint as denominator,
                sum(numerator)::double as value
            from indicators.fct_indicator_detail group by all
            """
        )
    return path


def detail(code: str, table: str, key: str, day: int, quantity: float = 0.0) -> tuple[Any, ...]:
    return (
        "991",
        code,
        table,
        key,
        f"child of {key}",
        f"2022-09-{day:02}",
        None,
        1,
        None,
        quantity,
    )


DETAIL = "indicators.fct_indicator_detail"
EARLIER: dict[str, list[tuple[Any, ...]]] = {
    "marts.fct_referral": [
        ("moved", "2022-09-01", 5, "file"),
        ("gone", "2022-09-02", 5, "file"),
        ("same", "2022-09-03", 5, "file"),
        ("longer", "2022-09-04", 5, "file"),
    ],
    "marts.fct_cla_month": [("month", "place", "north", False)],
    "marts.fct_placement": [("place", "U4"), ("another", "U4")],
    DETAIL: [
        *(detail("A", "fct_referral", each, 1) for each in ("moved", "gone", "same", "longer")),
        detail("B", "fct_cla_month", "month", 30),
        detail("C", "fct_new", "one", 30),
    ],
}
LATER: dict[str, list[tuple[Any, ...]]] = {
    "marts.fct_referral": [
        ("moved", "2022-09-05", 1, "corrected file"),
        ("new", "2022-09-02", 5, "corrected file"),
        ("newer", "2022-09-02", 5, "corrected file"),
        ("same", "2022-09-03", 5, "corrected file"),
        ("longer", "2022-09-04", 9, "corrected file"),
    ],
    "marts.fct_cla_month": [("month", "place", "south", True), ("other", "another", "", False)],
    "marts.fct_placement": [("place", "K2"), ("another", "U4")],
    "marts.fct_new": [("one", "this"), ("two", "that")],
    DETAIL: [
        detail("A", "fct_referral", "moved", 5),
        detail("A", "fct_referral", "new", 2),
        detail("A", "fct_referral", "newer", 2),
        detail("A", "fct_referral", "same", 1, quantity=1.0),
        detail("A", "fct_referral", "longer", 1, quantity=1.0),
        detail("B", "fct_cla_month", "month", 29),
        detail("B", "fct_cla_month", "other", 30),
        detail("C", "fct_new", "one", 30),
        detail("C", "fct_new", "two", 30),
    ],
}


def test_what_two_releases_differ_in(tmp_path: Path) -> None:
    first = release(tmp_path / "first.duckdb", EARLIER)
    second = release(tmp_path / "second.duckdb", LATER)
    assert revision.is_comparable(first) and revision.is_comparable(second)
    with revision.compare(first, second) as connection:
        found = {
            (row["record_key"], row["change_reason"], row["changed_fields"])
            for code in ("A", "B", "C")
            for row in revision.moved(connection, code, records=True)
        }
        figures_moved = {
            row["indicator_code"]: (row["previous_value"], row["value"], row["reasons"])
            for row in revision.moved(connection)
        }
        (part,) = revision.moved(connection, "C")
        assert revision.moved(connection, "A", la_codes=["998"]) == []
        with pytest.raises(WrongUse, match="no indicator X"):
            revision.moved(connection, "X")
    assert found == {
        ("moved", "changed", "referral_date"),
        ("gone", "removed", None),
        ("new", "added", None),
        ("newer", "added", None),
        ("same", "related", None),
        ("longer", "changed", "days_open"),
        ("month", "changed", "placement.placement_type_code"),
        ("other", "related", None),
        ("two", "related", None),
    }
    assert figures_moved == {
        "A": (4.0, 5.0, "2 added, 2 changed, 1 related, 1 removed"),
        "B": (1.0, 2.0, "1 changed, 1 related"),
        "C": (1.0, 2.0, "1 related"),
    }
    assert (part["change_reason"], part["moved_count"], part["numerator_change"]) == (
        "related",
        1,
        1,
    )


def test_releases_without_a_common_authority_or_of_old_are_not_compared(tmp_path: Path) -> None:
    first = release(tmp_path / "first.duckdb", EARLIER)
    other = release(tmp_path / "other.duckdb", LATER, la_code="998")
    with pytest.raises(WrongUse, match="no authority in common"):
        revision.compare(first, other)
    assert not revision.is_comparable(tmp_path / "none.duckdb")
    with duckdb.connect(str(first)) as connection:
        connection.execute("alter table indicators.fct_indicator_detail drop column quantity")
    assert not revision.is_comparable(first)
