"""Keyed hashes that stand for people, workers and places, and the key file behind them.

The message of a person is `<la_code>|<id>`, of a worker `worker|<la_code>|<id>`, of a place
`place|<la_code>|<postcode>`; the hash is HMAC-SHA256 in hex. The same person has the same key in
every source and month of one authority, and nobody without the key file can make or test a key.
Records and loads are hashed with keys of their own, made of the secret (`IdentityKey.for_purpose`):
a key that the build hands to the database is no use for a person.

Each change of the key (`csc rekey`) adds a secret behind those before it: a hash is then hashed
once more. So what is stored as a hash alone (workers, places, who was erased) follows, too.
"""

from __future__ import annotations

import hmac
import re
import secrets
import stat
from collections.abc import Callable, Iterable
from dataclasses import dataclass, field
from threading import Lock

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from csc_warehouse.errors import CscError
from csc_warehouse.files import write_atomically, write_once
from csc_warehouse.places import Home

KEY_FILE = "identity.key"
#: Beside it, the name of the key that somebody has backed up.
BACKUP_NOTE = "backed_up"
KEY_BYTES = 32
#: The block of SHA-256.
BLOCK_BYTES = 64
#: The purposes of the keys that are made of the secret.
RECORDS, LOADS = "records", "loads"
#: Words for nothing, in upper case, as `words_for_nothing` in macros/staging.sql has them.
NOTHING = frozenset(
    {"", "\\N", "NULL", "(NULL)", "SSD_PH", "PLACEHOLDER_DATA", "NONE", "NAN", "NAT", "N/A"}
    | {"#N/A", "<NA>", "-", "?", "."}
)
#: What the case systems write where an id leads to no record.
NO_RECORD = frozenset({"-1", "0"})


@dataclass(frozen=True)
class IdentityKey:
    """The secrets of one installation, `KEY_BYTES` each, one after the other; one if never changed.

    None shows in a message, a log or a `repr`.
    """

    secret: bytes = field(repr=False)

    @property
    def newest(self) -> IdentityKey:
        """The last secret alone: who has all but this one can make no key."""
        return IdentityKey(self.secret[-KEY_BYTES:])

    def changed(self) -> IdentityKey:
        """A key with one more secret, a random one."""
        return IdentityKey(self.secret + secrets.token_bytes(KEY_BYTES))

    @property
    def key_id(self) -> str:
        """A name for the key that gives nothing of it away; stored in each load's manifest."""
        return hmac.digest(self.newest.secret, b"csc-warehouse key id", "sha256").hex()[:12]

    def hash_text(self, message: str, digits: int = 64) -> str:
        """HMAC-SHA256 of `message` in hex, cut to its first digits; of that, with each secret."""
        for secret in self._each():
            message = hmac.digest(secret, message.encode(), "sha256").hex()[:digits]
        return message

    def for_purpose(self, purpose: str) -> IdentityKey:
        """The key of one purpose, made of this one, which it gives nothing of away."""
        message = f"csc-warehouse key of {purpose}".encode()
        return IdentityKey(b"".join(hmac.digest(each, message, "sha256") for each in self._each()))

    def pads(self) -> tuple[bytes, bytes]:
        """The inner and the outer pad of RFC 2104, for HMAC-SHA256 where there is only SHA-256.

        Of the newest secret: what is made anew from its parts needs none before it.
        """
        block = self.newest.secret.ljust(BLOCK_BYTES, b"\0")
        return bytes(byte ^ 0x36 for byte in block), bytes(byte ^ 0x5C for byte in block)

    def _each(self) -> list[bytes]:
        starts = range(0, len(self.secret), KEY_BYTES)
        return [self.secret[start : start + KEY_BYTES] for start in starts]


def load_key(home: Home, create: bool = True) -> IdentityKey:
    """Read the key file, or make it on first use (0600, 32 random bytes).

    Raises `CscError` where the file can be read by others, is damaged, or is missing although
    `create` is false: a new key would give every child a new, unrelated key.
    """
    path = home.keys / KEY_FILE
    if not path.exists():
        if not create:
            raise CscError(
                f"The identity key {path} is missing, but the lake holds loads made with it. "
                "Restore it from its backup: with a new key no child would be recognised."
            )
        write_once(path, secrets.token_bytes(KEY_BYTES))  # two first runs end with one key
    mode = stat.S_IMODE(path.stat().st_mode)
    if mode & 0o077:
        raise CscError(
            f"The identity key {path} can be read by other accounts (mode {mode:04o}). "
            f"Run: chmod 600 {path}"
        )
    secret = path.read_bytes()
    if not secret or len(secret) % KEY_BYTES:
        raise CscError(
            f"The identity key {path} is damaged: {len(secret)} bytes, expected {KEY_BYTES}, or "
            "that once more for each `csc rekey`. "
            "Restore it from its backup."
        )
    return IdentityKey(secret)


def note_backup(home: Home) -> IdentityKey:
    """Note that somebody says the key is backed up. Raises CscError where there is none."""
    key = load_key(home, create=False)
    write_atomically(home.keys / BACKUP_NOTE, key.key_id)
    return key


