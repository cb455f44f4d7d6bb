"""`csc serve` against a real PostgreSQL server: equal rows, who may read what, 20 swaps."""

from __future__ import annotations

import json
import shutil
import threading
from collections import Counter
from collections.abc import Callable, Iterator
from dataclasses import replace
from importlib.util import find_spec
from pathlib import Path
from typing import Any

import pytest

from csc_warehouse import home_settings, journal
from csc_warehouse.ask import releases
from csc_warehouse.command.handing_out import hand_out, served
from csc_warehouse.errors import CscError, WrongUse
from csc_warehouse.journal import Act
from csc_warehouse.places import Home
from csc_warehouse.readers import serving
from csc_warehouse.readers.served_tables import ROLES, ServedTable, open_release
from library.scratch_postgres import programs, running
from library.second_release import release_again

pytestmark = [
    pytest.mark.skipif(programs() is None, reason="there is no PostgreSQL server on this machine"),
    pytest.mark.skipif(find_spec("psycopg") is None, reason="no psycopg: make postgres"),
]

Address = Callable[[str], str]
#: What is swapped beside the figures: what the view of the records reads.
FEW = {"dim_child", "dim_team", "dim_date", "age_band", "code"}


@pytest.fixture(scope="module")
def home(
    done: tuple[Home, dict[str, Any]], tmp_path_factory: pytest.TempPathFactory
) -> Home:  # fmt: skip
    """The hand-made month, published, in a home that may be changed."""
    root = tmp_path_factory.mktemp("serving") / "home"
    shutil.copytree(
        done[0].root, root, symlinks=True, ignore=shutil.ignore_patterns("landing", "*.part")
    )
    return Home(root)


@pytest.fixture(scope="module")
def address() -> Iterator[Address]:
    with running() as url:
        yield url.format


@pytest.fixture(scope="module")
def tables(home: Home) -> list[ServedTable]:
    """What is served of the hand-made month."""
    release = releases.current(home)
    with open_release(release) as source:
        return list(serving.tables(source, release, home.dbt_scratch))


@pytest.fixture(scope="module")
def server(home: Home, address: Address, tables: list[ServedTable]) -> Iterator[Any]:
    """A connection to the server that has the hand-made month."""
    import psycopg

    with pytest.MonkeyPatch.context() as patched:
        patched.setattr(serving, "tables", lambda *_: tables)  # They were asked of dbt once.
        done = serving.serve(home, address("admin"))
    assert done.is_new and done.left == () and done.rows > 200_000
    with psycopg.connect(address("admin"), autocommit=True) as connection:
        yield connection


def relations(server: Any) -> set[tuple[str, str]]:
    """The tables and views of the release: schema and name."""
    found = server.execute(
        "select table_schema, table_name from information_schema.tables "
        "where table_schema not in ('information_schema', 'pg_catalog')"
    )
    return set(found.fetchall())


def test_every_table_has_the_rows_of_the_release(
    home: Home, server: Any, tables: list[ServedTable]
) -> None:
    release = releases.current(home)
    assert {(table.schema, table.name) for table in tables} | {
        ("indicators", "fct_indicator_detail")
    } == relations(server)
    with open_release(release) as source:
        for table in tables:
            name = f'{table.schema}."{table.name}"'
            counted = f"select count(*) from ({table.query}) as rows"
            count = source.execute(counted).fetchone()
            assert server.execute(f"select count(*) from {name}").fetchone() == count, name
            # Of the few long tables, which are of figures, one indicator's rows are compared.
            some = " where indicator_code = 'REF-03'" * bool(count and count[0] > 20_000)
            ours = source.execute(f"select * from ({table.query}) as rows{some}").fetchall()
            theirs = server.execute(f"select * from {name}{some}").fetchall()
            assert Counter(ours) == Counter(theirs), name
            assert ours or not some
        ours = source.execute("select * from indicators.fct_indicator_detail").fetchall()
    theirs = server.execute("select * from indicators.fct_indicator_detail").fetchall()
    assert Counter(ours) == Counter(theirs) and len(ours) > 1000
    # It is a view, as in the release, and asks the tables that stand beside it.
    (kind,) = server.execute(
        "select relkind from pg_class where oid = 'indicators.fct_indicator_detail'::regclass"
    ).fetchone()
    assert kind == "v"


