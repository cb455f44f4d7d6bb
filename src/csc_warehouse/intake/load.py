"""A load: the files of one authority, source and month, and what identifies them."""

from __future__ import annotations

import hashlib
from dataclasses import dataclass

from csc_warehouse.intake import postcodes
from csc_warehouse.intake.adapters import Adapter
from csc_warehouse.intake.adapters.tabular import Limits
from csc_warehouse.intake.dropped import DroppedFile
from csc_warehouse.lake.declarations import SourceDeclaration
from csc_warehouse.lake.identity import LOADS, IdentityKey
from csc_warehouse.places import Home

#: Raised when the same files would give other rows: loads are then written again on landing.
LANDING_VERSION = "2"

LOAD_ID_LENGTH = 16


@dataclass(frozen=True)
class Load:
    """What identifies a load, and where it goes."""

    home: Home
    key: IdentityKey
    la_code: str
    month: str
    adapter: Adapter
    declared: SourceDeclaration
    files: tuple[DroppedFile, ...]
    limits: Limits
    directory: postcodes.Directory | None = None

    @property
    def source(self) -> str:
        return self.declared.name

    @property
    def content_sha256(self) -> str:
        """Hash of the files' contents alone, so that another month's files are recognised."""
        return hashlib.sha256("\n".join(sorted(f.sha256 for f in self.files)).encode()).hexdigest()

    @property
    def load_id(self) -> str:
        """Keyed hash of authority, month, source and the files' names and contents.

        It leaves with every release: without a key, a guessed file could be tried on it.
        """
        parts = [self.la_code, self.month, self.source]
        parts += [f"{file.name}\t{file.sha256}" for file in self.files]
        return self.key.for_purpose(LOADS).hash_text("\n".join(parts), LOAD_ID_LENGTH)

    @property
    def declaration(self) -> str:
        """Changes when the declared columns do, or the way of landing them."""
        known_places = f"-{self.directory.version}" if self.directory else ""
        return f"{self.declared.digest}-{LANDING_VERSION}{known_places}"
