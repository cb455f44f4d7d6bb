"""The pack for an agenda: one PDF of an authority's public pages, tagged for screen readers.

An overview table, then a section for each topic: the headline sentence of each measure and the
chart of the one that leads. The same release makes the same bytes: every date in the file is the
as-at date, and its id comes from the release.
"""

from __future__ import annotations

import hashlib
import logging
from datetime import datetime, time
from pathlib import Path
from typing import Any

from csc_warehouse.report.figures import Authority
from csc_warehouse.report.measures import View
from csc_warehouse.report.pages import environment


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
    pages: list[dict[str, Any]] = []
    for topic in view.release.topics:
        measures = [measure for measure in view.topic(authority, topic) if measure.headline]
        if measures:
            pages.append(
                {
                    "topic": topic,
                    "measures": measures,
                    "leading": view.leading(authority, topic)[:1],
                }
            )
    return (
        environment()
        .get_template("pack.html.j2")
        .render(view=view, release=view.release, authority=authority, pages=pages)
    )
