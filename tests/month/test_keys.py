"""No key of a release is a plain hash: who knows every id of the case system finds none of them."""

from __future__ import annotations

import csv
import hashlib
from collections.abc import Iterable, Iterator
from pathlib import Path
from typing import Any

import duckdb

from csc_warehouse.lake import declarations
from csc_warehouse.lake.identity import load_key
from csc_warehouse.places import DBT_PROJECT, Home

LA, MONTH = "999", "2022-09"
THINGS = sorted(
    path.stem.removeprefix("int_").removesuffix("_conformed")
    for path in (DBT_PROJECT / "models/intermediate/conformed").glob("*_conformed.sql")
)
#: A text as short as a code stands in columns of codes by chance.
SHORTEST = 6


def ids_of(home: Home) -> Iterator[tuple[str, str, str | None]]:
    """Each id of the extract with its source and the person of its row, if there is one."""
    for folder in sorted((home.landing / LA / MONTH).iterdir()):
        declared = {table.name: table for table in declarations.load_source(folder.name).tables}
        for path in folder.glob("*.csv"):
            table = declared.get(path.stem)
            if table is None:
                continue
            kinds = {column.name: column.kind for column in table.delivered}
            person = next(iter(table.person_columns), None)
            with path.open(encoding="utf-8-sig", newline="") as file:
                for row in csv.DictReader(file):
                    for name, value in row.items():
                        is_id = name.endswith("_id") or kinds.get(name) in ("person", "worker")
                        if is_id and value:
                            yield folder.name, value, row.get(person) if person else None


def messages(home: Home) -> set[str]:
    """What somebody who knows the ids, and reads the children's keys, would try a hash of."""
    key = load_key(home, create=False)
    tried: set[str] = set()
    for source, raw, person in set(ids_of(home)):
        child = key.hash_text(f"{LA}|{person}") if person else None
        tried |= {
            raw,
            f"{LA}|{raw}",
            f"worker|{LA}|{raw}",
            f"{source}|{raw}",
            f"{source}|{LA}|{raw}",
        }
        for things in THINGS:
            record = f"{source}|{LA}|{things}|{raw}"
            unknown = hashlib.md5(record.encode(), usedforsecurity=False).hexdigest()
            tried |= {record, f"{record}|{child}", f"{record}|unknown-{unknown}"}
    return tried


#: A message as it may be spelled: itself, its plain hashes, whole or cut, as text or as a number.
HEX = ("md5(message)", "sha1(message)", "sha256(message)")
SPELLINGS = (
    "message",
    "hash(message)::varchar",
    "md5_number(message)::varchar",
    *HEX,
    *(f"upper({each})" for each in HEX),
    *(f"left({each}, {digits})" for each in HEX for digits in (12, 16, 32)),
    *(f"('0x' || left({each}, 16))::ubigint::varchar" for each in HEX),
)


def found(database: Path, tried: Iterable[str]) -> list[str]:
    """The columns of a database in which one of the messages stands in one of the spellings."""
    places: dict[str, set[str]] = {}
    with duckdb.connect(str(database), read_only=True) as connection:
        for schema, table, columns in connection.execute(
            "select schema_name, table_name, list(column_name) from duckdb_columns() "
            "where not internal and data_type in ('VARCHAR', 'BIGINT', 'UBIGINT', 'HUGEINT', "
            "'UHUGEINT') group by all"
        ).fetchall():
            # One question for all columns of a table: planning takes longer than asking.
            lists = ", ".join(f'list(distinct "{column}"::varchar)' for column in columns)
            row = connection.execute(f'select {lists} from "{schema}"."{table}"').fetchone()
            for column, values in zip(columns, row or (), strict=True):
                for value in values or ():
                    text = (value or "").removeprefix("unknown-")
                    if len(text) >= SHORTEST:
                        places.setdefault(text, set()).add(f"{schema}.{table}.{column}")
    with duckdb.connect() as connection:
        connection.execute("create table tried as select unnest($m) as message", {"m": list(tried)})
        spelled = " union all ".join(f"select {each} from tried" for each in SPELLINGS)
        known = {spelling for (spelling,) in connection.execute(spelled).fetchall()}
    return sorted({place for text in places.keys() & known for place in places[text]})


def test_no_id_is_found_in_a_release_by_its_hash(
    done: tuple[Home, dict[str, Any]], tmp_path: Path
) -> None:
    home = done[0]
    tried = messages(home)
    assert len(tried) > 10_000
    assert found(home.current / "analyst.duckdb", tried) == []
    # The keys as they would be without a key of ours: each contact is found.
    planted = tmp_path / "planted.duckdb"
    with duckdb.connect(str(planted)) as connection:
        connection.execute(
            f"attach '{home.current / 'restricted.duckdb'}' as restricted (read_only)"
        )
        connection.execute(
            "create table fct_contact as "
            f"select md5(concat_ws('|', 'ssd', '{LA}', 'contacts', record_id, child_key)) as "
            "contact_key from restricted.record_link where table_name = 'int_contacts_conformed'"
        )
        assert connection.execute("select count(*) > 5 from fct_contact").fetchone() == (True,)
    assert found(planted, tried) == ["main.fct_contact.contact_key"]