def test_types_keys_and_comments_are_those_of_the_contracts(server: Any) -> None:
    columns = dict(
        server.execute(
            "select column_name, data_type || ' ' || is_nullable from information_schema.columns "
            "where table_schema = 'marts' and table_name = 'fct_referral'"
        ).fetchall()
    )
    assert columns["referral_key"] == "text NO"
    assert columns["referral_date"] == "date YES"
    assert columns["is_no_further_action"] == "boolean NO"
    keyed = server.execute(
        "select conrelid::regclass::text, pg_get_constraintdef(oid) from pg_constraint "
        "where contype = 'p'"
    ).fetchall()
    assert ("marts.fct_referral", "PRIMARY KEY (referral_key)") in keyed
    assert {f"marts.{name}" for schema, name in relations(server) if schema == "marts"} == {
        name for name, _ in keyed if name.startswith("marts.")
    }
    silent = server.execute(
        "select relname, attname from pg_attribute inner join pg_class on attrelid = pg_class.oid "
        "inner join pg_namespace on relnamespace = pg_namespace.oid "
        "where nspname in ('marts', 'indicators', 'members', 'served') and attnum > 0 "
        "and relkind in ('r', 'v') and col_description(attrelid, attnum) is null"
    ).fetchall()
    assert silent == []
    (said,) = server.execute(
        "select obj_description('indicators.rpt_indicator'::regclass)"
    ).fetchone()  # fmt: skip
    assert said.startswith("One row per ")


def test_each_role_reads_what_it_may_and_nothing_else(server: Any) -> None:
    there = relations(server)
    public = {("members", "figure"), ("served", "release")}

    def of(*schemas: str) -> set[tuple[str, str]]:
        return {each for each in there if each[0] in schemas}

    figures = {each for each in of("indicators") if each[1].startswith("rpt_")}
    may = {
        "csc_members": public,
        "csc_officers": public | of("reference") | figures,
        "csc_analysts": public | of("reference", "indicators", "marts", "dq", "ops"),
        "csc_quality": public | of("reference", "dq", "restricted"),
    }
    assert set(may) == set(ROLES)
    found = server.execute(
        "select rolname, nspname, relname from pg_class "
        "inner join pg_namespace on relnamespace = pg_namespace.oid cross join pg_roles "
        "where rolname like 'csc\\_%' and relkind in ('r', 'v') "
        "and nspname not in ('information_schema', 'pg_catalog') "
        "and has_schema_privilege(rolname, nspname, 'usage') "
        "and has_table_privilege(rolname, pg_class.oid, 'select')"
    ).fetchall()
    read = {role: {(schema, name) for who, schema, name in found if who == role} for role in may}
    assert read == may
    # Nobody but the loader writes, and who is nobody reads nothing.
    server.execute("create role somebody nologin")
    (others,) = server.execute(
        "select count(*) from pg_class inner join pg_namespace on relnamespace = pg_namespace.oid "
        "cross join pg_roles where relkind in ('r', 'v') and nspname = any(%s) and "
        "(rolname = 'somebody' and has_schema_privilege(rolname, nspname, 'usage') or "
        "rolname like 'csc\\_%%' and has_table_privilege(rolname, pg_class.oid, "
        "'insert, update, delete, truncate, references, trigger'))",
        [list(serving.SCHEMAS)],
    ).fetchone()
    assert others == 0
    # What is not for analysts has no key in it; what has the way back has no event in it.
    keys = server.execute(
        "select table_schema, table_name from information_schema.columns "
        "where column_name like '%\\_key'"
    ).fetchall()
    assert (may["csc_members"] | may["csc_officers"]) & set(keys) == set()
    assert may["csc_analysts"] & of("restricted") == set()
    assert may["csc_quality"] & of("marts", "indicators") == set()


