"""Publication: a candidate becomes a release, at once or not at all.

Everything is written into a hidden folder beside the releases, hashed, synced and renamed; then
`published/current` is switched by renaming a link. A reader sees the old release or the new one.
"""

from __future__ import annotations

import json
import os
import shutil
from collections.abc import Iterator, Sequence
from concurrent.futures import Executor
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import duckdb

from csc_warehouse import home_settings, quality, report
from csc_warehouse.ask import as_reported, releases, revision
from csc_warehouse.ask.releases import Release
from csc_warehouse.build import transform
from csc_warehouse.build.candidate import Candidate
from csc_warehouse.errors import CscError
from csc_warehouse.files import (
    link_atomically,
    move,
    private_directory,
    sha256_of,
    written_aside,
)
from csc_warehouse.month import Month
from csc_warehouse.places import Home
from csc_warehouse.sql import literal, statement

#: The schemas of the analyst database that also go out as Parquet.
PARQUET_SCHEMAS = ("reference", "marts", "indicators", "dq")

#: Most of the bytes are hashed keys: the usual level takes a quarter longer and gains one percent.
PARQUET_LEVEL = 1


@dataclass(frozen=True)
class Acceptance:
    """Who accepted the critical failures of a release, and why."""

    reason: str
    accepted_by: str


def before(home: Home, candidate: Candidate) -> Path | None:
    """The release that `candidate` is compared with: what readers saw, up to its own month.

    That is `current`, or, if a past month is run again, the newest of that month or before it. It
    has an authority of the candidate, and tables that can be compared. None for a first release.
    """
    found = []
    through = str(Month.of(candidate.month).after(1))
    standing = quality.standing(home, candidate.la_codes, through) - {candidate.release_id}
    for path in home.published.iterdir():
        if not (path / "manifest.json").is_file() or path.name == candidate.release_id:
            continue
        manifest = json.loads((path / "manifest.json").read_text(encoding="utf-8"))
        if (
            not path.is_symlink()
            and manifest["month"] <= candidate.month
            and set(manifest["la_codes"]) & set(candidate.la_codes)
            and revision.is_comparable(path / "analyst.duckdb")
        ):
            is_shown = home.current.exists() and home.current.resolve().name == path.name
            stands = path.name in standing
            found.append((is_shown, manifest["month"], stands, *releases.order(path), path))
    return max(found)[-1] if found else None


def acceptance_of(release: Release) -> Acceptance | None:
    """Who let a release's critical failures pass, and why; None where nobody had to."""
    accepted = release.manifest["data_quality"]["accepted"]
    return Acceptance(accepted["reason"], accepted["by"]) if accepted else None


def publish(
    home: Home,
    candidate: Candidate,
    groups: Sequence[Candidate],
    *,
    quality_summary: dict[str, Any],
    acceptance: Acceptance | None,
    compare: bool = True,
    other_process: Executor | None = None,
) -> Release:
    """Write the release of a checked candidate and switch `current` to it.

    `groups` are the candidates that it was built of, itself where there is one: they have what is
    restricted. `quality_summary` goes into the manifest with the acceptance. Without `compare`,
    nothing is said of the release before: it may hold what this one must not. Half of the report is
    written in `other_process`, if there is one. Returns the release, verified.
    """
    final = home.published / candidate.release_id
    _clear_up(home)
    with written_aside(final) as aside:
        _write_release(
            home,
            candidate,
            groups,
            private_directory(aside),
            quality_summary=quality_summary,
            acceptance=acceptance,
            earlier=before(home, candidate) if compare else None,
            other_process=other_process,
        )
        if final.exists():
            # Only a damaged release gets here: a whole one is not built again.
            move(final, _free_name(home.published, f".{candidate.release_id}.damaged"))
    release = releases.find(home, candidate.release_id)
    if release is None:
        raise CscError(
            f"The release in {final} does not verify: {'; '.join(releases.problems(final))}."
        )
    _switch(home, release)
    report.remember(release.path, home.remembered)
    shutil.rmtree(candidate.directory)
    return release


