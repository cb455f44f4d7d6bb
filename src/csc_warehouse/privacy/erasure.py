"""Erasure of a person, with a certificate of what was removed.

Can be repeated: what a crash left undone is done by the same command again. A certificate holds
counts, paths and keys' hashes, no name and no case-system id. Not while a month is being built.
"""

from __future__ import annotations

import csv
import hashlib
import logging
import re
import shutil
import zipfile
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import ExitStack
from dataclasses import dataclass, field, replace
from pathlib import Path

import duckdb
import pyarrow as pa
import pyarrow.compute as pc
import pyarrow.parquet as pq

from csc_warehouse import lake, quality
from csc_warehouse.build import candidate as candidates
from csc_warehouse.errors import CscError, WrongUse
from csc_warehouse.files import restrict_new_files, sha256_of, written_aside
from csc_warehouse.intake import landing
from csc_warehouse.intake.adapters import ADAPTERS
from csc_warehouse.intake.adapters.quarantine import ROW_COLUMNS
from csc_warehouse.intake.lock import locked
from csc_warehouse.lake import persons
from csc_warehouse.lake.declarations import load_source
from csc_warehouse.lake.identity import load_key, normalised_id
from csc_warehouse.places import Home
from csc_warehouse.privacy.certificate import (
    Certificate,
    completed,
    names,
    read,
    relative,
    together,
    write,
)
from csc_warehouse.privacy.leftovers import (
    candidate_folders,
    commands_again,
    manifest_of,
    published_releases,
    remove_release,
    sweep_all,
)
from csc_warehouse.run_month import steps

log = logging.getLogger(__name__)

Progress = Callable[[str], None]

PLAIN_TEXT = (".csv", ".txt", ".tsv", ".psv")
LONGEST_FIELD = 1 << 24
#: A larger part of a workbook is not unpacked to be searched, in bytes.
LARGEST_PART = 1 << 30
_WITHOUT_TAGS = re.compile(r"<[^>]*>")


def _silent(_: str) -> None:
    """Say nothing."""


def erase(
    home: Home,
    la_code: str,
    person_id: str,
    reason: str,
    *,
    dry_run: bool = False,
    progress: Progress = _silent,
) -> Certificate:
    """Remove every row of the person with that case-system id, and every release that holds one.

    The current release is replaced first: it is built and published again without the person, so
    that readers always have one. `run_again` of the certificate names the commands that bring the
    other releases back. The person doesn't come back when an old extract is landed again.

    With `dry_run` nothing is removed: the certificate, which is not kept, says what would be.
    Raises `WrongUse` where the authority has no trace of the person.
    """
    restrict_new_files()
    landing.check_la_code(la_code)
    identity = normalised_id(person_id)
    if identity is None:
        raise WrongUse("Give the person's id as it is in the case system.")
    if not reason.strip() or identity in _words(reason):
        raise WrongUse("Give a reason, such as a reference of the request, without the id in it.")
    if not any(load.la_code == la_code for load in lake.heads(home)):
        raise WrongUse(f"Nothing of {la_code} has ever landed in {home.lake}.")
    child_key = load_key(home, create=False).hash_text(f"{la_code}|{identity}")
    person_hash = hashlib.sha256(child_key.encode()).hexdigest()
    certificate_id = f"erase-{la_code}-{person_hash[:12]}"
    started = read(home, certificate_id)
    certificate = started or Certificate(certificate_id, "erasure", reason, la_code, person_hash)
    person = _Person(home, la_code, identity, child_key)

    with ExitStack() as locks:
        for source in sorted(ADAPTERS):
            locks.enter_context(locked(home, la_code, source))
        progress("looking for the person")
        if not dry_run:
            sweep_all(home)
        rows = person.rows()
        copies = person.quarantined_copies()
        releases = [path for path in published_releases(home) if _holds(path, child_key)]
        if not (rows or copies or releases or started):
            raise WrongUse(
                f"{la_code} has no row of that person. Check the id and the authority: it must be "
                "the case system's own id, as in the extract's person column."
            )
        if dry_run:
            files, left = _landed_files(home, la_code)
            return replace(
                certificate,
                rows={relative(home, path): count for path, count in rows.items()},
                removed=together(names(home, [*copies, *files])),
                releases_removed=names(home, releases),
                left=names(home, left),
            )
        progress("removing rows")
        certificate = write(
            home,
            replace(
                certificate,
                rows={**certificate.rows, **{relative(home, path): n for path, n in rows.items()}},
                removed=together(certificate.removed, names(home, copies)),
                completed_at=certificate.completed_at if not (rows or copies or releases) else None,
            ),
        )
        # From here on the person does not land again.
        persons.remember(home, la_code, child_key)
        for copy in copies:
            copy.unlink()
        person.remove_rows(rows)
        person.count_again(certificate.rows)

    certificate = _replace_releases(home, certificate, releases, child_key, progress)
    progress("removing landed files")
    files, left = _landed_files(home, la_code)
    found = {path: person.is_named_in(path) for path in left}
    certificate = write(
        home,
        replace(
            certificate,
            removed=together(certificate.removed, names(home, files)),
            left=names(home, left),
            holding=names(home, [path for path in left if found[path]]),
            unsearched=names(home, [path for path in left if found[path] is None]),
        ),
    )
    _remove_landed(home, files)
    log.info(
        "erased a person of %s: %d rows, %d releases, %d files",
        la_code,
        sum(certificate.rows.values()),
        len(certificate.releases_removed),
        len(certificate.removed),
    )
    return completed(home, certificate)