def test_a_member_reads_the_protected_figure_and_is_refused_the_other(
    home: Home, server: Any
) -> None:
    from psycopg.errors import InsufficientPrivilege

    with server.transaction(force_rollback=True):
        server.execute("set local role csc_members")
        assert server.execute("select release_id from served.release").fetchone() == (
            releases.current(home).release_id,
        )
        hidden = server.execute(
            "select count(*) from members.figure where symbol = 'c' and value is null"
        ).fetchone()
        assert hidden[0] > 0
        for table in ("indicators.rpt_indicator", "marts.fct_referral", "restricted.child_link"):
            with pytest.raises(InsufficientPrivilege), server.transaction():
                server.execute(f"select * from {table}")


def test_the_row_of_the_release_is_seen_by_all(server: Any) -> None:
    for role in ROLES:
        with server.transaction(force_rollback=True):
            server.execute(f"set local role {role}")
            assert server.execute("select count(*) from served.release").fetchone() == (1,)


def few(tables: list[ServedTable], release_id: str, keep: int) -> list[ServedTable]:
    """Enough to swap: the release's row, `keep` rows of the figures, and what the view reads, of
    which the records are left out.
    """
    found = []
    for table in tables:
        nothing = ", ".join("null" for _ in table.columns)
        if table.schema == "internal":
            found.append(replace(table, query=f"select {nothing} limit 0"))
        elif table.name == "release":
            day = "'2022-09', date '2022-09-30', '999'"
            found.append(replace(table, query=f"select '{release_id}', {day}"))
        elif table.name == "rpt_indicator":
            found.append(replace(table, query=f"{table.query} limit {keep}"))
        elif table.name in FEW:
            found.append(replace(table, query=f"{table.query} limit 50"))
    return found


