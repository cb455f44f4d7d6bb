"""Who reads a release, and which of its files each audience is given.

No audience has both the way back from key to child (`restricted.duckdb`, the worklist) and the
records by key (`analyst.duckdb`, Parquet): who held both could find a child in an analysis. What
members have went through disclosure control.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from difflib import get_close_matches
from pathlib import Path

from csc_warehouse.errors import WrongUse


@dataclass(frozen=True)
class Part:
    """A file of a release, or a folder (`report/members/`): what it is, and what one opens of it.

    `opens` is empty for what no browser opens.
    """

    path: str
    title: str
    says: str
    opens: str = ""


@dataclass(frozen=True)
class Audience:
    """An audience: how a page names it and what it may be told of its files."""

    name: str
    title: str
    notice: str
    may: str
    parts: tuple[Part, ...]
    is_public: bool = False

    def files(self, names: Sequence[str]) -> list[str]:
        """Those of a release's files, by their names in its manifest, that it is given."""
        return [
            name
            for name in names
            if any(name == part.path or name.startswith(_folder(part.path)) for part in self.parts)
        ]


def _folder(path: str) -> str:
    return path if path.endswith("/") else f"{path}/"


MEMBERS_REPORT = Part(
    "report/members/",
    "Members’ report",
    "A page for each topic, the pack to print (pack.pdf), and every figure as a workbook "
    "(figures.xlsx) and as CSV (figures.csv). Small numbers are hidden in all of them.",
    opens="report/members/index.html",
)
OFFICERS_REPORT = Part(
    "report/officers/",
    "Officers’ report",
    "The same pages with every figure, small ones too, and the range that faulty records leave "
    "open. No child is named.",
    opens="report/officers/index.html",
)
WORKBOOK = Part(
    "indicators.xlsx",
    "Workbook",
    "Every indicator in every period, with its numerator and denominator.",
    opens="indicators.xlsx",
)

AUDIENCES = (
    Audience(
        "members",
        "For members and the public",
        "Small numbers are hidden (c), and so is whatever they could be worked out from.",
        "It may be published as it is.",
        (MEMBERS_REPORT,),
        is_public=True,
    ),
    Audience(
        "officers",
        "For officers",
        "Every figure is shown, small ones too. Not for publication.",
        "Not for publication: a small number can give a child away. What may be published is the "
        "members’ report, which is here too.",
        (OFFICERS_REPORT, MEMBERS_REPORT, WORKBOOK),
    ),
    Audience(
        "analysts",
        "For analysts",
        "Records by key, without a name. Not for publication.",
        "Nobody is named, but who knows a child may know its records. Before a number leaves the "
        "service, hide counts from 1 to 5 and look at what they could be worked out from. Copy no "
        "record to a place that others read.",
        (
            Part(
                "analyst.duckdb",
                "Database",
                "All tables of the release, each with what it and its columns are. Open it "
                "read-only, in any tool that speaks DuckDB.",
            ),
            Part(
                "parquet/",
                "Parquet",
                "The same tables, a file each, in folders by schema, for Power BI, R and Python.",
            ),
            Part(
                "start/",
                "To start with",
                "A Power Query of all tables, how they join, each indicator as a measure, a "
                "notebook and an R script.",
            ),
            OFFICERS_REPORT,
            MEMBERS_REPORT,
            WORKBOOK,
        ),
    ),
    Audience(
        "quality",
        "For those who correct records",
        "Restricted: ids of the case system.",
        "Restricted to those who correct records: it has the case system’s ids. Never put it "
        "beside the analysts’ files.",
        (
            Part(
                "worklist/",
                "Worklist",
                "Each record to correct, by team, with what is wrong and what to do.",
                opens="worklist/index.html",
            ),
            Part(
                "report/data_quality/",
                "Data quality",
                "What is wrong, by rule and team, and how to put it right.",
                opens="report/data_quality/index.html",
            ),
            Part(
                "restricted.duckdb",
                "Way back",
                "From each key to the case system’s own id, and from each load to its files.",
            ),
        ),
    ),
)


def named(name: str) -> Audience:
    """The audience of that name. Raises WrongUse with the closest name where there is none."""
    known = {each.name: each for each in AUDIENCES}
    if name in known:
        return known[name]
    near = get_close_matches(name.lower(), known, 1)
    meant = f"Did you mean {near[0]}? " if near else ""
    raise WrongUse(f"There is no audience {name}. {meant}There are: {', '.join(known)}.")


def given(folder: Path, audience: Audience) -> list[Part]:
    """The parts that are in an audience's `folder`."""
    return [part for part in audience.parts if (folder / part.path).exists()]
