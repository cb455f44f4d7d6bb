"""What changed since the last report: the figures that people have read and that are restated.

Officers read each figure of `rpt_indicator_revision` with the parts that add up to its difference.
The public reads only figures that both public reports show, and of those only moves of more
children or records than are hidden: a smaller difference could point at somebody.

A page tells the causes, and of each measure one figure; a file beside it has all of them.
"""

from __future__ import annotations

import csv
import json
from collections import defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date
from decimal import ROUND_FLOOR, ROUND_HALF_UP, Decimal
from pathlib import Path
from typing import Any

import duckdb
from markupsafe import Markup

from csc_warehouse.disclosure.cells import NOT_APPLICABLE, Cell, parts_of, rounded
from csc_warehouse.report import words
from csc_warehouse.report.figures import HEADLINE_PERIODS, Register, Release, Topic
from csc_warehouse.sql import statement

#: A difference of shares or rates is told to so many places: at fewer, many would be 0.
_PLACES = 2

#: As many fields as a sentence names; the file has the others.
_MOST_NAMED = 3

#: What the short words in the names of tables stand for.
_IN_FULL = {
    "cin": "child in need",
    "cla": "looked-after child",
    "cp": "child protection",
    "s47": "section 47",
}

_FILE_HEADER = (
    "la_code", "indicator_code", "title", "unit", "period_type", "period_start_date",
    "period_end_date", "previous_numerator", "previous_denominator", "previous_value",
    "numerator", "denominator", "value", "change_reason", "changed_fields", "moved_count",
    "numerator_change", "denominator_change", "value_change",
)  # fmt: skip


@dataclass(frozen=True)
class Earlier:
    """The release that this one is compared with."""

    release_id: str
    as_at_date: date
    la_codes: frozenset[str]


def earlier_release(folder: Path | None) -> Earlier | None:
    """What the release in `folder` is; None where there is none."""
    if folder is None:
        return None
    manifest = json.loads((folder / "manifest.json").read_text(encoding="utf-8"))
    return Earlier(
        manifest["release_id"],
        date.fromisoformat(manifest["as_at_date"]),
        frozenset(manifest["la_codes"]),
    )


@dataclass(frozen=True)
class Part:
    """What one reason moved a figure by; `printed` parts add up to the printed difference."""

    reason: str
    fields: str
    count: int
    numerator: int | None
    denominator: int | None
    value: float | None
    printed: Decimal | None

    @property
    def because(self) -> str:
        """The reason as a sentence says it."""
        records = "1 record" if self.count == 1 else f"{self.count:,} records"
        match self.reason:
            case "changed":
                return f"{records} changed" + (f": {named(self.fields)}" if self.fields else "")
            case "related" if self.count == 1:
                return (
                    f"{records} counts otherwise, by another record of the child or a changed rule"
                )
            case "related":
                return (
                    f"{records} count otherwise, by other records of the children or a changed rule"
                )
            case "together" if self.count == 0:
                return "no record moved; what it is counted out of or the rule changed"
            case "together" if self.count == 1:
                return f"{records} moved"
            case "together":
                return f"{records} moved, whose parts of an average can't be told"
            case _:
                return f"{records} {self.reason}"


def named(fields: str) -> str:
    """The first of changed fields, parted by commas, as people say them, and how many more."""
    each = [field.rsplit(".", 1)[-1].replace("_", " ") for field in fields.split(", ")]
    more = len(each) - _MOST_NAMED
    return ", ".join(each[:_MOST_NAMED]) + (f" and {more} more" if more > 0 else "")


@dataclass(frozen=True)
class Cause:
    """What happened to a kind of record, and the indicators whose figures that moved."""

    record_table: str
    reason: str
    fields: str
    records: int
    codes: tuple[str, ...]

    @property
    def record(self) -> str:
        words_of_it = self.record_table.removeprefix("fct_").split("_")
        return " ".join(_IN_FULL.get(word, word) for word in words_of_it)

    @property
    def happened(self) -> str:
        """What happened to them: "changed: referral date", or how else they count."""
        if self.reason == "related":
            return "count otherwise, by other records or a changed rule"
        return f"changed: {named(self.fields)}" if self.fields else self.reason