@dataclass(frozen=True)
class _Person:
    """Somebody to erase, and where the rows are."""

    home: Home
    la_code: str
    identity: str = field(repr=False)
    child_key: str

    def lake_files(self) -> dict[str, dict[str, list[Path]]]:
        """The authority's lake files by source and table."""
        found: dict[str, dict[str, list[Path]]] = {}
        pattern = f"[!_]*/*/la_code={self.la_code}/extract_month=*/*.parquet"
        for path in sorted(self.home.lake.glob(pattern)):
            tables = found.setdefault(path.parents[3].name, {})
            tables.setdefault(path.parents[2].name, []).append(path)
        return found

    def linked_ids(self) -> dict[str, persons.LinkedIds]:
        """By source, the ids of the person's own records that rows of other tables name."""
        return {
            source: persons.linked_ids(load_source(source).links, files, {self.child_key})
            for source, files in self.lake_files().items()
        }

    def rows(self) -> dict[Path, int]:
        """How many rows each file holds, in the order in which they may be removed.

        The records that other rows name come last: after a crash they still lead to those.
        """
        ids = self.linked_ids()
        counts: dict[Path, int] = {}
        for path, _ in self._quarantined(ids):
            counts[path] = counts.get(path, 0) + 1
        for path in self._history_files():
            counts[path] = int(pc.sum(self._history_rows(path)).as_py() or 0)
        for source, files in self.lake_files().items():
            owners = {link.owner_table for link in load_source(source).links}
            for table in sorted(files, key=lambda name: (name in owners, name)):
                for path in files[table]:
                    counts[path] = int(pc.sum(self._lake_rows(path, ids)).as_py() or 0)
        return {path: count for path, count in counts.items() if count}

    def remove_rows(self, rows: Mapping[Path, int]) -> None:
        """Write the files of `rows` again without the person's."""
        ids = self.linked_ids()
        for path in rows:
            if path.suffix == ".csv":
                gone = [row for found, row in self._quarantined(ids) if found == path]
                self._write_quarantine(path, gone)
            elif "_checks" in path.parts:
                theirs = self._history_rows(path)
                issues = pq.read_table(path, columns=["issue_key"]).filter(theirs)
                quality.forget(self.home, set(issues.column("issue_key").to_pylist()))
                persons.write_without(path, theirs)
            else:
                persons.write_without(path, self._lake_rows(path, ids))

    def count_again(self, rows: Mapping[str, int]) -> None:
        """Bring the manifests of the loads that lost `rows` (by file) up to date."""
        touched = {self._load_of(Path(path)) for path in rows if "_checks" not in path}
        for load in self._loads():
            if load.load_id not in touched:
                continue
            files = {table.name: self.home.lake / table.path for table in load.tables if table.path}
            lake.write_manifest(self.home, persons.counted(load, files, self._put_aside(load)))

    def quarantined_copies(self) -> list[Path]:
        """Copies of whole files put aside that name the person, or may: they can't be searched."""
        found = []
        for load in self._loads():
            for path in sorted((self.home.quarantine / load.load_id / "files").glob("*")):
                if self.is_named_in(path) is not False:
                    found.append(path)
        return found

    def is_named_in(self, path: Path) -> bool | None:
        """Whether a file names the person, as a whole word; None where it can't be searched.

        A workbook is searched cell by cell, as its own XML has them.
        """
        try:
            if zipfile.is_zipfile(path):
                with zipfile.ZipFile(path) as archive:
                    if any(part.file_size > LARGEST_PART for part in archive.infolist()):
                        return None
                    return any(
                        self.identity in _words(_WITHOUT_TAGS.sub(" ", _text(archive.read(part))))
                        for part in archive.infolist()
                        if part.filename.endswith(".xml")
                    )
            data = path.read_bytes()
        except (OSError, zipfile.BadZipFile, RuntimeError):
            return None
        if path.suffix.lower() == ".xml":
            return self.identity in _words(_WITHOUT_TAGS.sub(" ", _text(data)))
        if path.suffix.lower() not in PLAIN_TEXT or b"\x00" in data:
            return None
        return self.identity in _words(_text(data))

    def _loads(self) -> list[lake.LoadManifest]:
        return lake.all_manifests(self.home, self.la_code)

    @staticmethod
    def _load_of(path: Path) -> str:
        """The load of a lake file or of a quarantine's rows.csv."""
        return path.stem if path.suffix == ".parquet" else path.parent.name

    def _lake_rows(self, path: Path, ids: Mapping[str, persons.LinkedIds]) -> pa.BooleanArray:
        source, table = path.parents[3].name, path.parents[2].name
        return persons.rows_of(path, table, {self.child_key}, ids[source])

    def _history_files(self) -> list[Path]:
        history = self.home.lake / "_checks" / "issue" / f"la_code={self.la_code}"
        return sorted(history.glob("extract_month=*/*.parquet"))

    def _history_rows(self, path: Path) -> pa.BooleanArray:
        keys = pq.read_table(path, columns=["child_key"]).column(0).combine_chunks()
        return pc.is_in(keys, value_set=pa.array([self.child_key]))

    def _quarantined(
        self, ids: Mapping[str, persons.LinkedIds]
    ) -> Iterator[tuple[Path, tuple[str, ...]]]:
        """Rows put aside that hold the id, or one of `ids` in its table, as a whole word."""
        for load in self._loads():
            path = self.home.quarantine / load.load_id / "rows.csv"
            table_of = {entry.name: entry.table for entry in load.files}
            for row in _quarantine_rows(path):
                wanted = {self.identity}
                for (table, _), values in ids.get(load.source_system, {}).items():
                    if table_of.get(_label(row)) == table:
                        wanted |= set(values)
                if wanted & _words(row[-1]):
                    yield path, row

    def _put_aside(self, load: lake.LoadManifest) -> dict[str, int] | None:
        """How many rows of each file or sheet lie in the quarantine; None where it has no rows."""
        path = self.home.quarantine / load.load_id / "rows.csv"
        if not path.is_file():
            return None
        counts: dict[str, int] = {}
        for row in _quarantine_rows(path):
            counts[_label(row)] = counts.get(_label(row), 0) + 1
        return counts

    @staticmethod
    def _write_quarantine(path: Path, gone: Sequence[tuple[str, ...]]) -> None:
        kept = [row for row in _quarantine_rows(path) if row not in set(gone)]
        with written_aside(path) as aside, aside.open("w", encoding="utf-8", newline="") as file:
            csv.writer(file).writerows([ROW_COLUMNS, *kept])