def _write_release(
    home: Home,
    candidate: Candidate,
    groups: Sequence[Candidate],
    folder: Path,
    *,
    quality_summary: dict[str, Any],
    acceptance: Acceptance | None,
    earlier: Path | None,
    other_process: Executor | None,
) -> None:
    """Write a release into `folder`, compared with the release `earlier`; the manifest last."""
    described = transform.descriptions(candidate.scratch)
    with candidate.connection() as connection:
        _write_revision(connection, earlier)
        as_reported.write(connection, earlier, "analyst", "analyst.indicators")
        connection.execute("delete from analyst.ops.acceptance")
        if acceptance is not None:
            connection.execute(
                "insert into analyst.ops.acceptance values (?, ?)",
                [acceptance.reason, acceptance.accepted_by],
            )
        _write_comments(connection, described)
        connection.execute("checkpoint analyst")
    # A link and not a copy: the candidate stays whole until the release stands.
    os.link(candidate.analyst_db, folder / "analyst.duckdb")
    analyst_db, restricted_db = folder / "analyst.duckdb", folder / "restricted.duckdb"
    begun = report.begin(
        analyst_db,
        folder,
        # What the public saw of anybody: all reports together must not tell more than each.
        earlier=ever_public(home),
        compared_with=earlier,
        other_process=other_process,
    )
    _write_restricted(candidate, groups, restricted_db)
    with candidate.connection(read_only=True) as connection:
        _write_parquet(connection, folder / "parquet", described)
        tables = _tables(connection)
    report.finish(
        begun,
        analyst_db,
        restricted_db,
        folder,
        compared_with=earlier,
        child_link=home_settings.read(home).worklist.child_link,
    )
    manifest = {
        "release_id": candidate.release_id,
        "month": candidate.month,
        "as_at_date": candidate.as_at_date.isoformat(),
        "la_codes": candidate.la_codes,
        "load_ids": candidate.load_ids,
        "code_version": candidate.code_version,
        "compared_with": earlier.name if earlier else None,
        "publication": releases.next_publication(home),
        "issues_after": quality.base_releases(home, candidate.la_codes, candidate.month),
        "tables": tables,
        "files": {
            path.relative_to(folder).as_posix(): sha256_of(path)
            for path in sorted(folder.rglob("*"))
            if path.is_file()
        },
        "data_quality": quality_summary
        | {
            "accepted": None
            if acceptance is None
            else {"reason": acceptance.reason, "by": acceptance.accepted_by}
        },
    }
    (folder / "manifest.json").write_text(
        json.dumps(manifest, indent=2, ensure_ascii=False) + "\n", encoding="utf-8"
    )


def ever_public(home: Home) -> list[Path]:
    """Folders that remember what was public, in order: of all that are gone, then of each at hand.

    A release remembers those before it, but may be gone before another came out.
    """
    found = [
        path
        for path in home.published.glob("[0-9]*")
        if not path.is_symlink() and (path / report.PUBLIC_FIGURES).is_file()
    ]
    gone = [home.remembered] if (home.remembered / report.PUBLIC_MEMORY).is_file() else []
    return [*gone, *sorted(found, key=releases.order)]


def _switch(home: Home, release: Release) -> None:
    """Point `current` at `release`, unless that would show the same authorities an older month."""
    if home.current.exists():
        shown = json.loads((home.current / "manifest.json").read_text(encoding="utf-8"))
        if shown["month"] > release.manifest["month"] and set(shown["la_codes"]) >= set(
            release.manifest["la_codes"]
        ):
            return
    link_atomically(home.current, release.path.name)


def make_current(home: Home, candidate: Candidate, release: Release) -> None:
    """Show `release` again, which the candidate is: its month is run again, or its publication was
    killed before it had cleared up."""
    _clear_up(home)
    _switch(home, release)
    report.remember(release.path, home.remembered)
    if candidate.directory.exists():
        shutil.rmtree(candidate.directory)


def _clear_up(home: Home) -> None:
    """Remove what a killed publication left, of any release or of the link to it."""
    for stale in home.published.glob(".*.part*"):
        if stale.is_symlink():
            stale.unlink()
        else:
            shutil.rmtree(stale)


def _write_revision(connection: duckdb.DuckDBPyConnection, earlier: Path | None) -> None:
    """What moved since the release `earlier`; the tables are empty where there is none."""
    if earlier is None:
        revision.create(connection, "analyst.indicators")
        return
    connection.execute(f"attach {literal(earlier / 'analyst.duckdb')} as earlier (read_only)")
    revision.write(connection, "earlier", "analyst", "analyst.indicators")
    connection.execute("detach earlier")


