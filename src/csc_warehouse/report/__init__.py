"""What people open: the report of a release in three audiences, its workbooks, pack and CSV.

Everything is read from the release's own databases, so that no figure can differ from the table
behind it. What the public sees is made of the protected cells alone (`public`).

    report/index.html          the front door
    report/members/            public: pages, pack.pdf, figures.xlsx, figures.csv, changes.csv
    report/officers/           every figure, no child
    report/data_quality/       restricted: what to correct, health, a page for each rule
    indicators.xlsx            every period, for officers
    public_memory.parquet      what was public up to this release, for the next
    worklist/                  restricted: each record to correct, by the case system's ids
"""

from __future__ import annotations

from collections.abc import Collection, Sequence
from concurrent.futures import Executor, Future
from dataclasses import dataclass
from functools import lru_cache
from importlib import import_module
from pathlib import Path

import duckdb

from csc_warehouse import quality
from csc_warehouse.files import private_directory
from csc_warehouse.processes import ThisProcess
from csc_warehouse.report import (
    changes,
    data_docs,
    data_quality,
    health,
    journey,
    memory,
    pack,
    pages,
    public,
    public_workbook,
    reading,
    rule_pages,
    workbook,
    worklist,
)
from csc_warehouse.report.figures import Release
from csc_warehouse.report.measures import View

#: The public figures of a release, under its folder.
PUBLIC_FIGURES = public.FIGURES

#: What was ever public up to a release, under its folder.
PUBLIC_MEMORY = memory.MEMORY

write_data_docs = data_docs.write


@dataclass(frozen=True)
class Begun:
    """The half of a report that is being written elsewhere."""

    protected: Future[None]
    rest: tuple[Future[None], ...]
    #: The packs, by authority: the last are still to be begun when all else is done.
    packs: dict[str, Future[None]]


def begin(
    analyst_db: Path,
    folder: Path,
    earlier: Sequence[Path] = (),
    compared_with: Path | None = None,
    other_process: Executor | None = None,
) -> Begun:
    """Write half of the report in `other_process`; here and now, where there is none.

    `earlier` are the folders of the releases that the public saw before, in the order in which they
    came out: their figures must not give away what this one hides. `compared_with` is that of the
    release whose figures it restates, the one that `rpt_indicator_revision` was made against; None
    where nothing may be said of one.
    """
    elsewhere = (other_process or ThisProcess()).submit
    # Each process reads the release and makes the measures of one audience.
    return Begun(
        elsewhere(protect, analyst_db, folder, earlier),
        (elsewhere(write_public, analyst_db, folder, compared_with),),
        {
            authority.la_code: elsewhere(write_packs, analyst_db, folder, [authority.la_code])
            for authority in _release(analyst_db).authorities
        },
    )


def finish(
    begun: Begun,
    analyst_db: Path,
    restricted_db: Path,
    folder: Path,
    compared_with: Path | None = None,
    child_link: str = "",
) -> None:
    """Write the other half into the release's `folder`, and wait for the first.

    `child_link`: how the worklist leads into the case system, see `home_settings.Worklist`.
    """
    write_internal(analyst_db, restricted_db, folder, compared_with, child_link)
    write_workbook(analyst_db, folder)
    begun.protected.result()
    # The other process writes packs from the first on, this one from the last, until they meet.
    for la_code, pack_written in reversed(begun.packs.items()):
        if pack_written.cancel():
            write_packs(analyst_db, folder, [la_code])
        else:
            pack_written.result()
    for each in begun.rest:
        each.result()


def ready() -> None:
    """Import ahead what a report is written with."""
    for name in ("csc_warehouse.disclosure.suppression", "gptables", "weasyprint"):
        import_module(name)


