"""What people open: the report of a release in three audiences, its workbooks, pack and CSV.

Everything is read from the release's own databases, so that no figure can differ from the table
behind it. What the public sees is made of the protected cells alone (`public`).

    report/index.html          the front door
    report/members/            public: pages, pack.pdf, figures.xlsx, figures.csv
    report/officers/           every figure, no child
    report/data_quality/       restricted: what to correct, and a page for each rule
    indicators.xlsx            every period, for officers
    worklist/                  restricted: each record to correct, by the case system's ids
"""

from __future__ import annotations

from collections.abc import Callable
from concurrent.futures import Executor, Future
from pathlib import Path

import duckdb

from csc_warehouse.disclosure import Cell
from csc_warehouse.report import (
    changes,
    data_quality,
    pack,
    pages,
    public,
    public_workbook,
    reading,
    rule_pages,
    workbook,
    worklist,
)
from csc_warehouse.report.measures import View
from csc_warehouse.settings import private_directory

#: The public figures of a release, under its folder.
PUBLIC_FIGURES = Path("report") / "members" / "figures.csv"


def write_report(
    analyst_db: Path,
    restricted_db: Path,
    folder: Path,
    previous: Path | None = None,
    compared_with: Path | None = None,
    other_process: Executor | None = None,
) -> None:
    """Write the whole report of a release's databases into the release's `folder`.

    `previous` is the folder of the release that the public saw before, whose figures must not give
    away what this one hides; None where there is none. `compared_with` is that of the release whose
    figures it restates, the one that `rpt_indicator_revision` was made against; None where nothing
    may be said of one. The public half but for its packs is written in `other_process`, if there is
    one.
    """
    elsewhere = other_process.submit if other_process else _at_once
    protected = elsewhere(protect, analyst_db, folder, previous)
    pages_and_workbook = elsewhere(write_public, analyst_db, folder, compared_with)
    write_internal(analyst_db, restricted_db, folder, compared_with)
    protected.result()
    write_packs(analyst_db, folder)
    pages_and_workbook.result()


def _at_once(work: Callable[..., None], *arguments: object) -> Future[None]:
    """Do the work here and now, as an executor would elsewhere."""
    done: Future[None] = Future()
    work(*arguments)
    done.set_result(None)
    return done


def protect(analyst_db: Path, folder: Path, previous: Path | None) -> None:
    """Write `report/members/figures.csv`: the cells that all other public forms are made of."""
    before = public.read(previous / PUBLIC_FIGURES) if previous else []
    was: list[Cell] = []
    if previous and before:
        with duckdb.connect(str(previous / analyst_db.name), read_only=True) as connection:
            was = reading.in_full(connection, before)
    with duckdb.connect(str(analyst_db), read_only=True) as connection:
        release = reading.read(connection)
        now = reading.in_full(connection, before)
    private_directory((folder / PUBLIC_FIGURES).parent)
    public.write(release, public.protected(release, before, was, now), folder / PUBLIC_FIGURES)


def write_public(analyst_db: Path, folder: Path, compared_with: Path | None) -> None:
    """Write what anybody may see, `report/members/`, but for its packs: pages and workbook."""
    members = _members(analyst_db, folder)
    release = members.release
    told = changes.of_public(
        public.read(compared_with / PUBLIC_FIGURES) if compared_with else [],
        members.cells,
        {each.la_code: release.threshold(each.la_code) for each in release.authorities},
        changes.earlier_release(compared_with),
    )
    top = (folder / PUBLIC_FIGURES).parent
    pages.write(members, pages.MEMBERS, told, top)
    public_workbook.write(members, top / "figures.xlsx")


def write_packs(analyst_db: Path, folder: Path) -> None:
    """Write each authority's `pack.pdf`."""
    members = _members(analyst_db, folder)
    top = (folder / PUBLIC_FIGURES).parent
    for authority in members.release.authorities:
        own = private_directory(pages.folder_of(members.release, authority, top))
        pack.write(members, authority, own / "pack.pdf")


def _members(analyst_db: Path, folder: Path) -> View:
    """The release as the public sees it."""
    with duckdb.connect(str(analyst_db), read_only=True) as connection:
        release = reading.read(connection)
    return View(release, public.read(folder / PUBLIC_FIGURES), with_bounds=False)


def write_internal(
    analyst_db: Path, restricted_db: Path, folder: Path, compared_with: Path | None
) -> None:
    """Write the front door, what officers see, and what the data-quality team sees."""
    top = private_directory(folder / "report")
    with duckdb.connect(str(analyst_db), read_only=True) as connection:
        release = reading.read(connection)
        officers = View(release, release.cells, with_bounds=True)
        (top / "index.html").write_text(pages.render_landing(release), encoding="utf-8")
        told = changes.of_officers(connection, release, changes.earlier_release(compared_with))
        pages.write(officers, pages.OFFICERS, told, top / "officers")
        workbook.write(connection, officers, folder / "indicators.xlsx")
        data_quality.write(connection, release, top / "data_quality")
    rule_pages.write(release, top / "data_quality" / "rules")
    worklist.write(release, analyst_db, restricted_db, folder / "worklist")