def _quarantine_rows(path: Path) -> Iterator[tuple[str, ...]]:
    """The rows of a quarantine's rows.csv: file, sheet, row number, reason, what to do, raw."""
    if not path.is_file():
        return
    csv.field_size_limit(LONGEST_FIELD)
    with path.open(encoding="utf-8", newline="") as file:
        rows = csv.reader(file)
        next(rows, None)
        yield from map(tuple, rows)


def _label(row: tuple[str, ...]) -> str:
    """A file, or file#sheet, as the manifest names it."""
    return f"{row[0]}#{row[1]}" if row[1] else row[0]


def _text(data: bytes) -> str:
    return data.decode("cp1252", "replace")


def _words(text: str) -> set[str | None]:
    return {normalised_id(word) for word in persons.words(text)}


# --- Releases -------------------------------------------------------------------------------------


def _holds(release: Path, child_key: str) -> bool:
    """Whether a database of a release holds the child key; one that can't be read might."""
    try:
        for name in ("analyst.duckdb", "restricted.duckdb"):
            with duckdb.connect(str(release / name), read_only=True) as connection:
                columns = connection.execute(
                    "select schema_name, table_name, column_name from duckdb_columns() "
                    "where not internal and column_name like '%child_key'"
                ).fetchall()
                for schema, table, column in columns:
                    found = connection.execute(
                        f"select 1 from {schema}.{table} where {column} = ? limit 1", [child_key]
                    ).fetchone()
                    if found:
                        return True
    except duckdb.Error:
        return True
    return False