@dataclass(frozen=True)
class Restated:
    """A figure as the earlier report told it and as this one does; with `parts` for officers."""

    before: Cell
    now: Cell
    #: The two values as they are printed; None where there was nothing to divide by.
    printed_before: Decimal | None
    printed_now: Decimal | None
    parts: tuple[Part, ...] = ()

    @property
    def moved(self) -> Decimal | None:
        """The difference of what is printed, so that a reader comes to the same."""
        return _difference(self.printed_before, self.printed_now)

    @property
    def address(self) -> str:
        return "|".join(str(part) for part in self.now.key[:5])


@dataclass(frozen=True)
class Restatement:
    """A measure with its restated figures, the newest first."""

    register: Register
    figures: tuple[Restated, ...]

    @property
    def code(self) -> str:
        return str(self.register["indicator_code"])

    @property
    def title(self) -> str:
        return str(self.register["title"])

    @property
    def unit(self) -> str:
        unit = str(self.register["unit"])
        return {"count": "number", "percent": "percent; differences in points"}.get(unit, unit)

    @property
    def leading(self) -> Restated:
        """The newest figure of the period that stands for a measure, or else of the first."""
        kinds = {figure.now.period_type for figure in self.figures}
        kind = next((kind for kind in HEADLINE_PERIODS if kind in kinds), min(kinds))
        return next(figure for figure in self.figures if figure.now.period_type == kind)


@dataclass(frozen=True)
class Changes:
    """The restated figures of a release by authority, as one audience may read them."""

    earlier: Earlier | None
    figures: Mapping[str, Sequence[Restated]]
    #: Why, by authority, the cause with the most records first; the public has none.
    causes: Mapping[str, Sequence[Cause]] = field(default_factory=dict)

    def compared(self, la_code: str) -> Earlier | None:
        """The release with which the authority's figures are compared, if there is one."""
        return self.earlier if self.earlier and la_code in self.earlier.la_codes else None

    def by_topic(self, release: Release, la_code: str) -> list[tuple[Topic, list[Restatement]]]:
        """The restated measures of an authority, by topic and in the register's order."""
        by_code: dict[str, list[Restated]] = defaultdict(list)
        if self.compared(la_code):
            for figure in self.figures.get(la_code, ()):
                by_code[figure.now.indicator_code].append(figure)
        found = [
            (
                topic,
                [
                    Restatement(row, _in_order(by_code[code]))
                    for code, row in release.register.items()
                    if row["topic"] == topic.topic and code in by_code
                ],
            )
            for topic in release.topics
        ]
        return [(topic, measures) for topic, measures in found if measures]

    def why(self, release: Release, la_code: str) -> list[tuple[Cause, list[Restatement]]]:
        """The causes of an authority's moves, each with its measures: first those moved most."""
        moved = {
            measure.code: measure
            for _, measures in self.by_topic(release, la_code)
            for measure in measures
        }
        found = []
        for cause in self.causes.get(la_code, ()) if moved else ():
            of_cause = [moved[code] for code in cause.codes if code in moved]
            found.append((cause, sorted(of_cause, key=lambda each: -len(each.figures))))
        return found


def _in_order(figures: Sequence[Restated]) -> tuple[Restated, ...]:
    by_kind = sorted(figures, key=lambda figure: figure.now.period_type)
    return tuple(sorted(by_kind, key=lambda figure: figure.now.period_end_date, reverse=True))


