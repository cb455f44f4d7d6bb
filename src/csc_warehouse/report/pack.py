"""The pack for an agenda: one PDF of an authority's public pages, tagged for screen readers.

It opens with one page of what matters, then has a page for each topic that shows a figure, and at
the end the table of every headline. The same release makes the same bytes: every date in the file
is the as-at date, and its id comes from the release.
"""

from __future__ import annotations

import hashlib
import logging
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, time
from pathlib import Path

from csc_warehouse.report import words
from csc_warehouse.report.control_chart import Assurance
from csc_warehouse.report.figures import Authority, Topic
from csc_warehouse.report.measures import Measure, View
from csc_warehouse.report.pages import MOST_TOLD, environment, stands_out

#: As many measures as a topic's page has room for, beside the one that opens it.
_MOST_SAID = 16


@dataclass(frozen=True)
class TopicPage:
    """A topic's page: the measure that opens it, those said beside it, and the rest."""

    topic: Topic
    measures: tuple[Measure, ...]
    leading: Measure | None
    said: tuple[Measure, ...]
    hidden: tuple[Measure, ...]

    @property
    def without_a_figure(self) -> list[tuple[str, list[str]]]:
        """The titles of those that show none, by what stands in its place."""
        by_reason: dict[str, list[str]] = {}
        for measure in self.hidden:
            reason = words.in_words(measure, measure.headline).striptags()
            by_reason.setdefault(reason, []).append(measure.title)
        return list(by_reason.items())

    @property
    def more(self) -> int:
        """How many that show a figure have no room on the page."""
        shown = sum(_is_shown(measure) for measure in self.measures)
        return shown - len(self.said) - (self.leading is not None)


def write(view: View, authority: Authority, path: Path) -> None:
    """Write the pack of `authority` as PDF/UA-1 to `path`."""
    # Half a second to import: only for those who write a pack.
    from weasyprint import HTML

    # It warns of every property of a chart: the page has no use for them, the chart has.
    logging.getLogger("weasyprint").setLevel(logging.ERROR)
    text = render(view, authority)
    identifier = hashlib.sha256(text.encode()).digest()[:16]
    as_at = datetime.combine(view.release.as_at_date, time())
    document = HTML(string=text).render(presentational_hints=False)
    document.metadata.created = f"{as_at.isoformat()}Z"
    document.metadata.modified = f"{as_at.isoformat()}Z"
    document.write_pdf(
        path, pdf_variant="pdf/ua-1", pdf_identifier=identifier, pdf_tags=True, full_fonts=False
    )


def render(view: View, authority: Authority) -> str:
    """The pack as HTML."""
    pages = []
    for topic in view.release.topics:
        measures = [measure for measure in view.topic(authority, topic) if measure.headline]
        if measures:
            pages.append(topic_page(topic, measures, view.leading(authority, topic)))
    leading = [page.leading for page in pages if page.leading is not None]
    measures = [measure for page in pages for measure in page.measures]
    return (
        environment()
        .get_template("pack.html.j2")
        .render(
            view=view,
            release=view.release,
            authority=authority,
            pages=pages,
            matters=matters(measures, leading),
            judged=sum(measure.variation is not None for measure in measures),
        )
    )


def topic_page(topic: Topic, measures: Sequence[Measure], leading: Sequence[Measure]) -> TopicPage:
    """The page of `topic`: it opens with the first of `leading`, or of all, that shows a figure.

    Beside it stand those that changed first, then in the register's order.
    """
    shown = [measure for measure in measures if _is_shown(measure)]
    opening = next((each for each in [*leading, *shown] if _is_shown(each)), None)
    others = sorted(
        (measure for measure in shown if measure is not opening),
        key=lambda measure: measure.signal is None,
    )
    return TopicPage(
        topic,
        tuple(measures),
        opening,
        tuple(others[:_MOST_SAID]),
        tuple(measure for measure in measures if not _is_shown(measure)),
    )


def matters(measures: Sequence[Measure], leading: Sequence[Measure]) -> list[Measure]:
    """At most five of what a reader must see, each with its newest figure, the most pressing first.

    What changed by more than chance, the surest first; then targets that are missed by more than
    chance; then what stands for the topics, in their order.
    """
    changed = [measure for measure, _ in stands_out(measures).told]
    missed = [measure for measure in measures if measure.assurance is Assurance.FAIL]
    in_order = {
        measure.code: measure
        for measure in [*changed, *missed, *leading]
        if _is_shown(measure) and measure.hidden is None and not measure.is_distribution
    }
    return list(in_order.values())[:MOST_TOLD]


def _is_shown(measure: Measure) -> bool:
    if measure.is_distribution:
        return bool(measure.most_common)
    return measure.headline is not None and measure.headline.value is not None
