"""The pages of an audience: plain HTML that opens from a file share, with nothing from outside.

The style sheets stand in each page and are allowed by their hashes, so that a page that is mailed
on looks the same; the one script only filters and sorts, and every page is whole without it.
"""

from __future__ import annotations

import base64
import hashlib
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import cache
from importlib.resources import files
from itertools import groupby, pairwise
from pathlib import Path
from types import MappingProxyType
from typing import Any

from jinja2 import Environment, PackageLoader, StrictUndefined
from markupsafe import Markup, escape

from csc_warehouse.disclosure.cells import CONFIDENTIAL, Cell
from csc_warehouse.files import private_directory
from csc_warehouse.report import changes, charts, words
from csc_warehouse.report.changes import Changes
from csc_warehouse.report.drawing import drawn
from csc_warehouse.report.figures import Authority, Question, Release, Shown, Topic
from csc_warehouse.report.journey import Journey
from csc_warehouse.report.measures import Measure, Table, View
from csc_warehouse.report.selection import is_year_before
from csc_warehouse.report.signals import together

#: The style sheets that stand in the pages: of all, and of those with figures and charts.
STYLES = ("base", "figures")

_MONTHS = ("Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec", "Jan", "Feb", "Mar")
_QUARTERS = ("Apr–Jun", "Jul–Sep", "Oct–Dec", "Jan–Mar")

#: As many changes as the overview and the first page of a pack tell.
MOST_TOLD = 5


@dataclass(frozen=True)
class Audience:
    """Who a folder of pages is for, and what it may hold."""

    folder: str
    title: str
    notice: str
    is_public: bool


MEMBERS = Audience(
    "members",
    "For members and the public",
    "Small numbers are hidden (c), and so is whatever they could be worked out from.",
    True,
)
OFFICERS = Audience(
    "officers",
    "For officers",
    "Every figure is shown, small ones too. Not for publication.",
    False,
)


@dataclass(frozen=True)
class Matrix:
    """A line as a table: a row for each reporting year, a column for each month or quarter."""

    columns: tuple[str, ...]
    rows: tuple[tuple[str, tuple[Cell | None, ...]], ...]


