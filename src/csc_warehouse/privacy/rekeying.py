"""A new key: a lake and a release whose keys can't be joined with those before.

All of it is made aside first, in a home of its own below `work/`, out of what is there: nothing
needs to land again. Then it is put in its places, file by file, the old goes, and until that has
ended nothing else reads the lake. So a change that is broken off has not happened, or the next call
brings it to its end. Not while a month is being built.

A hash of the lake is hashed again with the new secret, as landing does from then on. A record's key
is made of its parts, which `dbt` does: the release is built anew, and the issues and decisions of
the months before follow their records by where these stand in the same files.
"""

from __future__ import annotations

import hashlib
import json
import logging
import os
import re
import shutil
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import ExitStack
from dataclasses import asdict, dataclass, replace
from functools import partial
from pathlib import Path
from typing import Any

import pyarrow as pa
import pyarrow.parquet as pq

from csc_warehouse import journal, lake
from csc_warehouse.build import candidate as candidates
from csc_warehouse.build import groups
from csc_warehouse.build.candidate import Candidate
from csc_warehouse.build.transform import RECORDS as RECORDS_BUILT
from csc_warehouse.errors import WrongUse
from csc_warehouse.files import (
    link_atomically,
    move,
    private_directory,
    restrict_new_files,
    sha256_of,
    write_atomically,
    written_aside,
)
from csc_warehouse.intake.adapters import ADAPTERS
from csc_warehouse.intake.load import LOAD_ID_LENGTH
from csc_warehouse.intake.lock import locked
from csc_warehouse.journal import Act
from csc_warehouse.lake import persons
from csc_warehouse.lake.declarations import PLACE, WORKER, load_source
from csc_warehouse.lake.identity import (
    KEY_FILE,
    LOADS,
    RECORDS,
    IdentityKey,
    load_key,
    map_distinct,
)
from csc_warehouse.places import Home
from csc_warehouse.privacy.leftovers import (
    candidate_folders,
    commands_again,
    manifest_of,
    published_releases,
    remove_release,
    sweep_all,
)
from csc_warehouse.run_month import publication, steps
from csc_warehouse.run_month.order import TO_CHECKED
from csc_warehouse.sql import literal, statement

log = logging.getLogger(__name__)

Progress = Callable[[str], None]
Renamed = Callable[[str], str]

_HASH = re.compile(r"[0-9a-f]{64}")
_UNKNOWN = "unknown-"
_ACCEPTED = {"reason": "the key was changed", "by": "csc rekey"}
#: What a home has beside what is made anew, and a month reads.
_READ = ("council", "settings.toml")
_PLAN = "plan.json"


@dataclass(frozen=True)
class Rekeying:
    """What a change of the key did, or would do: names of keys, counts and release ids."""

    key_before: str
    key_id: str
    loads: int
    releases_removed: tuple[str, ...]
    release_published: str | None
    run_again: tuple[str, ...]


def _silent(_: str) -> None:
    """Say nothing."""


def rekey(home: Home, *, dry_run: bool = False, progress: Progress = _silent) -> Rekeying:
    """Make a new key, and all that holds keys anew with it; the releases before go.

    What an earlier call left half done is brought to its end instead. The current release is built
    and published again without a comparison; `run_again` names the commands that bring back others.
    With `dry_run` nothing is made: the key has the id `''`.

    Raises `WrongUse` where nothing has landed.
    """
    restrict_new_files()
    if not lake.is_whole(home):
        done = _planned(home)
        if not dry_run:
            with _nobody_lands(home):
                _take_place(home, progress)
        return done
    loads = lake.every_manifest(home)
    if not loads:
        raise WrongUse(f"Nothing has ever landed in {home.lake}: there is no key to change.")
    old = load_key(home, create=False)
    shown = manifest_of(home.current)
    releases = published_releases(home)
    done = Rekeying(
        key_before=old.key_id,
        key_id="",
        loads=len(loads),
        releases_removed=tuple(path.name for path in releases),
        release_published=None,
        run_again=tuple(commands_again([manifest_of(path) for path in releases], shown)),
    )
    if dry_run:
        return done
    with _nobody_lands(home):
        sweep_all(home)
        key = old.changed()
        with written_aside(home.rekeyed) as folder:
            made = Home(private_directory(folder))
            _make(home, made, key, progress)
            published = _publish(home, made, key, shown, progress) if shown else None
            done = replace(done, key_id=key.key_id, release_published=published)
            _tidy(made)
            (folder / _PLAN).write_text(json.dumps(asdict(done), indent=2) + "\n")
        # From here on it has happened.
        _take_place(home, progress)
    return done