def test_readers_see_no_error_through_twenty_swaps(
    home: Home,
    server: Any,
    address: Address,
    tables: list[ServedTable],
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    import psycopg

    served_release = serving.served_release
    monkeypatch.setattr(serving, "served_release", lambda _: None)
    errors: list[str] = []
    seen: set[tuple[str, int]] = set()
    stop = threading.Event()

    def read() -> None:
        try:
            with psycopg.connect(address("admin"), autocommit=True) as reader:
                reader.execute("set role csc_analysts")
                while not stop.wait(0.02):
                    row = reader.execute(
                        "select (select release_id from served.release), "
                        "(select count(*) from indicators.rpt_indicator)"
                    ).fetchone()
                    seen.add(tuple(row or ()))
                    reader.execute(
                        "select indicator_code, count(*) from indicators.fct_indicator_detail "
                        "inner join marts.dim_child using (child_key) group by 1"
                    ).fetchall()
        except psycopg.Error as error:
            errors.append(str(error))

    readers = [threading.Thread(target=read) for _ in range(2)]
    for reader in readers:
        reader.start()
    try:
        with psycopg.connect(address("admin")) as earlier:
            # A transaction from before the swaps: what it finds then is whole, not empty.
            earlier.isolation_level = psycopg.IsolationLevel.REPEATABLE_READ
            earlier.execute("select 1")
            for number in range(1, 21):
                name = f"2022-09-{number:012}"
                made = few(tables, name, 100 + number)
                monkeypatch.setattr(serving, "tables", lambda *_, made=made: made)
                done = serving.serve(home, address("admin"))
                assert done.is_new
                assert served_release(server) == name
            rows = earlier.execute("select count(*) from indicators.rpt_indicator").fetchone()
            assert rows == (120,)
    finally:
        stop.set()
        for reader in readers:
            reader.join()
    assert errors == []
    ids = {release_id for release_id, _ in seen}
    assert len(ids) > 5 and {rows for _, rows in seen} <= {*range(101, 121), *range(10_000, 10**6)}
    # With nobody reading, nothing of the releases before is left.
    assert serving._remove(server, serving.OLD) == ()
    assert {schema for schema, _ in relations(server)} <= set(serving.SCHEMAS)


def test_a_load_that_is_killed_leaves_the_old_release_and_the_next_goes_on(
    home: Home,
    server: Any,
    address: Address,
    tables: list[ServedTable],
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    before = serving.served_release(server)
    rows = server.execute("select count(*) from indicators.rpt_indicator").fetchone()
    made = few(tables, "2022-09-killed", 7)
    monkeypatch.setattr(serving, "tables", lambda *_: made)
    with monkeypatch.context() as patched:

        def killed(connection: Any, _: Any) -> None:
            pid = connection.info.backend_pid
            server.execute("select pg_terminate_backend(%s)", [pid])
            connection.execute("select 1")

        patched.setattr(serving, "_make_view", killed)
        patched.setattr(serving, "served_release", lambda _: None)
        with pytest.raises(CscError, match=r"PostgreSQL says: .*last release stays"):
            serving.serve(home, address("admin"))
    assert serving.served_release(server) == before
    assert server.execute("select count(*) from indicators.rpt_indicator").fetchone() == rows
    assert serving._ours(server, serving.NEW) != []
    done = serving.serve(home, address("admin"))
    assert done.is_new and serving.served_release(server) == "2022-09-killed"
    assert serving._ours(server, serving.NEW) == []


def test_a_second_run_at_once_is_refused_and_the_same_again_changes_nothing(
    home: Home, server: Any, address: Address, monkeypatch: pytest.MonkeyPatch
) -> None:
    server.execute(f"select pg_advisory_lock({serving._LOCK})")
    with pytest.raises(CscError, match="Another csc serve is at work"):
        serving.serve(home, address("admin"))
    server.execute(f"select pg_advisory_unlock({serving._LOCK})")
    monkeypatch.setattr(serving, "served_release", lambda _: releases.current(home).release_id)
    again = serving.serve(home, address("admin"))
    assert not again.is_new and again.rows == 0
    assert served(again)[0].endswith("was served already; nothing changed")


def test_a_schema_of_somebody_else_is_not_touched(
    home: Home, server: Any, address: Address
) -> None:
    server.execute("create database theirs")
    try:
        import psycopg

        theirs = address("admin").replace("/postgres?", "/theirs?")
        with psycopg.connect(theirs, autocommit=True) as other:
            other.execute("create schema marts")
            other.execute("create table marts.kept (a int)")
        with pytest.raises(CscError, match="schemas of its own named marts"):
            serving.serve(home, theirs)
    finally:
        server.execute("drop database theirs with (force)")


def test_the_password_comes_from_a_file_and_is_said_nowhere(
    home: Home, server: Any, address: Address, tmp_path: Path
) -> None:
    server.execute("create role csc_loader login password 'opensesame'")
    server.execute("create database ours owner csc_loader")
    to = address("csc_loader").replace("/postgres?", "/ours?")
    secret = tmp_path / "password"

    def said(address: str, kind: type[CscError] = CscError) -> str:
        with pytest.raises(kind) as refused:
            serving.serve(home, address, str(secret))
        assert "sesame" not in str(refused.value)
        return str(refused.value)

    secret.write_text("wrong-sesame\n")
    assert "authentication failed" in said(to)
    assert "has a password in it" in said(to.replace("csc_loader@", "csc_loader:sesame@"), WrongUse)
    secret.write_text("opensesame\n")
    # It gets in; a role that is missing is the administrator's to make.
    server.execute("drop owned by csc_quality")
    server.execute("drop role csc_quality")
    assert "create role csc_quality nologin;" in said(to)
    with pytest.raises(WrongUse, match="must be written postgresql://"):
        serving.serve(home, "mysql://x")
    assert "No such file" in said("postgresql://admin@/postgres?host=/nowhere")
    lines = [line for line in journal.newest(home, 100) if line.act == Act.SERVING]
    assert lines and "sesame" not in journal.path_of(home).read_text()


def test_after_a_publication_it_is_served_and_after_a_removal_taken_back(
    home: Home,
    server: Any,
    address: Address,
    tables: list[ServedTable],
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    home_settings.path_of(home).write_text(f"[serve]\nto = {json.dumps(address('admin'))}\n")
    second = release_again(home, releases.current(home))
    made = few(tables, second, 9)
    monkeypatch.setattr(serving, "tables", lambda *_: made)
    (line,) = hand_out(home, second)
    assert f"{second} is served" in line
    assert serving.take_back(home) is None
    shutil.move(home.published / second, home.root / "gone")
    assert serving.take_back(home) == second
    assert serving.served_release(server) is None
    home.current.unlink()
    shutil.move(home.root / "gone", home.published / second)