def _replace_releases(
    home: Home,
    certificate: Certificate,
    releases: Sequence[Path],
    child_key: str,
    progress: Progress,
) -> Certificate:
    """Publish the current release again, if it is one of `releases`, and remove those."""
    unfinished = candidate_folders(home)
    certificate = write(
        home,
        replace(certificate, removed=together(certificate.removed, names(home, unfinished))),
    )
    for path in unfinished:
        shutil.rmtree(path)
    manifests = {path: manifest_of(path) for path in releases}
    if home.current.exists() and home.current.resolve().name in {path.name for path in releases}:
        shown = manifest_of(home.current)
        accepted = shown.get("data_quality", {}).get("accepted") or {
            "reason": f"a person was erased ({certificate.certificate_id})",
            "by": "csc erase",
        }
        again = candidates.choose(home, shown["la_codes"], shown["month"])
        certificate = write(home, replace(certificate, release_published=again.release_id))
        # Not landed again: an erasure publishes what is in the lake.
        steps.build_and_check(
            home,
            shown["la_codes"],
            shown["month"],
            progress=lambda name: progress(f"{shown['month']}: {name}"),
        )
        # Not compared with the release before, which still holds the person.
        steps.publish(
            home,
            shown["la_codes"],
            shown["month"],
            accepted["reason"],
            accepted["by"],
            compare=False,
        )
        if _holds(home.current.resolve(), child_key):
            raise CscError(
                f"Release {again.release_id} still holds the person: nothing was removed "
                "from the releases. This is a fault of the program."
            )
    run_again = commands_again(list(manifests.values()), manifest_of(home.current))
    certificate = write(
        home,
        replace(
            certificate,
            releases_removed=together(
                certificate.releases_removed, [path.name for path in releases]
            ),
            run_again=together(certificate.run_again, run_again),
        ),
    )
    for path in releases:
        remove_release(path)
    for path in home.published.glob(".*"):
        if path.is_dir() and not path.is_symlink():
            shutil.rmtree(path)
    return certificate


# --- The landing folder ---------------------------------------------------------------------------


def _landed_files(home: Home, la_code: str) -> tuple[list[Path], list[Path]]:
    """The authority's dropped files that the lake holds, and those that it doesn't."""
    accepted: dict[tuple[str, str], set[str]] = {}
    for load in lake.all_manifests(home, la_code):
        if load.outcome == lake.ACCEPTED:
            hashes = accepted.setdefault((load.extract_month, load.source_system), set())
            hashes.update(entry.sha256 for entry in load.files)
    held: list[Path] = []
    left: list[Path] = []
    for path in sorted((home.landing / la_code).rglob("*")):
        if not path.is_file() or path.is_symlink():
            continue
        month, source = path.parent.parent.name, path.parent.name
        is_in_lake = sha256_of(path) in accepted.get((month, source), ())
        (held if is_in_lake else left).append(path)
    return held, left


def _remove_landed(home: Home, files: Sequence[Path]) -> None:
    """Remove dropped files, and the folders of their source and month where those are empty."""
    for path in files:
        path.unlink(missing_ok=True)
    for folder in sorted(home.landing.glob("*/*/*")) + sorted(home.landing.glob("*/*")):
        if folder.is_dir() and folder.parts[-2] != "published" and not any(folder.iterdir()):
            folder.rmdir()