def _write_comments(
    connection: duckdb.DuckDBPyConnection,
    described: dict[tuple[str, str], transform.Description],
) -> None:
    """Each table, view and column of the analyst database says what it is."""
    tables = connection.execute(statement(__package__, "shown_table")).fetchall()
    connection.execute("begin")
    for schema, table, kind, columns in tables:
        description = described[schema, table]
        name = f"analyst.{schema}.{table}"
        connection.execute(f"comment on {kind} {name} is {literal(description.text)}")
        for column in set(columns) & set(description.columns):
            text = literal(description.columns[column])
            connection.execute(f"comment on column {name}.{column} is {text}")
    connection.execute("commit")


def _write_restricted(candidate: Candidate, groups: Sequence[Candidate], path: Path) -> None:
    """For those who correct: from keys to the case system's ids, files by name, unknown codes."""
    for group in groups:
        with _restricted(group, path) as connection:
            _fill(connection, "child_link", statement(__package__, "child_link"))
            link_records(connection)
            _fill(connection, "unmapped_code", statement(__package__, "unmapped_code"))
    with _restricted(candidate, path) as connection:
        _fill(connection, "file_link", statement(__package__, "file_link"), _file_names(candidate))


@contextmanager
def _restricted(candidate: Candidate, path: Path) -> Iterator[duckdb.DuckDBPyConnection]:
    """A candidate to read, and the restricted database attached to be written."""
    with candidate.connection(read_only=True) as connection:
        connection.execute(f"attach {literal(path)} as restricted (read_write)")
        yield connection
        connection.execute("checkpoint restricted")
        connection.execute("detach restricted")


def link_records(connection: duckdb.DuckDBPyConnection) -> None:
    """Fill `restricted.record_link` from a candidate, in the database attached as `restricted`."""
    rows = statement(__package__, "record_link", tables=_conformed_ids(connection))
    _fill(connection, "record_link", rows)


def _fill(
    connection: duckdb.DuckDBPyConnection,
    table: str,
    rows: str,
    given: dict[str, list[str]] | None = None,
) -> None:
    """Add `rows` to a table of the restricted database, made where it is not there yet."""
    made = f"create table if not exists restricted.{table} as {rows} with no data"
    connection.execute(made, given)
    connection.execute(f"insert into restricted.{table} {rows}", given)


def _file_names(candidate: Candidate) -> dict[str, list[str]]:
    """The name of each file of the loads, by its number: a list for each column."""
    loads = [*candidate.loads, *([candidate.statistics] if candidate.statistics else [])]
    named = [
        (load.la_code, load.load_id, number, name)
        for load in loads
        for name, number in load.file_numbers().items()
    ]
    columns = map(list, zip(*named, strict=True)) if named else ([], [], [], [])
    return dict(zip(("la_codes", "load_ids", "numbers", "names"), columns, strict=True))


def _conformed_ids(connection: duckdb.DuckDBPyConnection) -> list[tuple[str, str]]:
    """Each conformed table of records with its id column: the one named first after the keys."""
    return connection.execute(statement(__package__, "conformed_ids")).fetchall()


def _write_parquet(
    connection: duckdb.DuckDBPyConnection,
    folder: Path,
    described: dict[tuple[str, str], transform.Description],
) -> None:
    """A file a table, with what it and its columns are in the file's own metadata."""
    for schema, table in _published_tables(connection):
        if schema not in PARQUET_SCHEMAS:
            continue
        directory = private_directory(folder / schema)
        description = described[schema, table]
        columns = json.dumps(description.columns, ensure_ascii=False)
        connection.execute(
            f"copy analyst.{schema}.{table} to {literal(directory / f'{table}.parquet')} "
            f"(format parquet, compression zstd, compression_level {PARQUET_LEVEL}, kv_metadata "
            f"{{description: {literal(description.text)}, columns: {literal(columns)}}})"
        )


def _published_tables(connection: duckdb.DuckDBPyConnection) -> list[tuple[str, str]]:
    return connection.execute(
        "select schema_name, table_name from duckdb_tables() "
        "where database_name = 'analyst' order by schema_name, table_name"
    ).fetchall()


def _tables(connection: duckdb.DuckDBPyConnection) -> dict[str, int]:
    """Rows of each table of the analyst database."""
    counts = {}
    for schema, table in _published_tables(connection):
        row = connection.execute(f"select count(*) from analyst.{schema}.{table}").fetchone()
        counts[f"{schema}.{table}"] = int(row[0]) if row else 0
    return counts


def _free_name(folder: Path, stem: str) -> Path:
    names: Iterator[Path] = (folder / f"{stem}-{number}" for number in range(1, 10_000))
    return next(path for path in names if not path.exists())
