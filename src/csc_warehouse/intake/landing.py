"""Landing: from the files that a case system dropped to the lake, losing nothing.

A month's folder of one source is one load. Its rows go to the lake as text, with their file and
row number, only in the columns declared as needed; ids of people get a keyed hash beside them,
workers and postcodes are replaced by one, and free text never arrives. What can't be read goes to
`quarantine/<load_id>/`: `rows.csv` for rows, `files.csv` and copies for whole files. The manifest
is written last, so a crash at any point is repaired by landing again.
"""

from __future__ import annotations

import logging
import re
from collections.abc import Sequence
from dataclasses import replace
from pathlib import Path

from csc_warehouse import journal, lake
from csc_warehouse.errors import CscError, DataRefused, WrongUse
from csc_warehouse.files import restrict_new_files, sha256_of, sweep
from csc_warehouse.intake import apart, postcodes
from csc_warehouse.intake.adapters import ADAPTERS, adapter_for, published
from csc_warehouse.intake.adapters.quarantine import Quarantine
from csc_warehouse.intake.adapters.tabular import Limits
from csc_warehouse.intake.apart import Readers
from csc_warehouse.intake.dropped import (
    dropped_files,
    is_ignored,
    refuse_links,
)
from csc_warehouse.intake.load import Load
from csc_warehouse.intake.lock import locked
from csc_warehouse.intake.naming import told, told_path
from csc_warehouse.intake.placing import sources_of, wrong_place
from csc_warehouse.intake.writer import LoadWriter
from csc_warehouse.journal import Act
from csc_warehouse.lake import LoadManifest, declarations, persons
from csc_warehouse.lake.identity import Hasher, IdentityKey, load_key
from csc_warehouse.month import Month
from csc_warehouse.places import Home

log = logging.getLogger(__name__)


class LoadRefused(DataRefused):
    """One or more loads were refused; `manifests` holds all that were written, refused or not."""

    def __init__(self, message: str, manifests: Sequence[LoadManifest] = ()) -> None:
        super().__init__(message)
        self.manifests = tuple(manifests)


def land(
    home: Home,
    la_code: str,
    month: str,
    source: str | None = None,
    *,
    limits: Limits | None = None,
    settle_seconds: float = 0.5,
) -> list[LoadManifest]:
    """Land the files of one authority and month ('YYYY-MM'): one load for each source.

    Without `source`, every source that has a folder is landed. The same files again are the same
    load, and change nothing. A file younger than `settle_seconds` is looked at twice, to see
    whether it grows.

    Raises `WrongUse` for an authority, month or source that can't be, `DataRefused` for a missing
    folder or a file still growing, and `LoadRefused` where a load was refused: the others landed.
    """
    restrict_new_files()
    check_la_code(la_code)
    Month.of(month)
    limits = limits or Limits.from_environment()
    manifests: list[LoadManifest] = []
    messages: list[str] = []
    for name in _sources_to_land(home, la_code, month, source, limits):
        try:
            manifests.append(_land_source(home, la_code, month, name, limits, settle_seconds))
        except LoadRefused as refused:
            manifests.extend(refused.manifests)
            messages.append(str(refused))
        except DataRefused as refused:
            messages.append(str(refused))
    if messages:
        raise LoadRefused("\n".join(messages), manifests)
    return manifests


def land_published(
    home: Home, *, limits: Limits | None = None, settle_seconds: float = 0.5
) -> LoadManifest | None:
    """Land the published statistics of `landing/published/`, all files as one load.

    Returns its manifest, or None where nothing was dropped. A file that is none of the layouts
    known is quarantined whole and stops nothing. Raises `DataRefused` for a file still growing.
    """
    restrict_new_files()
    folder = home.landing / lake.PUBLISHED
    if not folder.is_dir() or all(is_ignored(entry.name) for entry in folder.iterdir()):
        return None
    limits = limits or Limits.from_environment()
    apart.start()
    files = dropped_files(home, folder, settle_seconds, limits.file_bytes)
    adapter = published.PublishedAdapter()
    declared = published.declaration()
    return _landed(
        Load(home, _key(home), lake.PUBLISHED, lake.PUBLISHED, adapter, declared, files, limits)
    )


