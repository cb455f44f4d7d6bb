"""Canaries: values like a name, an address, a number, a postcode and a sentence, to look for."""

from __future__ import annotations

import re
import sqlite3
import zipfile
from collections.abc import Iterator
from contextlib import closing
from pathlib import Path

import duckdb
import pyarrow.parquet as pq

CANARY = re.compile(
    r"quillfeather(?P<name>\d{4})"
    r"|(?P<address>\d{4})\W?marmalade"
    r"|(?<![0-9a-f])943476(?P<nhs>\d{4})(?![0-9a-f])"
    r"|qx9\W?9(?P<postcode>[a-z]{2})(?![a-z])"
    r"|(?P<text>\d{4})\W?flamingos",
    re.IGNORECASE,
)


def canaries(number: int) -> tuple[str, ...]:
    """Values of five kinds that name the column that they were planted in."""
    return (
        f"Zebedee Quillfeather{number:04}",
        f"{number:04} Marmalade Terrace",
        f"943476{number:04}",
        f"QX9 9{chr(65 + number // 26)}{chr(65 + number % 26)}",
        f"Mum said that {number:04} flamingos argued with his brother",
    )


def planted(text: str) -> set[int]:
    """The numbers of the canaries in `text`."""
    found = set()
    for match in CANARY.finditer(text):
        word = match[match.lastgroup or 0].upper()
        letters = [ord(letter) - 65 for letter in word]
        found.add(int(word) if word.isdigit() else letters[0] * 26 + letters[1])
    return found


def values(path: Path) -> Iterator[tuple[str, set[int]]]:
    """Every place in a file with the canaries in it: columns of data files, else its text."""
    if path.suffix == ".parquet":
        table = pq.ParquetFile(path).read()
        for name in table.column_names:
            yield name, planted("\n".join(map(str, set(table.column(name).to_pylist()))))
    elif path.suffix == ".duckdb":
        with duckdb.connect(str(path), read_only=True) as connection:
            # One question for all columns: to plan the view of all records takes a second.
            for schema, name, columns in connection.execute(
                "select schema_name, table_name, list(column_name) from duckdb_columns() "
                "where not internal group by all"
            ).fetchall():
                lists = ", ".join(f'list(distinct "{column}"::varchar)' for column in columns)
                row = connection.execute(f'select {lists} from "{schema}"."{name}"').fetchone()
                for column, found in zip(columns, row or (), strict=True):
                    yield f"{schema}.{name}.{column}", planted("\n".join(map(str, found or ())))
    elif zipfile.is_zipfile(path):
        with zipfile.ZipFile(path) as archive:
            for name in archive.namelist():
                yield name, planted(archive.read(name).decode("utf-8", errors="replace"))
    else:
        data = path.read_bytes()
        yield "", planted(data.decode("utf-8", errors="replace"))
        if data.startswith(b"SQLite format 3"):
            yield from _values_of_sqlite(path)


def _values_of_sqlite(path: Path) -> Iterator[tuple[str, set[int]]]:
    """By table: a long text lies in pieces on pages of the file."""
    with closing(sqlite3.connect(f"file:{path}?mode=ro", uri=True)) as connection:
        tables = connection.execute("select name from sqlite_master where type = 'table'")
        for (name,) in tables.fetchall():
            rows = connection.execute(f'select * from "{name}"').fetchall()
            texts = (
                value.decode("utf-8", errors="replace") if isinstance(value, bytes) else str(value)
                for row in rows
                for value in row
            )
            yield name, planted("\n".join(texts))
