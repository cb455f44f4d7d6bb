"""The certificate of an erasure or a retention: what was removed, by path and count."""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass, field, replace
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from csc_warehouse import journal
from csc_warehouse.files import sha256_of, write_atomically
from csc_warehouse.journal import Act
from csc_warehouse.places import Home


@dataclass(frozen=True)
class Certificate:
    """What an erasure or a retention removed. Paths are relative to CSC_HOME.

    `rows` counts the rows taken out of each file, `removed` lists files and folders removed whole,
    `left` files in the landing folder that the lake doesn't hold: of those `holding` name the
    person, and `unsearched` could not be read. `completed_at` is empty until all of it is done.
    """

    certificate_id: str
    kind: str
    reason: str
    la_code: str | None = None
    person_hash: str | None = None
    rows: Mapping[str, int] = field(default_factory=dict)
    removed: tuple[str, ...] = ()
    releases_removed: tuple[str, ...] = ()
    release_published: str | None = None
    run_again: tuple[str, ...] = ()
    left: tuple[str, ...] = ()
    holding: tuple[str, ...] = ()
    unsearched: tuple[str, ...] = ()
    completed_at: str | None = None

    @property
    def rows_by_table(self) -> dict[str, int]:
        """Rows removed from each raw table, the history of failures and the quarantine."""
        counts: dict[str, int] = {}
        for path, rows in sorted(self.rows.items()):
            parts = Path(path).parts
            table = parts[0] if parts[0] == "quarantine" else "/".join(parts[1:3])
            counts[table] = counts.get(table, 0) + rows
        return counts

    def to_dict(self) -> dict[str, Any]:
        """What its JSON file holds."""
        return asdict(self) | {"rows_by_table": self.rows_by_table}


def certificate_path(home: Home, certificate_id: str) -> Path:
    """Where a certificate lies."""
    return home.root / "certificates" / f"{certificate_id}.json"


def read(home: Home, certificate_id: str) -> Certificate | None:
    path = certificate_path(home, certificate_id)
    if not path.is_file():
        return None
    raw = json.loads(path.read_text(encoding="utf-8"))
    del raw["rows_by_table"]
    for name in ("removed", "releases_removed", "run_again", "left", "holding", "unsearched"):
        raw[name] = tuple(raw.get(name, ()))
    return Certificate(**raw)


def write(home: Home, certificate: Certificate) -> Certificate:
    text = json.dumps(certificate.to_dict(), indent=2, ensure_ascii=False) + "\n"
    write_atomically(certificate_path(home, certificate.certificate_id), text)
    return certificate


def completed(home: Home, certificate: Certificate) -> Certificate:
    """Written with the time, and told in the journal; no number depends on the clock."""
    act, about = Act(certificate.kind), {"certificate": certificate.certificate_id}
    if certificate.la_code:
        about["la_code"] = certificate.la_code
    if certificate.completed_at and journal.last(home, act, about):
        return certificate
    now = datetime.now(UTC).isoformat(timespec="seconds")
    written = write(home, replace(certificate, completed_at=certificate.completed_at or now))
    journal.record(
        home,
        act,
        about=about,
        inputs=certificate.releases_removed,
        outputs=[sha256_of(certificate_path(home, certificate.certificate_id))],
    )
    return written


def together(*parts: Sequence[str]) -> tuple[str, ...]:
    return tuple(sorted({name for part in parts for name in part}))


def relative(home: Home, path: Path) -> str:
    return path.relative_to(home.root).as_posix()


def names(home: Home, paths: Sequence[Path]) -> tuple[str, ...]:
    return tuple(relative(home, path) for path in paths)
