"""A release in a PostgreSQL server, for the roles that may read it.

The release is loaded into schemas of other names (`csc_new_…`), with keys, comments, views and
grants, and put in place of the last one by renaming the schemas in one transaction. A reader's
statement sees the old release or the new one; the old schemas go when nobody reads them any more.
Rows are frozen as they are loaded, so that a transaction that began before does not find the new
tables empty.
"""

from __future__ import annotations

import hashlib
import re
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from importlib.util import find_spec
from pathlib import Path
from typing import TYPE_CHECKING, Any

import duckdb

from csc_warehouse import home_settings, journal
from csc_warehouse.ask import releases
from csc_warehouse.ask.releases import Release
from csc_warehouse.errors import CscError, WrongUse, masked, told
from csc_warehouse.files import private_directory, restrict_new_files
from csc_warehouse.journal import Act
from csc_warehouse.places import Home
from csc_warehouse.readers.served_tables import (
    ROLES,
    SCHEMAS,
    ServedTable,
    ServedView,
    open_release,
    readable,
    tables,
    views,
)
from csc_warehouse.sql import literal

if TYPE_CHECKING:
    from psycopg import Connection

NEW, OLD = "csc_new_", "csc_old_"
#: What the comment of a schema of ours begins with: nothing else is ever renamed or dropped.
OURS = "csc-warehouse"
#: Of the lock that one loader holds; a number of this program's own.
_LOCK = 0x637363
#: How long an old table is waited for that somebody still reads.
_PATIENCE = "2s"
_BYTES = 1 << 20


@dataclass(frozen=True)
class Served:
    """What came of it; `left` are schemas of earlier releases that somebody still reads."""

    release_id: str
    server: str
    is_new: bool
    tables: int
    rows: int
    left: tuple[str, ...]


def after_publication(home: Home) -> list[Served]:
    """Serve the current release where the settings name a server; nothing where they name none."""
    settings = home_settings.read(home).serve
    if not settings.to:
        return []
    release_id = releases.current(home).release_id
    try:
        return [serve(home, settings.to, settings.password_file)]
    except (CscError, OSError) as error:
        kind = type(error) if isinstance(error, CscError) else CscError
        raise kind(
            f"{release_id} is published, but not served. {told(error)} `csc serve` goes on."
        ) from error


def serve(home: Home, to: str, password_file: str = "") -> Served:
    """Have the current release in the database `to` (`postgresql://user@host/database`).

    The same again changes nothing. The password is the content of a file, or libpq's own affair
    (`PGPASSFILE`). Raises WrongUse for an address that can't be used, and CscError where the server
    can't be reached or refuses, or another `csc serve` is at work there.
    """
    restrict_new_files()
    release = releases.current(home)
    with _connected(to, password_file) as server:
        if (served := served_release(server)) == release.release_id:
            left = _remove(server, OLD)
            return Served(release.release_id, _name(server), False, 0, 0, left)
        _check_schemas(server)
        _make_roles(server)
        for prefix in (NEW, OLD):  # What a killed load left, or somebody still read.
            _remove(server, prefix)
        folder = private_directory(home.work)
        with (
            open_release(release) as source,
            tempfile.TemporaryDirectory(prefix=".serving", dir=folder) as scratch,
        ):
            found = list(tables(source, release, home.dbt_scratch))
            rows = _load(server, source, release, found, Path(scratch) / "rows.csv")
            for view in views(source, release):
                _make_view(server, view)
        _grant(server)
        _swap(server)
        journal.record(
            home,
            Act.SERVING,
            about={"release": release.release_id, "server": _hash(_name(server))},
            inputs=[served] if served else [],
        )
        return Served(
            release.release_id, _name(server), True, len(found), rows, _remove(server, OLD)
        )


def take_back(home: Home) -> str | None:
    """Remove a release that the home has no more from the server of the settings; its id."""
    settings = home_settings.read(home).serve
    if not settings.to:
        return None
    with _connected(settings.to, settings.password_file) as server:
        served = served_release(server)
        if served is None or (home.published / served / "manifest.json").is_file():
            return None
        _check_schemas(server)
        with server.transaction():
            for schema in _ours(server, ""):
                server.execute(f"alter schema {schema} rename to {OLD}{schema}")
        _remove(server, OLD)
        return served


def served_release(server: Connection) -> str | None:
    """The release that the server has; None where it has none of ours."""
    if not _value(server, "select to_regclass('served.release') is not null"):
        return None
    return str(_value(server, "select release_id from served.release"))