def _planned(home: Home) -> Rekeying:
    """What was begun, and is brought to its end."""
    inside = home.rekeyed / _PLAN
    plan = inside if inside.is_file() else home.rekey_plan
    raw = json.loads(plan.read_text(encoding="utf-8"))
    for name in ("releases_removed", "run_again"):
        raw[name] = tuple(raw[name])
    return Rekeying(**raw)


def _nobody_lands(home: Home) -> ExitStack:
    """The locks of all that may land for the authorities, held until it is closed."""
    la_codes = {path.name.removeprefix("la_code=") for path in home.lake.glob("[!_]*/*/la_code=*")}
    with ExitStack() as locks:
        for la_code in sorted(la_codes):
            for source in sorted({*ADAPTERS, lake.PUBLISHED}):
                locks.enter_context(locked(home, la_code, source))
        return locks.pop_all()


# --- The lake, made anew --------------------------------------------------------------------------


def _make(home: Home, made: Home, key: IdentityKey, progress: Progress) -> None:
    """Everything that holds a key, but the releases and what is known of records."""
    progress("making the lake anew")
    write_atomically(made.keys / KEY_FILE, key.secret)
    if erased := persons.all_erased(home):
        renamed = {
            la_code: sorted(key.newest.hash_text(child_key) for child_key in child_keys)
            for la_code, child_keys in erased.items()
        }
        write_atomically(made.keys / persons.ERASED, json.dumps(renamed, indent=2) + "\n")
    load_ids = {load.load_id: _load_id(key, load.load_id) for load in lake.every_manifest(home)}
    for load in lake.every_manifest(home):
        _make_load(home, made, key, load, load_ids)
    for folder in sorted(home.lake.glob("_*")):
        if folder.is_dir() and folder != home.manifests:
            shutil.copytree(folder, made.lake / folder.name)
    # What a month reads, where it stands.
    private_directory(made.work)
    link_atomically(made.dbt_scratch, str(home.dbt_scratch))
    for name in _READ:
        if (home.root / name).exists():
            link_atomically(made.root / name, str(home.root / name))


def _load_id(key: IdentityKey, load_id: str) -> str:
    return key.newest.for_purpose(LOADS).hash_text(load_id, LOAD_ID_LENGTH)


def _make_load(
    home: Home,
    made: Home,
    key: IdentityKey,
    load: lake.LoadManifest,
    load_ids: Mapping[str, str],
) -> None:
    load_id = load_ids[load.load_id]
    declared = load_source(load.source_system)
    tables = []
    for table in load.tables:
        if table.path is None:
            tables.append(table)
            continue
        path = made.lake / Path(table.path).with_name(f"{load_id}.parquet")
        hashed = {
            column.name
            for column in declared.table(table.name).columns
            if column.kind in (WORKER, PLACE)
        }
        for source in lake.parquet_files(home, load, table.name):
            _write_anew(source, path, partial(_renamed, key, load_ids, hashed))
        path_in_lake = str(path.relative_to(made.lake))
        tables.append(replace(table, path=path_in_lake, bytes=path.stat().st_size))
    if (put_aside := home.quarantine / load.load_id).is_dir():
        shutil.copytree(put_aside, made.quarantine / load_id)
    notes = load.notes
    for before, after in load_ids.items():
        notes = tuple(note.replace(before, after) for note in notes)
    lake.write_manifest(
        made,
        replace(load, load_id=load_id, tables=tuple(tables), notes=notes, key_id=key.key_id),
    )


def _renamed(
    key: IdentityKey, load_ids: Mapping[str, str], hashed: set[str], column: str
) -> Renamed | None:
    """What becomes of the values of a column of the lake; None where they stay."""
    if column == "_load_id":
        return load_ids.__getitem__
    if column in hashed or re.fullmatch(persons.KEY_COLUMN, column):
        return key.newest.hash_text
    return None


