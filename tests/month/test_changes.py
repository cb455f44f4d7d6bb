"""What changed since the last report: parts that add up as printed, and nothing hidden told."""

from __future__ import annotations

import csv
from collections.abc import Sequence
from dataclasses import replace
from datetime import date
from decimal import Decimal
from pathlib import Path
from typing import Any

import duckdb
import pytest
from hypothesis import given
from hypothesis import strategies as st
from lxml import html

from csc_warehouse import report
from csc_warehouse.ask import releases
from csc_warehouse.disclosure import Cell
from csc_warehouse.places import Home
from csc_warehouse.report import changes, pages, public, reading
from csc_warehouse.report.measures import View

Corrected = tuple[Home, releases.Release, releases.Release]

NOTHING = "There is no earlier report that this one can be compared with."


def page(folder: Path, audience: str) -> html.HtmlElement:
    text = (folder / "report" / audience / "changes.html").read_text(encoding="utf-8")
    return html.document_fromstring(text)


def file(folder: Path, audience: str) -> list[dict[str, str]]:
    path = folder / "report" / audience / "changes.csv"
    with path.open(encoding="utf-8-sig", newline="") as lines:
        return list(csv.DictReader(lines))


def address(row: dict[str, str]) -> str:
    key = ("la_code", "indicator_code", "period_type", "period_start_date", "period_end_date")
    return "|".join(row[name] for name in key)


def number(text: str) -> Decimal:
    return Decimal(text.replace("−", "-").replace(",", "").removeprefix("+"))


def told(found: html.HtmlElement) -> list[tuple[str, str, float, Decimal]]:
    """Of each number of a restated figure: which, the part, unrounded, and as people read it."""
    return [
        (
            each.get("data-revision"),
            each.get("data-part"),
            float(each.get("value")),
            number(each.text_content()),
        )
        for each in found.iter("data")
    ]


def test_the_parts_add_up_as_printed(corrected: Corrected) -> None:
    found = page(corrected[2].path, "officers")
    bodies = found.xpath("//table[contains(@class, 'changes')]/tbody[@id]")
    assert len(bodies) > 30
    several = 0
    for body in bodies:
        printed = {part: text for _, part, _, text in told(body)}
        if "moved" in printed:
            moved = printed.pop("moved")
            assert printed.pop("value") - printed.pop("previous_value") == moved
            assert sum(printed.values()) == moved, told(body)
            several += len(printed) > 1
    assert several > 1
    parts: dict[str, list[dict[str, str]]] = {}
    for row in file(corrected[2].path, "officers"):
        parts.setdefault(address(row), []).append(row)
    assert sum(len(rows) > 1 for rows in parts.values()) > 5
    for rows in parts.values():
        if rows[0]["value_change"]:
            change = float(rows[0]["value"]) - float(rows[0]["previous_value"])
            assert sum(float(row["value_change"]) for row in rows) == pytest.approx(change)


def test_officers_read_each_restated_figure_as_the_table_has_it(corrected: Corrected) -> None:
    _, first, second = corrected
    parts = ("previous_value", "value", "moved")
    with duckdb.connect(str(second.analyst_db), read_only=True) as connection:
        table = {
            row[0]: dict(zip(parts, row[1:], strict=True))
            for row in connection.execute(
                "select distinct concat_ws('|', la_code, indicator_code, period_type, "
                "period_start_date, period_end_date), previous_value, value, "
                "value - previous_value from indicators.rpt_indicator_revision "
                "where indicator_code not in (select indicator_code from reference.indicator "
                "where aggregation like 'distribution%')"
            ).fetchall()
        }
        reasons = {
            (f"{row[0]}", f"{row[1]}:{row[2]}"): row[3]
            for row in connection.execute(
                "select concat_ws('|', la_code, indicator_code, period_type, period_start_date, "
                "period_end_date), change_reason, changed_fields, value_change "
                "from indicators.rpt_indicator_revision"
            ).fetchall()
        }
    in_file = file(second.path, "officers")
    assert {address(row) for row in in_file} == table.keys()
    for row in in_file:
        right = table[address(row)]
        for part in ("previous_value", "value"):
            assert (float(row[part]) if row[part] else None) == pytest.approx(right[part])
        moved = reasons[address(row), f"{row['change_reason']}:{row['changed_fields']}"]
        assert (float(row["value_change"]) if row["value_change"] else None) == pytest.approx(moved)
    found = page(second.path, "officers")
    # A page for people: one figure of each measure, the others in the file.
    on_page = {of for of, *_ in told(found)}
    assert on_page < table.keys()
    assert sorted(each.split("|")[1] for each in on_page) == sorted(
        {row["indicator_code"] for row in in_file if row["value_change"]}
    )
    for of, part, unrounded, _ in told(found):
        right_one = table[of][part] if part in parts else reasons[of, part]
        assert unrounded == pytest.approx(right_one), (of, part)
    assert first.release_id in found.xpath("string(//p[@class='lead'])")