# --- Loading --------------------------------------------------------------------------------------


def _load(
    server: Connection,
    source: duckdb.DuckDBPyConnection,
    release: Release,
    found: list[ServedTable],
    file: Path,
) -> int:
    """Make the new schemas and fill their tables; how many rows."""
    for schema in SCHEMAS:
        server.execute(f"create schema {NEW}{schema}")
        text = literal(f"{OURS}: release {release.release_id}")
        server.execute(f"comment on schema {NEW}{schema} is {text}")
    return sum(_load_table(server, source, table, file) for table in found)


def _load_table(
    server: Connection, source: duckdb.DuckDBPyConnection, table: ServedTable, file: Path
) -> int:
    """Make a table with its rows, key and comments, at once; how many rows."""
    name = f'{NEW}{table.schema}."{table.name}"'
    columns = ", ".join(
        f'"{each.name}" {each.type}{" not null" if each.is_filled else ""}'
        for each in table.columns
    )
    source.execute(
        f"copy ({table.query}) to {literal(file)} (format csv, header false, nullstr '\\N')"
    )
    with server.transaction():
        server.execute(f"create table {name} ({columns})")
        with (
            server.cursor() as cursor,
            file.open("rb") as content,
        ):
            copying = f"copy {name} from stdin (format csv, null '\\N', freeze)"
            with cursor.copy(copying) as copy:
                while part := content.read(_BYTES):
                    copy.write(part)
            rows = int(cursor.rowcount)
        if table.key:
            key = ", ".join(f'"{column}"' for column in table.key)
            server.execute(f"alter table {name} add primary key ({key})")
        _comment(server, "table", name, table)
    server.execute(f"analyze {name}")
    return rows


def _make_view(server: Connection, view: ServedView) -> None:
    """The view over the new schemas' tables: it goes with them when they are renamed."""
    definition = re.sub(rf"\b({'|'.join(SCHEMAS)})\.(?=\w)", rf"{NEW}\1.", view.definition)
    # DuckDB's other word for the same type.
    definition = re.sub(r"\bAS string\)", "AS text)", definition)
    name = f'{NEW}{view.schema}."{view.name}"'
    with server.transaction():
        server.execute(f"create view {name} as {definition}")
        _comment(server, "view", name, view)


def _comment(server: Connection, kind: str, name: str, of: ServedTable | ServedView) -> None:
    said = [f"comment on {kind} {name} is {literal(of.comment)}"]
    said += [
        f'comment on column {name}."{column.name}" is {literal(column.comment)}'
        for column in of.columns
        if column.comment
    ]
    server.execute("; ".join(said))


def _grant(server: Connection) -> None:
    """Let each role read what it may, of the new schemas; nobody else reads anything."""
    with server.transaction():
        for schema, name in _relations(server, NEW):
            for role in ROLES:
                if readable(role, schema.removeprefix(NEW), name):
                    server.execute(f"grant usage on schema {schema} to {role}")
                    server.execute(f'grant select on {schema}."{name}" to {role}')


def _swap(server: Connection) -> None:
    """Put the new schemas in the place of the old ones, in one transaction."""
    with server.transaction():
        for schema in _ours(server, ""):
            server.execute(f"alter schema {schema} rename to {OLD}{schema}")
        for schema in SCHEMAS:
            server.execute(f"alter schema {NEW}{schema} rename to {schema}")


def _remove(server: Connection, prefix: str) -> tuple[str, ...]:
    """Drop our schemas of that prefix; those that somebody still reads stay, and are named.

    A table at a time, the views first: who waits for a reader then holds nothing that the reader
    could wait for.
    """
    from psycopg.errors import LockNotAvailable

    server.execute(f"set lock_timeout = '{_PATIENCE}'")
    left = []
    for schema in _ours(server, prefix):
        try:
            for kind in ("v", "r"):
                for its_schema, name in _relations(server, schema, kind):
                    word = "view" if kind == "v" else "table"
                    if its_schema == schema:
                        server.execute(f'drop {word} if exists {schema}."{name}"')
            server.execute(f"drop schema {schema}")
        except LockNotAvailable:
            left.append(schema)
    server.execute("set lock_timeout = 0")
    return tuple(left)


# --- The server -----------------------------------------------------------------------------------


