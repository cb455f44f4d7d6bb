"""Files as this project writes them: whole or not at all, on disk, for the loading account only."""

from __future__ import annotations

import hashlib
import os
from pathlib import Path


def private_directory(path: Path) -> Path:
    """Make `path` and its parents, readable by the loading account only; return it."""
    path.mkdir(parents=True, exist_ok=True, mode=0o700)
    return path


def restrict_new_files() -> None:
    """Let every file that this process makes be readable by its own account only (umask 077)."""
    os.umask(0o077)


def write_atomically(path: Path, content: bytes) -> None:
    """Write aside, flush to disk, rename (file mode 0600)."""
    private_directory(path.parent)
    aside = path.with_name(f".{path.name}.{os.getpid()}.part")
    descriptor = os.open(aside, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600)
    with os.fdopen(descriptor, "wb") as file:
        file.write(content)
    flush_to_disk(aside)
    aside.replace(path)
    flush_to_disk(path.parent)


def flush_to_disk(path: Path) -> None:
    """fsync a file or a directory."""
    descriptor = os.open(path, os.O_RDONLY)
    try:
        os.fsync(descriptor)
    finally:
        os.close(descriptor)


def sha256_of(path: Path) -> str:
    """The SHA-256 of a file's content, in hexadecimal."""
    with path.open("rb") as file:
        return hashlib.file_digest(file, "sha256").hexdigest()