def protect(analyst_db: Path, folder: Path, earlier: Sequence[Path]) -> None:
    """Write `report/members/figures.csv`: the cells that all other public forms are made of.

    Beside it, for the next release: what was public up to this one.
    """
    release = _release(analyst_db)
    remembered = memory.Memory(earlier)
    seen = remembered.seen({each.la_code for each in release.authorities})
    with duckdb.connect(str(analyst_db), read_only=True) as connection:
        now = reading.in_full(connection, [cell for shown, _ in seen for cell in shown])
        by_others = reading.published_by_others(connection, release.register)
    private_directory((folder / PUBLIC_FIGURES).parent)
    cells = public.protected(release, seen, now, by_others)
    public.write(release, cells, folder / PUBLIC_FIGURES)
    remembered.write(cells, release.cells, folder / memory.MEMORY)


def remember(folder: Path, kept: Path) -> None:
    """Let the folder `kept` know all that the release in `folder` remembers, beside what it did."""
    known = [each for each in (kept, folder) if (each / PUBLIC_MEMORY).is_file()]
    if known:
        memory.Memory(known).keep(kept / PUBLIC_MEMORY)


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


def write_packs(analyst_db: Path, folder: Path, la_codes: Collection[str] | None = None) -> None:
    """Write the `pack.pdf` of each of the authorities, of all without `la_codes`."""
    members = _members(analyst_db, folder)
    top = (folder / PUBLIC_FIGURES).parent
    for authority in members.release.authorities:
        if la_codes is not None and authority.la_code not in la_codes:
            continue
        own = private_directory(pages.folder_of(members.release, authority, top))
        pack.write(members, authority, own / "pack.pdf")


def write_workbook(analyst_db: Path, folder: Path) -> None:
    """Write `indicators.xlsx`: every period, for officers."""
    with duckdb.connect(str(analyst_db), read_only=True) as connection:
        workbook.write(connection, _officers(analyst_db), folder / "indicators.xlsx")


def write_internal(
    analyst_db: Path,
    restricted_db: Path,
    folder: Path,
    compared_with: Path | None,
    child_link: str,
) -> None:
    """Write the front door and the pages that officers see and the data-quality team sees."""
    top = private_directory(folder / "report")
    release = _release(analyst_db)
    with duckdb.connect(str(analyst_db), read_only=True) as connection:
        (top / "index.html").write_text(pages.render_landing(release), encoding="utf-8")
        told = changes.of_officers(connection, release, changes.earlier_release(compared_with))
        ways = journey.read(connection)
        pages.write(_officers(analyst_db), pages.OFFICERS, told, top / "officers", ways)
        data_quality.write(connection, release, top / "data_quality")
        health.write(connection, release, top / "data_quality")
        faults = quality.faults(connection)
    rule_pages.write(release, top / "data_quality" / "rules", faults)
    worklist.write(release, analyst_db, restricted_db, folder / "worklist", child_link)


def _members(analyst_db: Path, folder: Path) -> View:
    """The release as the public sees it."""
    figures = folder / PUBLIC_FIGURES
    return _seen_by_members(analyst_db, figures, *_version(analyst_db), *_version(figures))


def _officers(analyst_db: Path) -> View:
    """The release as officers see it."""
    return _seen_by_officers(analyst_db, *_version(analyst_db))


def _release(analyst_db: Path) -> Release:
    """The release, read once by each process: all parts of the report are made of it."""
    return _read(analyst_db, *_version(analyst_db))


def _version(file: Path) -> tuple[int, int]:
    """What is another when another file stands there."""
    found = file.stat()
    return found.st_ino, found.st_mtime_ns


# Kept, so that a process measures once what all that it writes for an audience is made of.


@lru_cache(maxsize=1)
def _seen_by_members(analyst_db: Path, figures: Path, *_: int) -> View:
    return View(_release(analyst_db), public.read(figures), with_bounds=False)


@lru_cache(maxsize=1)
def _seen_by_officers(analyst_db: Path, *_: int) -> View:
    release = _release(analyst_db)
    return View(release, release.cells, with_bounds=True)


@lru_cache(maxsize=1)
def _read(analyst_db: Path, *_: int) -> Release:
    with duckdb.connect(str(analyst_db), read_only=True) as connection:
        return reading.read(connection)