def of_officers(
    connection: duckdb.DuckDBPyConnection, release: Release, earlier: Earlier | None
) -> Changes:
    """Each restated figure of the analyst database behind `connection`, with its parts."""
    cursor = connection.execute(statement(__package__, "restated_figure"))
    names = [column[0] for column in cursor.description or []]
    found: dict[tuple[Any, ...], list[dict[str, Any]]] = defaultdict(list)
    for row in cursor.fetchall():
        found[row[:5]].append(dict(zip(names, row, strict=True)))
    figures: dict[str, list[Restated]] = defaultdict(list)
    for key, rows in found.items():
        if key[1] in release.register:
            restated = _restated(key, release.register[key[1]]["aggregation"], rows)
            # The whole of a distribution is always 100%.
            if not restated.now.is_distribution:
                figures[key[0]].append(restated)
    causes: dict[str, list[Cause]] = defaultdict(list)
    found_causes = connection.execute(statement(__package__, "cause_of_moves")).fetchall()
    for la_code, record_table, reason, fields, count, codes in found_causes:
        causes[la_code].append(Cause(record_table, reason, fields, count, tuple(codes)))
    return Changes(earlier, figures, causes)


def of_public(
    previous: Sequence[Cell],
    cells: Sequence[Cell],
    thresholds: Mapping[str, int],
    earlier: Earlier | None,
) -> Changes:
    """What two public reports show differently, where enough children or records moved.

    `previous` and `cells` are the public cells of the earlier release and of this one;
    `thresholds` is by authority the largest count that is hidden.
    """
    before = {cell.key: cell for cell in previous}
    figures: dict[str, list[Restated]] = defaultdict(list)
    for cell in cells:
        then = before.get(cell.key)
        if (
            then is not None
            and cell.breakdown == "all"
            and _may_be_told(then, cell, thresholds[cell.la_code])
        ):
            figures[cell.la_code].append(Restated(then, cell, _public(then), _public(cell)))
    return Changes(earlier if previous else None, figures)


def _may_be_told(before: Cell, now: Cell, threshold: int) -> bool:
    """Whether both show the whole figure, and no count behind it moved by so few as are hidden."""
    if before.aggregation != now.aggregation or before.value is None or now.value is None:
        return False
    was, is_now = parts_of(before), parts_of(now)
    if was.keys() != is_now.keys():
        return False
    if (now.is_share or now.is_distribution) and len(is_now) > 1:
        # What a share leaves of its whole are children too.
        for parts in (was, is_now):
            parts["rest"] = parts["denominator"] - parts["numerator"]
    moves = [abs(is_now[part] - was[part]) for part in is_now]
    return any(moves) and all(move == 0 or move > threshold for move in moves)


def _public(cell: Cell) -> Decimal | None:
    return rounded(cell.aggregation, cell.value, cell.numerator, cell.denominator)


def _restated(key: tuple[Any, ...], aggregation: str, rows: Sequence[dict[str, Any]]) -> Restated:
    before, now = (
        Cell(
            la_code=key[0],
            indicator_code=key[1],
            period_type=key[2],
            period_start_date=key[3],
            period_end_date=key[4],
            breakdown="all",
            breakdown_value="all",
            aggregation=aggregation,
            numerator=rows[0][f"{prefix}numerator"],
            denominator=rows[0][f"{prefix}denominator"],
            value=rows[0][f"{prefix}value"],
        )
        for prefix in ("previous_", "")
    )
    step = Decimal(1) if now.is_count else Decimal(1).scaleb(-_PLACES)
    printed_before, printed_now = (
        None
        if cell.value is None
        else Decimal(repr(float(cell.value))).quantize(step, ROUND_HALF_UP)
        for cell in (before, now)
    )
    moved = _difference(printed_before, printed_now)
    values = [row["value_change"] for row in rows]
    shares: list[Decimal | None] = [None] * len(rows)
    if moved is not None and None not in values:
        shares[:] = apportioned(moved, values, step)
    parts = tuple(
        Part(
            row["change_reason"],
            row["changed_fields"],
            row["moved_count"],
            row["numerator_change"],
            row["denominator_change"],
            row["value_change"],
            share,
        )
        for row, share in zip(rows, shares, strict=True)
    )
    return Restated(before, now, printed_before, printed_now, parts)


