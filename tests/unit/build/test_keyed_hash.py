"""The function by which dbt makes the keys of records: HMAC-SHA256, as the key itself makes it."""

from __future__ import annotations

import duckdb
import pytest

from csc_warehouse.build import candidate as candidates
from csc_warehouse.lake.identity import RECORDS, IdentityKey

KEY = IdentityKey(bytes(range(32)))


@pytest.mark.parametrize("text", ["", "ssd|991|contacts|1|é 'x'", "x" * 500])
def test_the_database_hashes_as_the_key_does(text: str) -> None:
    with duckdb.connect() as connection:
        candidates._create_keyed_hash(connection, KEY)
        found = connection.execute("select keyed_hash($text)", {"text": text}).fetchone()
    assert found == (KEY.for_purpose(RECORDS).hash_text(text)[:32],)


def test_another_secret_makes_other_keys() -> None:
    made = set()
    for secret in (bytes(32), bytes(range(32))):
        with duckdb.connect() as connection:
            candidates._create_keyed_hash(connection, IdentityKey(secret))
            made.add(connection.execute("select keyed_hash('ssd|991|contacts|1')").fetchone())
    assert len(made) == 2