def test_the_page_says_why_by_kind_of_record(corrected: Corrected) -> None:
    """Each cause with its records and measures, as the records behind the figures have it."""
    rows = {
        (cells[0], cells[2].split(":")[0]): cells
        for row in page(corrected[2].path, "officers").xpath(
            "//section[@aria-labelledby='why']//tr"
        )
        if (cells := [" ".join(cell.text_content().split()) for cell in row])[0] != "Record"
    }
    with duckdb.connect(str(corrected[2].analyst_db), read_only=True) as connection:
        right = connection.execute(
            "select record_table, change_reason, count(distinct record_key) "
            "from indicators.fct_indicator_revision group by all"
        ).fetchall()
    assert len(rows) == len(right) > 5
    assert rows["Referral", "removed"][1] == "1" and rows["Referral", "added"][1] == "1"
    assert rows["Referral", "changed"][1] == "3"
    assert (
        "changed: next referral date, close date, referral date and 1 more"
        in (rows["Referral", "changed"][2])
    )
    assert "Referrals received" in rows["Referral", "removed"][3]
    size = (corrected[2].path / "report" / "officers" / "changes.html").stat().st_size
    assert size < 100_000


def test_members_read_nothing_that_either_report_hides(corrected: Corrected) -> None:
    _, first, second = corrected
    was, is_now = (
        {
            "|".join(str(part) for part in cell.key[:5]): cell
            for cell in public.read(each.path / report.PUBLIC_FIGURES)
            if cell.breakdown == "all"
        }
        for each in (first, second)
    )
    found = page(second.path, "members")
    for of, part, unrounded, _ in told(found):
        before, now = was[of].value, is_now[of].value
        assert before is not None and now is not None
        assert unrounded == pytest.approx(
            {"previous_value": before, "value": now, "moved": now - before}[part]
        )
    for row in file(second.path, "members"):
        before, now = was[address(row)].value, is_now[address(row)].value
        assert (float(row["previous_value"]), float(row["value"])) == pytest.approx((before, now))
        assert not any(row[name] for name in ("change_reason", "moved_count", "value_change"))
    lead = found.xpath("string(//main/p[2])")
    assert "more than 5 children or records" in lead
    assert not found.xpath("//*[contains(text(), 'csc diff')]")


def test_where_nothing_was_compared_the_page_says_so(done: tuple[Home, dict[str, Any]]) -> None:
    folder = releases.current(done[0]).path
    for audience in ("members", "officers"):
        found = page(folder, audience)
        assert found.xpath("string(//main/p)") == NOTHING
        assert told(found) == []


def cell(numerator: float | None, denominator: float | None = None, code: str = "REF-01") -> Cell:
    """A public cell of `done`'s authority: a count, or a share where there is a denominator."""
    value = numerator
    if denominator is not None and numerator is not None:
        value = 100 * numerator / denominator
    return Cell(
        "999", code, "month", date(2022, 9, 1), date(2022, 9, 30), "all", "all",
        "count_of_records" if denominator is None else "share_of_records",
        numerator, denominator, value, None if value is not None else "c",
    )  # fmt: skip