@contextmanager
def _connected(to: str, password_file: str) -> Iterator[Connection]:
    """The one loader's connection; what the server says ends as a sentence without a value."""
    if not to.startswith(("postgresql://", "postgres://")):
        raise WrongUse(
            "The server must be written postgresql://USER@HOST/DATABASE. Files go to a folder: "
            "`csc deliver`."
        )
    if find_spec("psycopg") is None:
        raise WrongUse(
            "To serve a release, csc-warehouse needs its extra `postgres`: `make postgres`, or "
            "`pip install 'csc-warehouse[postgres]'`."
        )
    import psycopg
    from psycopg.conninfo import conninfo_to_dict, make_conninfo

    try:
        address: dict[str, Any] = {
            "connect_timeout": "10",
            "application_name": "csc serve",
        } | conninfo_to_dict(to)
    except psycopg.ProgrammingError:
        raise WrongUse(
            "The address of the server can't be read: postgresql://USER@HOST:PORT/DATABASE."
        ) from None
    if "password" in address:
        raise WrongUse(
            "The address has a password in it, which everybody on this machine can read. Take it "
            "out (and change it): --password-file FILE, or libpq's PGPASSFILE."
        )
    if password_file:
        address["password"] = Path(password_file).read_text(encoding="utf-8").strip()
    try:
        with psycopg.connect(make_conninfo(**address), autocommit=True) as server:  # fmt: skip
            if not _value(server, f"select pg_try_advisory_lock({_LOCK})"):
                raise CscError(
                    "Another csc serve is at work on this database. Wait until it has ended, then "
                    "run the same command again: nothing was changed."
                )
            yield server
    except psycopg.Error as error:
        raise CscError(
            f"PostgreSQL says: {_said(error)}. The last release stays as it was served; correct "
            "that, then run the same command again."
        ) from None


def _said(error: Any) -> str:
    """The first line of what the server says, without a value; its details may quote a row."""
    said = error.diag.message_primary or str(error).strip().splitlines()[0]
    return masked(said).rstrip(".")


def _check_schemas(server: Connection) -> None:
    """Raise CscError where a schema has one of our names and is not ours."""
    there = {
        str(name)
        for (name,) in server.execute(
            "select nspname from pg_namespace where nspname = any(%s)", [list(SCHEMAS)]
        )
    }
    if strange := sorted(there - set(_ours(server, ""))):
        raise CscError(
            f"The database has schemas of its own named {', '.join(strange)}. Name another "
            "database: a release needs these names, and nothing of yours is touched."
        )


def _make_roles(server: Connection) -> None:
    """Make the roles that are missing; the database's administrator must, where we may not."""
    from psycopg.errors import InsufficientPrivilege

    there = {
        str(name)
        for (name,) in server.execute(
            "select rolname from pg_roles where rolname = any(%s)", [list(ROLES)]
        )
    }
    missing = [role for role in ROLES if role not in there]
    try:
        for role in missing:
            server.execute(f"create role {role} nologin")
    except InsufficientPrivilege:
        wanted = " ".join(f"create role {role} nologin;" for role in missing)
        raise CscError(
            f"This account may not make roles. Let the administrator of the database say: {wanted}"
        ) from None


def _ours(server: Connection, prefix: str) -> list[str]:
    """Those of our schemas that are there under that prefix, by the comment that we gave them."""
    found = server.execute(
        "select nspname from pg_namespace where nspname = any(%s) "
        "and obj_description(oid, 'pg_namespace') like %s order by nspname",
        [[f"{prefix}{schema}" for schema in SCHEMAS], f"{OURS}%"],
    )
    return [str(name) for (name,) in found]


def _relations(server: Connection, prefix: str, kind: str | None = None) -> list[tuple[str, str]]:
    """Schema and name of the tables (r) and views (v) in schemas of that prefix."""
    found = server.execute(
        "select nspname, relname from pg_class inner join pg_namespace "
        "on pg_class.relnamespace = pg_namespace.oid "
        "where starts_with(nspname, %s) and relkind = any(%s) order by 1, 2",
        [prefix, [kind] if kind else ["r", "v"]],
    )
    return [(str(schema), str(name)) for schema, name in found]


def _value(server: Connection, query: str) -> Any:
    row = server.execute(query).fetchone()
    return row[0] if row else None


def _name(server: Connection) -> str:
    """Host and database, as people call them."""
    return f"{server.info.host}:{server.info.port}/{server.info.dbname}"


def _hash(text: str) -> str:
    return hashlib.sha256(text.encode()).hexdigest()[:12]
