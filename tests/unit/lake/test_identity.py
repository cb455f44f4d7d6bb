"""Keyed hashes: stable, separate for each authority and kind, and the key is guarded."""

from __future__ import annotations

import hmac
import stat
from pathlib import Path

import pyarrow as pa
import pytest

from csc_warehouse.errors import CscError
from csc_warehouse.lake.identity import (
    LOADS,
    RECORDS,
    Hasher,
    IdentityKey,
    child_keys,
    load_key,
    normalised_id,
)
from csc_warehouse.places import Home

KEY = IdentityKey(b"k" * 32)


def test_the_message_of_a_child_is_authority_and_id() -> None:
    wanted = hmac.digest(b"k" * 32, b"991|42", "sha256").hex()
    assert child_keys(KEY, "991", pa.array(["42", " 42.0 ", None])).to_pylist() == [
        wanted,
        wanted,
        None,
    ]


def test_each_purpose_has_a_key_of_its_own() -> None:
    keys = [KEY, KEY.for_purpose(RECORDS), KEY.for_purpose(LOADS)]
    assert len({key.hash_text("991|42") for key in keys}) == 3
    assert KEY.for_purpose(RECORDS) == IdentityKey(b"k" * 32).for_purpose(RECORDS)
    assert repr(KEY.for_purpose(RECORDS)) == "IdentityKey()"


@pytest.mark.parametrize(
    ("text", "normal"),
    [
        ("0042", "0042"),
        ("42.0", "42"),
        ("42.50", "42.50"),
        ("A1.0", "A1.0"),
        (" x ", "x"),
        ("-1", None),
        ("-1.0", None),
        ("0", None),
        ("0.0", None),
        ("", None),
        ("  ", None),
        ("NULL", None),
        ("null", None),
        ("\\N", None),
        (None, None),
    ],
)
def test_ids_are_compared_as_text(text: str | None, normal: str | None) -> None:
    assert normalised_id(text) == normal


def test_authorities_workers_and_places_never_share_a_key() -> None:
    one = pa.array(["42"])
    hashers = Hasher(KEY, "991"), Hasher(KEY, "992")
    keys = [hasher.child_keys(one)[0].as_py() for hasher in hashers]
    keys += [hasher.worker_keys(one)[0].as_py() for hasher in hashers]
    keys += [hasher.place_keys(one)[0].as_py() for hasher in hashers]
    assert len(set(keys)) == 6


def test_workers_and_places_are_compared_without_case_and_spaces() -> None:
    hasher = Hasher(KEY, "991")
    workers = hasher.worker_keys(pa.array(["Anne  Example", "ANNE EXAMPLE "])).to_pylist()
    places = hasher.place_keys(pa.array(["ab1 2cd", "AB12CD"])).to_pylist()
    assert len(set(workers)) == len(set(places)) == 1


def test_columns_in_pieces_give_the_same_keys() -> None:
    hasher = Hasher(KEY, "991")
    together = hasher.child_keys(pa.chunked_array([["1", "2"], ["3", None], ["1"]])).to_pylist()
    assert (
        together == Hasher(KEY, "991").child_keys(pa.array(["1", "2", "3", None, "1"])).to_pylist()
    )
    assert hasher.child_keys(pa.array([], pa.string())).to_pylist() == []


def test_the_key_is_made_once_and_private(tmp_path: Path) -> None:
    home = Home(tmp_path)
    key = load_key(home)
    assert load_key(home) == key
    path = home.keys / "identity.key"
    assert stat.S_IMODE(path.stat().st_mode) == 0o600
    assert len(path.read_bytes()) == 32
    assert [item.name for item in home.keys.iterdir()] == ["identity.key"]


def test_the_key_never_shows(tmp_path: Path) -> None:
    key = load_key(Home(tmp_path))
    assert key.secret.hex() not in repr(key)
    assert repr(key.secret) not in repr(key)
    assert len(key.key_id) == 12


def test_a_key_that_others_can_read_or_that_is_damaged_is_refused(tmp_path: Path) -> None:
    home = Home(tmp_path)
    load_key(home)
    path = home.keys / "identity.key"
    path.chmod(0o640)
    with pytest.raises(CscError, match="chmod 600"):
        load_key(home)
    path.chmod(0o600)
    path.write_bytes(b"short")
    with pytest.raises(CscError, match="damaged: 5 bytes"):
        load_key(home)
    path.unlink()
    with pytest.raises(CscError, match="Restore it"):
        load_key(home, create=False)