def _difference(before: Decimal | None, now: Decimal | None) -> Decimal | None:
    return None if before is None or now is None else now - before


def apportioned(total: Decimal, values: Sequence[float], step: Decimal) -> list[Decimal]:
    """`values` in whole steps that add up to `total`: those cut off most get what is left."""
    exact = [Decimal(repr(float(value))) / step for value in values]
    whole = [value.to_integral_value(ROUND_FLOOR) for value in exact]
    left = int(total / step - sum(whole))
    order = sorted(
        range(len(exact)), key=lambda place: exact[place] - whole[place], reverse=left > 0
    )
    for place in order[: abs(left)]:
        whole[place] += 1 if left > 0 else -1
    return [(value * step).quantize(step) for value in whole]


def write_file(told: Changes, release: Release, la_code: str, path: Path) -> None:
    """Write every restated figure of an authority as CSV: a row each, or for each of its parts."""
    with path.open("w", newline="", encoding="utf-8-sig") as file:
        writer = csv.writer(file)
        writer.writerow(_FILE_HEADER)
        for _, measures in told.by_topic(release, la_code):
            for measure in measures:
                for figure in measure.figures:
                    before, now = figure.before, figure.now
                    told_of = [
                        la_code, measure.code, measure.title, measure.register["unit"],
                        now.period_type, now.period_start_date, now.period_end_date,
                        before.numerator, before.denominator, before.value,
                        now.numerator, now.denominator, now.value,
                    ]  # fmt: skip
                    parts = [
                        [part.reason, part.fields, part.count, part.numerator, part.denominator,
                         part.value]
                        for part in figure.parts
                    ]  # fmt: skip
                    writer.writerows([*told_of, *part] for part in parts or [[""] * 6])


def shown(restated: Restated, part: str) -> Markup:
    """`previous_value` or `value` of a figure, with the counts behind it."""
    cell, printed = (
        (restated.before, restated.printed_before)
        if part == "previous_value"
        else (restated.now, restated.printed_now)
    )
    said = _figure(restated, part, cell.value, None if printed is None else _plain(printed))
    if cell.numerator is None or cell.denominator is None:
        return said
    return said + _behind(
        f"{words.decimal(cell.numerator, 0)} of {words.decimal(cell.denominator, 0)}"
    )


def difference(restated: Restated) -> Markup:
    """By how much the figure moved."""
    before, now = restated.before.value, restated.now.value
    value = None if before is None or now is None else now - before
    return _figure(restated, "moved", value, _signed(restated.moved))


def share(restated: Restated, part: Part) -> Markup:
    """What one reason has of the difference, and which counts it moved."""
    said = _figure(restated, f"{part.reason}:{part.fields}", part.value, _signed(part.printed))
    if restated.now.is_count:
        return said
    counts = ", ".join(
        f"{name} {words.signed(moved, 0)}"
        for name, moved in (("numerator", part.numerator), ("denominator", part.denominator))
        if moved
    )
    return said + _behind(counts) if counts else said


def _behind(text: str) -> Markup:
    return Markup('<span class="of">{}</span>').format(text)


def _plain(value: Decimal) -> str:
    return f"{value:,}".replace("-", "−")


def _signed(value: Decimal | None) -> str | None:
    return None if value is None else ("+" if value > 0 else "") + _plain(value + 0)


def _figure(restated: Restated, part: str, value: float | None, text: str | None) -> Markup:
    """A number of a restated figure, which says what it is and how it is unrounded."""
    if value is None or text is None:
        return Markup('<abbr title="{}">{}</abbr>').format(
            words.SYMBOLS[NOT_APPLICABLE], NOT_APPLICABLE
        )
    return Markup('<data value="{!r}" data-part="{}" data-revision="{}">{}</data>').format(
        float(value), part, restated.address, text
    )