def check_la_code(la_code: str) -> None:
    """Raise `WrongUse` unless it is a three-digit DfE authority code."""
    if not re.fullmatch(r"[0-9]{3}", la_code):
        raise WrongUse(f"The authority must be its three-digit DfE code, such as 991: {la_code!r}.")


def _sources_to_land(
    home: Home, la_code: str, month: str, source: str | None, limits: Limits
) -> list[str]:
    """The sources to land; raises `DataRefused` where nothing was dropped."""
    folder = home.landing / la_code / month
    if source is not None:
        adapter_for(source)
        return [source]
    refuse_links(home, folder)
    if not folder.is_dir():
        raise DataRefused(f"Nothing was dropped for {la_code} {month}: {folder} does not exist.")
    entries = sorted(entry for entry in folder.iterdir() if not is_ignored(entry.name))
    found = [entry.name for entry in entries if entry.name in ADAPTERS]
    for entry in entries:
        if entry.name not in ADAPTERS and entry.is_dir():
            log.warning("landing: %s/%s has a folder that is no known source", la_code, month)
    with Readers(limits) as readers:
        loose = [_loose(readers, entry, entries) for entry in entries if entry.is_file()]
    if not found:
        raise DataRefused(
            f"Nothing to land in {folder}: put the files in a folder named after their source "
            f"({', '.join(sorted(ADAPTERS))})." + "".join(f"\n  {text}" for text in loose if text)
        )
    for text in filter(None, loose):
        log.warning("landing: %s/%s: %s", la_code, month, text)
    return found


def _loose(readers: Readers, path: Path, entries: Sequence[Path]) -> str | None:
    """Where a file belongs that lies beside the folders of the sources; None where nobody knows."""
    sources = sources_of(readers, path)
    if not sources:
        return None
    name, table = next(iter(sources.items()))
    names = [entry.name for entry in entries]
    said = told(path.name, names, size=path.stat().st_size, month=path.parent.name)
    return f"{said} is {table} of {name}: move it into the folder {name}."


# --- One load -------------------------------------------------------------------------------------


def _land_source(
    home: Home, la_code: str, month: str, source: str, limits: Limits, settle_seconds: float
) -> LoadManifest:
    adapter = adapter_for(source)
    folder = home.landing / la_code / month / source
    wrong_month = adapter.check_month(month)
    if wrong_month:
        raise DataRefused(f"{folder}: {wrong_month}.")
    apart.start()
    files = dropped_files(home, folder, settle_seconds, limits.file_bytes)
    for file in files:
        wrong = wrong_place(adapter, file.name, la_code, month)
        if wrong:
            names = [each.name for each in files]
            said = told_path(folder / file.name, names, month=month)
            raise DataRefused(f"{said}: {wrong}")
    declared = declarations.load_source(source)
    is_measured = any(table.derived for table in declared.tables)
    directory = postcodes.installed() if is_measured else None
    manifest = _landed(
        Load(home, _key(home), la_code, month, adapter, declared, files, limits, directory)
    )
    if manifest.outcome == lake.REFUSED:
        raise LoadRefused(
            f"{folder} is refused: " + "; ".join(manifest.reasons), manifests=[manifest]
        )
    return manifest


def _key(home: Home) -> IdentityKey:
    """The secret of this installation: made for the first load, and never again.

    Raises `CscError` where it is not the one of the loads that landed before.
    """
    earlier = lake.every_head(home)
    key = load_key(home, create=not earlier)
    if any(item.key_id != key.key_id for item in earlier):
        raise CscError(
            f"The identity key in {home.keys} is not the one that the lake was made with. "
            "Restore the right one: with another key no child would be recognised."
        )
    return key


def _landed(load: Load) -> LoadManifest:
    """The manifest of the load, which is written unless it stands already."""
    with locked(load.home, load.la_code, load.source):
        sweep(load.home.lake, load.home.quarantine, load.home.keys)
        earlier = lake.every_head(load.home)
        if _key(load.home).key_id != load.key.key_id:
            raise CscError("The key was changed meanwhile: land again. Nothing was changed.")
        return _unchanged(load, earlier) or _write_load(load, earlier)