def _write_anew(source: Path, path: Path, renamed: Callable[[str], Renamed | None]) -> None:
    """Write a Parquet file again, with other values in some columns, of whenever it was."""
    written = source.stat()
    private_directory(path.parent)
    with pq.ParquetFile(source) as file:
        schema = file.schema_arrow
        with pq.ParquetWriter(path, schema, compression="zstd", store_schema=False) as writer:
            for number in range(file.num_row_groups):
                group = file.read_row_group(number)
                columns = []
                for field in schema:
                    column, rename = group.column(field.name), renamed(field.name)
                    if rename:
                        column = map_distinct(column.cast(pa.string()), rename).cast(field.type)
                    columns.append(column)
                writer.write_table(pa.table(columns, schema=schema))
    os.utime(path, ns=(written.st_atime_ns, written.st_mtime_ns))


# --- The release, and what is known of records ----------------------------------------------------


def _publish(
    home: Home, made: Home, key: IdentityKey, shown: Mapping[str, Any], progress: Progress
) -> str:
    """Build and publish the month of the current release with the new key; returns its id."""
    la_codes, month = shown["la_codes"], shown["month"]
    # What was public must not give away what this release hides: links, for as long as it takes.
    for path in published_releases(home):
        shutil.copytree(path, made.published / path.name, copy_function=os.link)
    for step in TO_CHECKED:
        progress(f"{month}: {step.says}")
        steps.alone(step, made, la_codes, month)
        if any(RECORDS_BUILT in part.select for part in step.parts):
            # The checks that follow ask what is known of each record.
            parts = groups.groups_of(made, candidates.choose(made, la_codes, month))
            restricted_db = home.current / "restricted.duckdb"
            _rename_history(made, _Known(key, *_renamed_records(restricted_db, parts, key)))
    accepted = shown.get("data_quality", {}).get("accepted") or _ACCEPTED
    progress(f"{month}: publishing")
    done = steps.publish(made, la_codes, month, accepted["reason"], accepted["by"], compare=False)
    return str(done["release_id"])


@dataclass(frozen=True)
class _Known:
    """The new key of each record and each unknown child of the current release, by the old one.

    A record that is in no file any more gets one of its own: its issue was resolved, and stays so.
    """

    key: IdentityKey
    records: Mapping[str, str]
    children: Mapping[str, str]

    def record(self, record_key: str) -> str:
        return self.records.get(record_key) or self.other(record_key)

    def child(self, child_key: str) -> str:
        if _HASH.fullmatch(child_key):
            return self.key.newest.hash_text(child_key)
        bare = child_key.removeprefix(_UNKNOWN)
        return self.children.get(child_key) or f"{_UNKNOWN}{self.other(bare)}"

    def other(self, record_key: str) -> str:
        return self.key.newest.for_purpose(RECORDS).hash_text(record_key, len(record_key))


def _renamed_records(
    restricted_db: Path, parts: Sequence[Candidate], key: IdentityKey
) -> tuple[dict[str, str], dict[str, str]]:
    """Old keys of records and of unknown children, with the new: the same row of the same file.

    `parts`: the candidates of all groups of authorities.
    """
    if not restricted_db.is_file():
        return {}, {}
    records: dict[str, str] = {}
    children: dict[str, str] = {}
    for part in parts:
        with part.connection() as connection:
            connection.execute("attach ':memory:' as restricted")
            publication.link_records(connection)
            connection.execute(f"attach {literal(restricted_db)} as before (read_only)")
            found = connection.execute("select distinct load_id from before.record_link").fetchall()
            load_ids = [load_id for (load_id,) in found]
            named = {"before": load_ids, "after": [_load_id(key, each) for each in load_ids]}
            for was, now, child_was, child_now in connection.execute(
                statement(__package__, "renamed_record"), named
            ).fetchall():
                records[was] = now
                if child_was and child_was.startswith(_UNKNOWN):
                    children[child_was] = child_now
    return records, children


