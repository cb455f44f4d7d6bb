"""Nobody forgets to back up the key on which every child of a real authority hangs."""

from __future__ import annotations

from pathlib import Path

from csc_warehouse.lake import identity
from csc_warehouse.places import Home


def test_a_real_authority_is_reminded_until_the_backup_is_noted(tmp_path: Path) -> None:
    home = Home(tmp_path)
    identity.load_key(home)
    assert identity.unsafe_key(home, ["991", "999"]) is None
    assert "csc init --key-backed-up" in str(identity.unsafe_key(home, ["991", "301"]))
    identity.note_backup(home)
    assert identity.unsafe_key(home, ["301"]) is None
    note = home.keys / identity.BACKUP_NOTE
    assert note.stat().st_mode & 0o077 == 0


def test_another_key_is_another_backup(tmp_path: Path) -> None:
    home = Home(tmp_path)
    key = identity.load_key(home)
    identity.note_backup(home)
    (home.keys / identity.KEY_FILE).write_bytes(key.changed().secret)
    assert identity.unsafe_key(home, ["301"])