def _unchanged(load: Load, earlier: Sequence[lake.Head]) -> LoadManifest | None:
    """The manifest of these very files where it still stands; it is made current if it was not."""
    found = lake.read_manifest(load.home, load.load_id)
    if found is None or found.declaration != load.declaration or not _complete(load.home, found):
        return None
    last = _last_sequence(load, earlier)
    if found.sequence == last:
        _tell_if_untold(load, found)
        return found
    moved = lake.superseded(found, last + 1)
    lake.write_manifest(load.home, moved)
    _tell(load, moved)
    return moved


def _complete(home: Home, manifest: LoadManifest) -> bool:
    """Whether every file of a load is in the lake, in full."""
    for table in manifest.tables:
        if table.path is None:
            continue
        path = home.lake / table.path
        if not path.is_file() or path.stat().st_size != table.bytes:
            return False
    quarantined = any(file.outcome == lake.FILE_QUARANTINED for file in manifest.files)
    needs_quarantine = quarantined or manifest.rows_quarantined > 0
    return not needs_quarantine or (home.quarantine / manifest.load_id).is_dir()


def _last_sequence(load: Load, earlier: Sequence[lake.Head]) -> int:
    """The highest sequence of this authority, source and month; 0 where nothing landed."""
    place = (load.la_code, load.source, load.month)
    return max(
        (
            item.sequence
            for item in earlier
            if (item.la_code, item.source_system, item.extract_month) == place
        ),
        default=0,
    )


def _write_load(load: Load, earlier: Sequence[lake.Head]) -> LoadManifest:
    """Read the files, write the lake, the quarantine and, last, the manifest."""
    home = load.home
    again = next((item for item in earlier if item.load_id == load.load_id), None)
    last = _last_sequence(load, earlier)
    sequence = again.sequence if again and again.sequence == last else last + 1
    quarantine = Quarantine(home, load.load_id)
    erased = persons.erased_keys(home, load.la_code)
    writer = LoadWriter(load, Hasher(load.key, load.la_code), quarantine, erased)
    try:
        manifest = replace(
            writer.write(), sequence=sequence, key_id=load.key.key_id, notes=_notes(load, earlier)
        )
        changed = [file for file in load.files if not file.unchanged()]
        if changed:
            names = [file.name for file in load.files]
            said = told_path(changed[0].path, names, month=load.month)
            raise DataRefused(f"{said} is still growing. Land again when it is complete.")
        quarantine.publish()
        if manifest.outcome == lake.ACCEPTED:
            writer.publish()
        lake.write_manifest(home, manifest)
    finally:
        writer.discard()
        quarantine.discard()
    _tell(load, manifest)
    log.info(
        "landed %s %s %s: load %s %s, %d rows in, %d kept, %d quarantined, %d erased",
        load.la_code,
        load.month,
        load.source,
        load.load_id,
        manifest.outcome,
        manifest.rows_in,
        manifest.rows_kept,
        manifest.rows_quarantined,
        manifest.rows_erased,
    )
    return manifest


def _tell_if_untold(load: Load, manifest: LoadManifest) -> None:
    """A landing may have been killed between its manifest and the journal."""
    told = journal.last(load.home, *_act(load, manifest))
    if told is None or told.outputs[:1] != (load.load_id,):
        _tell(load, manifest)


def _act(load: Load, manifest: LoadManifest) -> tuple[Act, dict[str, str]]:
    """What the journal calls the landing, and what it is about."""
    act = Act.LOAD if manifest.outcome == lake.ACCEPTED else Act.REFUSAL
    return act, {"la_code": load.la_code, "month": load.month, "source": load.source}


def _tell(load: Load, manifest: LoadManifest) -> None:
    """Write into the journal that the load landed, or was refused."""
    act, about = _act(load, manifest)
    journal.record(
        load.home,
        act,
        about=about,
        inputs=[load.content_sha256],
        outputs=[load.load_id, sha256_of(lake.manifest_path(load.home, load.load_id))],
    )


def _notes(load: Load, earlier: Sequence[lake.Head]) -> tuple[str, ...]:
    return tuple(
        f"the same files were landed as {item.extract_month} (load {item.load_id})"
        for item in earlier
        if item.content_sha256 == load.content_sha256
        and item.load_id != load.load_id
        and (item.la_code, item.source_system) == (load.la_code, load.source)
    )