def matrix(line: Sequence[Cell]) -> Matrix:
    """The cells of `line` by reporting year; of years, one row."""
    if not line:
        return Matrix((), ())
    kind = line[-1].period_type
    if kind == "year":
        return Matrix(
            tuple(words.period(cell, short=True) for cell in line), (("Value", tuple(line)),)
        )
    columns = _QUARTERS if kind == "quarter" else _MONTHS
    rows = []
    for year, group in groupby(line, key=_year):
        places: list[Cell | None] = [None] * len(columns)
        for cell in group:
            month = (cell.period_end_date.month - 4) % 12
            places[month // 3 if kind == "quarter" else month] = cell
        rows.append((f"{year - 1}/{year % 100:02d}", tuple(places)))
    return Matrix(columns, tuple(rows))


def _year(cell: Cell) -> int:
    """The reporting year in which the cell's period ends, by the year that it ends in."""
    return cell.period_end_date.year + (cell.period_end_date.month > 3)


@dataclass(frozen=True)
class Line:
    """A measure's newest periods beside a question; `before` is the newest's a year before."""

    measure: Measure
    cells: tuple[Cell, ...]
    before: Cell | None


@dataclass(frozen=True)
class Answer:
    """A question with its figures: a measure's line each, or a table by a breakdown."""

    question: Question
    lines: tuple[Line, ...]
    tables: tuple[tuple[Measure, Table], ...]


def answers(view: View, authority: Authority, topic: Topic) -> list[Answer]:
    """The questions of a page that the release has figures for."""
    found = []
    for question in view.release.questions:
        if question.topic != topic.topic:
            continue
        lines = [
            _line(view.measure(authority, code), cells)
            for code, cells in view.lines(authority.la_code, question).items()
            if code in view.release.register
        ]
        tables = []
        for shown in question.figures:
            cells = view.group(authority.la_code, shown)
            if cells and shown.breakdown != "all" and shown.indicator_code in view.release.register:
                measure = view.measure(authority, shown.indicator_code)
                tables.append((measure, Table(_table_title(view, shown, measure), cells)))
        if lines or tables:
            found.append(Answer(question, tuple(lines), tuple(tables)))
    return found


def _line(measure: Measure, cells: Sequence[Cell]) -> Line:
    """The newest periods that fit beside a question: 7 years, 9 quarters or 13 months."""
    ends = [cell.period_end_date for cell in cells]
    apart = {(later.month - end.month) % 12 for end, later in pairwise(ends)}
    most = {frozenset({0}): 7, frozenset({3}): 9}.get(frozenset(apart), 13)
    before = (cell for cell in cells if is_year_before(cell.period_end_date, ends[-1]))
    return Line(measure, tuple(cells[-most:]), next(before, None))


def _table_title(view: View, shown: Shown, measure: Measure) -> str:
    declared = (
        each.title
        for each in view.release.breakdowns
        if (each.indicator_code, each.breakdown) == (shown.indicator_code, shown.breakdown)
    )
    return next(declared, measure.title)


@cache
def _text(name: str) -> str:
    return (files("csc_warehouse.report") / "assets" / name).read_text(encoding="utf-8")


def style(name: str) -> Markup:
    """The style sheet of that name, for a <style> element."""
    return Markup(_text(f"{name}.css"))


def security_policy() -> str:
    """What a page may load: the script beside it and the styles inside it; nothing else."""
    digests = " ".join(
        f"'sha256-{base64.b64encode(hashlib.sha256(style(name).encode()).digest()).decode()}'"
        for name in STYLES
    )
    return (
        f"default-src 'none'; style-src {digests}; script-src 'self'; "
        "base-uri 'none'; form-action 'none'"
    )


@cache
def environment() -> Environment:
    """The templates, with every word and chart that they use; all text is escaped."""
    made = Environment(
        loader=PackageLoader("csc_warehouse.report", "templates"),
        autoescape=True,
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
    )
    made.globals.update(
        words=words,
        changes=changes,
        charts=charts,
        matrix=matrix,
        style=style,
        security_policy=security_policy,
        value=value,
        describe=describe,
        confidential=CONFIDENTIAL,
    )
    made.filters.update(
        day=words.day,
        thousands=lambda number: f"{number:,}",
        window=words.period,
        first_upper=_first_upper,
    )
    return made


def _first_upper(text: str) -> Markup:
    """`text` as it opens a sentence; names inside it keep their capitals."""
    safe = escape(text)
    return safe[:1].upper() + safe[1:]


def value(measure: Measure, cell: Cell | None, *, with_unit: bool = True) -> Markup:
    """A cell in a table: its figure, or the symbol with its meaning."""
    if cell is None:
        return Markup("")
    text = words.shown(measure, cell, with_unit=with_unit)
    if cell.value is None:
        return drawn('<abbr title="{}">{}</abbr>', words.SYMBOLS.get(text, text), text)
    return words.figure(cell, "value", cell.value, text)


def describe(measure: Measure) -> str:
    """What a screen reader says of the chart: its kind, span and what it shows."""
    first, last = measure.line[0], measure.line[-1]
    known = [cell for cell in measure.line if cell.value is not None]
    lowest = min(known, key=lambda cell: cell.value or 0.0)
    highest = max(known, key=lambda cell: cell.value or 0.0)
    parts = [
        f"Line chart. {measure.title}, {words.frequency(last)}, "
        f"{words.period(first)} to {words.period(last)}.",
        f"From {words.shown(measure, lowest)} ({words.period(lowest)}) "
        f"to {words.shown(measure, highest)} ({words.period(highest)}).",
    ]
    if measure.points:
        newest = measure.points[-1]
        parts.append(
            f"{'Expected' if measure.kind.is_lasting else 'Average'} "
            f"{words.number(measure, newest.mean)}, usual range "
            f"{words.number(measure, max(newest.lower, 0))} to "
            f"{words.number(measure, newest.upper)}."
        )
    parts.append("The table below holds every figure.")
    return " ".join(parts)


@dataclass(frozen=True)
class StandsOut:
    """What the overview tells of change: the surest first, each with its related measures."""

    told: tuple[tuple[Measure, tuple[Measure, ...]], ...]
    #: Statements that are not told here, and measures that could be judged.
    more: int
    judged: int


def stands_out(measures: Sequence[Measure]) -> StandsOut:
    """At most five statements of `measures`, by how sure each is, one of what hangs together.

    Those of recording come last.
    """
    judged = [measure for measure in measures if measure.variation is not None]
    by_code = {measure.code: measure for measure in judged}
    signals = {code: signal for code, measure in by_code.items() if (signal := measure.signal)}
    statements = [
        (by_code[first], tuple(by_code[code] for code in others))
        for first, *others in together(signals)
    ]
    # What may be of recording alone comes after what is of the work.
    statements.sort(key=lambda statement: statement[0].recording is not None)
    return StandsOut(
        tuple(statements[:MOST_TOLD]), max(0, len(statements) - MOST_TOLD), len(judged)
    )


def write(
    view: View,
    audience: Audience,
    told: Changes,
    folder: Path,
    journeys: Mapping[str, Journey] = MappingProxyType({}),
) -> None:
    """Write the pages of `audience` into `folder`: one set each where there are authorities.

    `told` is what the audience may read of what changed since the last report, `journeys` what it
    may see, by authority, of the children's ways through the service.
    """
    release = view.release
    write_script(folder)
    several = len(release.authorities) > 1
    for authority in release.authorities:
        place = private_directory(folder_of(release, authority, folder))
        _write_authority(
            view,
            audience,
            told,
            authority,
            place,
            root="../" if several else "",
            journey=journeys.get(authority.la_code),
        )
    if several:
        _render(
            "authorities.html.j2",
            folder / "index.html",
            view=view,
            release=release,
            audience=audience,
            root="",
            topics=[
                (topic, [
                    [view.measure(authority, code) for authority in release.authorities
                     if view.has(authority, code)]
                    for code in _leading_codes(view, topic)
                ])
                for topic in release.topics
            ],
        )  # fmt: skip


def folder_of(release: Release, authority: Authority, folder: Path) -> Path:
    """Where the pages of `authority` lie in an audience's `folder`: in it, where it is alone."""
    return folder / authority.la_code if len(release.authorities) > 1 else folder


def write_script(folder: Path) -> None:
    """Write the script beside the pages of `folder`."""
    private_directory(folder / "assets")
    (folder / "assets" / "report.js").write_text(_text("report.js"), encoding="utf-8")


def _leading_codes(view: View, topic: Topic) -> list[str]:
    found: dict[str, None] = {}
    for authority in view.release.authorities:
        found |= {measure.code: None for measure in view.leading(authority, topic)}
    return list(found)


def _write_authority(
    view: View,
    audience: Audience,
    told: Changes,
    authority: Authority,
    folder: Path,
    root: str,
    journey: Journey | None,
) -> None:
    release = view.release
    topics = [(topic, view.topic(authority, topic)) for topic in release.topics]
    pages = [(topic, measures) for topic, measures in topics if measures]
    common: dict[str, Any] = {
        "view": view,
        "release": release,
        "audience": audience,
        "authority": authority,
        "topics": [topic for topic, _ in pages],
        "root": root,
        "journey": journey,
    }
    shown = [measure for _, measures in pages for measure in measures if measure.headline]
    _render(
        "overview.html.j2",
        folder / "index.html",
        **common,
        current="index",
        pages=[(topic, measures, view.leading(authority, topic)) for topic, measures in pages],
        stands_out=stands_out(shown),
    )
    for topic, measures in pages:
        _render(
            "topic.html.j2",
            folder / f"{topic.topic}.html",
            **common,
            current=topic.topic,
            topic=topic,
            leading=view.leading(authority, topic),
            answers=answers(view, authority, topic),
            measures=[measure for measure in measures if measure.headline],
            absent=[measure for measure in measures if not measure.headline],
        )
    if journey:
        _render("journey.html.j2", folder / "journey.html", **common, current="journey")
    _render("figures.html.j2", folder / "figures.html", **common, current="figures", pages=pages)
    _render(
        "changes.html.j2",
        folder / "changes.html",
        **common,
        current="changes",
        earlier=told.compared(authority.la_code),
        topics_changed=told.by_topic(release, authority.la_code),
        causes=told.why(release, authority.la_code),
    )
    changes.write_file(told, release, authority.la_code, folder / "changes.csv")
    _render("method.html.j2", folder / "method.html", **common, current="method")


def _render(template: str, path: Path, **context: Any) -> None:
    text = environment().get_template(template).render(**context)
    path.write_text(text, encoding="utf-8")


def render_landing(release: Release) -> str:
    """The front door of the report folder: who each part is for."""
    return (
        environment()
        .get_template("landing.html.j2")
        .render(release=release, audiences=[MEMBERS, OFFICERS])
    )
