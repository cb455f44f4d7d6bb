"""`make signals SIGNALS_ARGS=--road` reads pages back as they are written."""

from __future__ import annotations

import sys
from dataclasses import replace
from datetime import date
from types import SimpleNamespace

import pytest

from csc_warehouse.report.control_chart import Evidence
from csc_warehouse.report.measures import Measure
from csc_warehouse.report.pages import environment, stands_out
from csc_warehouse.report.signals import Confidence, Signal
from library.measures import AUTHORITY, measure
from library.places import TESTS

sys.path.insert(0, str(TESTS / "bench"))
import road


def overview(**stands: object) -> str:
    template = environment().get_template("overview.html.j2")
    release = SimpleNamespace(as_at_date=date(2022, 9, 30))
    context = template.new_context(
        {"authority": AUTHORITY, "release": release, "pages": [], "stands_out": stands}
    )
    return "".join(template.blocks["content"](context))


def changed(code: str, topic: str = "placements") -> Measure:
    evidence = Evidence(1e-5, since=6, earliest=5, latest=7, size=-4.2, error=2.0)
    made = measure(signal=Signal(evidence, Confidence.LIKELY))
    register = {**made.register, "indicator_code": code, "topic": topic}
    return replace(made, register=register)


def test_statements_are_counted_from_the_page() -> None:
    told = road.told(
        overview(told=[(changed("X-1"), (changed("X-2", "health"),)), (changed("X-3"), ())],
                 more=4, judged=90)
    )  # fmt: skip
    assert (told.count, told.judged) == (6, 90)
    assert told.codes == (
        {"X-1": "placements.html", "X-2": "health.html"},
        {"X-3": "placements.html"},
    )
    assert "Likely change for the worse" in told.statements[0]
    assert road.told(overview(told=[], more=0, judged=90)).count == 0
    assert road.told(overview(told=[], more=0, judged=0)) == road.Told((), (), 0, 0)
    with pytest.raises(ValueError, match="what stands out"):
        road.told("<p>Another page</p>")
    assert stands_out([changed("X-1")]).judged == 1


def test_size_and_months_are_read_from_the_verdict() -> None:
    made = changed("X-1")
    verdict = environment().from_string(
        '{% from "_measure.html.j2" import verdict %}'
        '<section class="measure" id="x-1">{{ verdict(measure) }}</section>'
    )
    page = verdict.render(measure=made)
    assert road.said(page, "X-1") == road.Said(-4.2, 3.9, date(2022, 6, 1), date(2022, 8, 1))
    on_a_day = Evidence(1e-5, since=6, earliest=6, latest=6, size=1234.0, error=0.0)
    sure = replace(made, signal=Signal(on_a_day, Confidence.LIKELY))
    assert road.said(verdict.render(measure=sure), "X-1") == road.Said(
        1234.0, 0.0, date(2022, 7, 1), date(2022, 7, 1)
    )
    with pytest.raises(ValueError, match="says of X-1"):
        road.said(verdict.render(measure=replace(made, signal=None)), "X-1")