@pytest.mark.parametrize(
    ("before", "now", "is_told"),
    [
        (cell(20), cell(26), True),
        (cell(26), cell(20), True),
        (cell(20), cell(25), False),
        (cell(20), cell(20), False),
        (cell(None), cell(26), False),
        (cell(20), cell(None), False),
        (cell(20, 100), cell(30, 120), True),
        # One more child who is counted; one more who is not.
        (cell(20, 100), cell(21, 120), False),
        (cell(20, 100), cell(40, 121), False),
        # The rest stays as it was.
        (cell(20, 100), cell(30, 110), True),
        (cell(20, 100), replace(cell(30, 120), aggregation="share_of_children"), False),
        (cell(20, 100), replace(cell(30, 120), denominator=None), False),
        # An average is told where those behind it moved by enough, and never without them.
        *(
            (
                replace(cell(None), aggregation="median", denominator=20, value=30.0),
                replace(cell(None), aggregation="median", denominator=behind, value=31.0),
                is_told,
            )
            for behind, is_told in ((26, True), (25, False), (20, False), (None, False))
        ),
    ],
)
def test_a_small_difference_is_told_to_nobody_outside(
    before: Cell, now: Cell, is_told: bool
) -> None:
    earlier = changes.Earlier("2022-08-0", date(2022, 8, 31), frozenset({"999"}))
    found = changes.of_public([before], [now], {"999": 5}, earlier)
    assert bool(found.figures.get("999")) is is_told


def test_a_difference_of_a_breakdown_is_not_told() -> None:
    before, now = (replace(cell(count), breakdown="gender") for count in (20, 40))
    assert not changes.of_public([before], [now], {"999": 5}, None).figures


def test_the_members_page_of_a_large_move(corrected: Corrected, tmp_path: Path) -> None:
    with duckdb.connect(str(corrected[2].analyst_db), read_only=True) as connection:
        read = reading.read(connection)
    cells = [cell(1_234), cell(50, 100, "REF-03"), cell(7, None, "CON-01")]
    before = [cell(1_200), cell(20, 90, "REF-03"), cell(8, None, "CON-01")]
    earlier = changes.Earlier("2022-08-0", date(2022, 8, 31), frozenset({"999"}))
    of_public = changes.of_public(before, cells, {"999": 5}, earlier)
    view = View(read, cells, with_bounds=False)
    pages.write(view, pages.MEMBERS, of_public, tmp_path / "report" / "members")
    found = page(tmp_path, "members")
    assert "2 figures of 2 measures are told differently" in found.text_content()
    rows = [" ".join(" ".join(row.itertext()).split()) for row in found.xpath("//tbody/tr[td]")]
    assert rows[0] == "Referrals received REF-01 number September 2022 1,200 1,234 +34 1"
    assert [address(row) for row in file(tmp_path, "members")] == [
        "|".join(str(part) for part in each.key[:5]) for each in cells[:2]
    ]
    # 20 of 90 is 22% and 50 of 100 is 50.0%, as every public format prints them.
    assert "22 20 of 90 50.0 50 of 100 +28.0" in rows[1]
    assert "CON-01" not in found.xpath("string(//main)")
    # An authority that the earlier release did not have is not compared.
    absent = replace(of_public, earlier=replace(earlier, la_codes=frozenset({"991"})))
    assert absent.compared("999") is None and absent.by_topic(read, "999") == []


@given(
    st.lists(st.floats(-50, 50), min_size=1, max_size=6),
    st.floats(100, 1000),
)
def test_parts_are_cut_to_steps_that_add_up(parts: Sequence[float], before: float) -> None:
    step = Decimal("0.01")
    was, is_now = (Decimal(repr(value)).quantize(step) for value in (before, before + sum(parts)))
    printed = changes.apportioned(is_now - was, parts, step)
    assert sum(printed) == is_now - was
    assert all(
        abs(float(shown) - part) < 0.0101 for shown, part in zip(printed, parts, strict=True)
    )