def _rename_history(made: Home, known: _Known) -> None:
    """Let the issues of every month, and the decisions about them, follow their records."""
    issues: dict[str, str] = {}
    for path in sorted((made.lake / "_checks" / "issue").rglob("*.parquet")):
        rows = pq.ParquetFile(path).read()
        issues |= dict(_renamed_issues(rows, known))
        with written_aside(path) as aside:
            renamed: dict[str, Renamed] = {
                "issue_key": issues.__getitem__,
                "record_key": known.record,
                "child_key": known.child,
                "worker_key": known.key.newest.hash_text,
            }
            _write_anew(path, aside, renamed.get)
    for path in sorted((made.lake / "_decisions").glob("*.json")):
        content = json.loads(path.read_text(encoding="utf-8"))
        content["issue_keys"] = sorted(
            issues.get(each) or known.other(each) for each in content["issue_keys"]
        )
        write_atomically(path, json.dumps(content, indent=2) + "\n")


def _renamed_issues(rows: pa.Table, known: _Known) -> Iterator[tuple[str, str]]:
    """Keys of issues with the new ones, made as quality/sql/issue.sql makes them."""
    names = ("issue_key", "rule_id", "la_code", "table_name", "record_key", "column_name")
    for row in rows.select(names).to_pylist():
        record = row | {"record_key": row["record_key"] and known.record(row["record_key"])}
        said = "|".join(record[name] for name in names[1:] if record[name] is not None)
        yield row["issue_key"], hashlib.md5(said.encode(), usedforsecurity=False).hexdigest()


# --- Into its places ------------------------------------------------------------------------------


def _tidy(made: Home) -> None:
    """Leave what takes a place: no link, no release of before, no journal of its own."""
    shown = made.current.resolve().name if made.current.exists() else None
    for path in published_releases(made):
        if path.name != shown:
            shutil.rmtree(path)
    made.current.unlink(missing_ok=True)
    for path in made.root.iterdir():
        if path.is_symlink():
            path.unlink()
    made.dbt_scratch.unlink()
    for name in ("work", "journal"):
        shutil.rmtree(made.root / name, ignore_errors=True)


def _take_place(home: Home, progress: Progress) -> None:
    """Put what was made in its places, remove what was there, and tell it; can be repeated."""
    progress("putting all in its places")
    made, done = Home(home.rekeyed), _planned(home)
    # Out of the folder, whose removal may stop anywhere: it says what is to be brought to its end.
    if (made.root / _PLAN).is_file():
        move(made.root / _PLAN, home.rekey_plan)
    for folder, place in (
        (made.lake, home.lake),
        (made.quarantine, home.quarantine),
        (made.keys, home.keys),
    ):
        for path in sorted(folder.rglob("*")):
            if path.is_file():
                to = place / path.relative_to(folder)
                private_directory(to.parent)
                move(path, to)
    for path in published_releases(made):
        move(path, home.published / path.name)
    if done.release_published:
        link_atomically(home.current, done.release_published)
    _remove_before(home, done.key_id)
    for name in done.releases_removed:
        remove_release(home.published / name)
    for path in candidate_folders(home):
        shutil.rmtree(path)
    _tell(home, done)
    if made.root.exists():
        shutil.rmtree(made.root)
    home.rekey_plan.unlink()


def _remove_before(home: Home, key_id: str) -> None:
    """Remove every load that was not made with the key: its manifest first, which dates it."""
    kept = set()
    for path in sorted(home.manifests.glob("*.json")):
        if json.loads(path.read_text(encoding="utf-8"))["key_id"] == key_id:
            kept.add(path.stem)
        else:
            path.unlink()
    for path in sorted(home.lake.glob("[!_]*/*/la_code=*/extract_month=*/*.parquet")):
        if path.stem not in kept:
            path.unlink()
    for path in sorted(home.quarantine.glob("[!.]*")):
        if path.name not in kept:
            shutil.rmtree(path)


def _tell(home: Home, done: Rekeying) -> None:
    about = {"key": done.key_id}
    if done.release_published:
        about["release"] = done.release_published
    if journal.last(home, Act.REKEY, about):
        return
    outputs = [done.key_id]
    if done.release_published:
        outputs.append(sha256_of(home.published / done.release_published / "manifest.json"))
    journal.record(home, Act.REKEY, about=about, inputs=[done.key_before], outputs=outputs)
    log.info("the key was changed: %d loads made anew", done.loads)