def unsafe_key(home: Home, la_codes: Iterable[str]) -> str | None:
    """What is to do where children of real authorities hang on a key of which no backup is noted.

    Nobody is lost with the key of a fictional authority (991 to 999).
    """
    if all(re.fullmatch("99[1-9]", la_code) for la_code in la_codes):
        return None
    note = home.keys / BACKUP_NOTE
    if note.is_file() and note.read_text(encoding="utf-8") == load_key(home, create=False).key_id:
        return None
    return (
        "the identity key is not known to be backed up: without it no child is recognised again. "
        f"Copy {home.keys}, apart from the rest (docs/backup-and-restore.md), then say so: "
        "csc init --key-backed-up"
    )


def normalised_id(text: str | None) -> str | None:
    """A case-system id as it is compared: trimmed, `123.0` as `123`; None for no record.

    Leading zeros stay: an id is text. `-1` and `0` are the case systems' "no record".
    """
    if text is None:
        return None
    trimmed = text.strip()
    if trimmed.endswith(".0") and trimmed[:-2].lstrip("-").isdigit():
        trimmed = trimmed[:-2]
    return None if trimmed in NO_RECORD or trimmed.upper() in NOTHING else trimmed


def normalised_worker(text: str | None) -> str | None:
    """A worker's id or name as it is compared: as an id, upper case, single spaces."""
    trimmed = normalised_id(text)
    return None if trimmed is None else " ".join(trimmed.upper().split())


def normalised_place(text: str | None) -> str | None:
    """A postcode as it is compared: upper case, no spaces."""
    trimmed = normalised_id(text)
    return None if trimmed is None else "".join(trimmed.upper().split())


class Hasher:
    """Hashes whole columns of one authority: each distinct value once, however often it occurs.

    A value met before, in any table of the load, is not hashed again. Threads may share it.
    """

    def __init__(self, key: IdentityKey, la_code: str) -> None:
        self._key = key
        self._la_code = la_code
        self._lock = Lock()
        self._known: dict[str, tuple[pa.Array, pa.Array]] = {}

    def child_keys(self, ids: pa.Array | pa.ChunkedArray) -> pa.Array:
        """Child keys of case-system person ids (encoded text); null where there is no id."""
        return self._hashed(ids, "", normalised_id)

    def worker_keys(self, ids: pa.Array | pa.ChunkedArray) -> pa.Array:
        """Keys of worker ids or names; null where there is none."""
        return self._hashed(ids, "worker|", normalised_worker)

    def place_keys(self, postcodes: pa.Array | pa.ChunkedArray) -> pa.Array:
        """Keys of postcodes; null where there is none."""
        return self._hashed(postcodes, "place|", normalised_place)

    def _hashed(
        self,
        values: pa.Array | pa.ChunkedArray,
        domain: str,
        normalise: Callable[[str | None], str | None],
    ) -> pa.Array:
        column = encoded(values)
        nothing = pa.array([], pa.string())
        with self._lock:
            texts, hashes = self._known.get(domain, (nothing, nothing))
            places = pc.index_in(column.dictionary, value_set=texts)
            if places.null_count:
                new = column.dictionary.filter(places.is_null())
                behind = np.arange(len(texts), len(texts) + len(new), dtype=np.int32)
                places = pc.replace_with_mask(places, places.is_null(), pa.array(behind))
                texts = pa.concat_arrays([texts, new])
                hashes = pa.concat_arrays([hashes, self._hash_all(new, domain, normalise)])
                self._known[domain] = (texts, hashes)
        return decoded(column.indices, hashes.take(places))

    def _hash_all(
        self, texts: pa.Array, domain: str, normalise: Callable[[str | None], str | None]
    ) -> pa.Array:
        prefix = f"{domain}{self._la_code}|"
        normal = (normalise(text) for text in texts.to_pylist())
        return pa.array(
            [None if text is None else self._key.hash_text(prefix + text) for text in normal],
            pa.string(),
        )


def child_keys(key: IdentityKey, la_code: str, ids: pa.Array | pa.ChunkedArray) -> pa.Array:
    """Child keys of the case-system person ids of authority `la_code` (text in, hex text out)."""
    return Hasher(key, la_code).child_keys(ids)


def map_distinct(
    values: pa.Array | pa.ChunkedArray, function: Callable[[str], str | None]
) -> pa.Array:
    """Apply `function` to each distinct text of a column; nulls stay null."""
    column = encoded(values)
    mapped = pa.array([function(text) for text in column.dictionary.to_pylist()], pa.string())
    return decoded(column.indices, mapped)


def decoded(indices: pa.Array, values: pa.Array) -> pa.DictionaryArray:
    """A column of `values` at `indices`, each value stored once; a null value gives null rows."""
    if values.null_count:
        indices = pc.if_else(values.is_null().take(indices), pa.scalar(None, pa.int32()), indices)
        values = values.fill_null("")
    return pa.DictionaryArray.from_arrays(indices, values)


def encoded(values: pa.Array | pa.ChunkedArray) -> pa.DictionaryArray:
    """A column with each distinct text stored once."""
    array = values.combine_chunks() if isinstance(values, pa.ChunkedArray) else values
    return pc.dictionary_encode(array)
