"""A new key: the same figures, no key of before, the months that follow go on, killed or not."""

from __future__ import annotations

import errno
import json
import shutil
from datetime import date
from pathlib import Path
from typing import Any

import duckdb
import pyarrow.parquet as pq
import pytest
from typer.testing import CliRunner

from csc_warehouse import journal, lake, quality
from csc_warehouse.ask import releases
from csc_warehouse.command.cli import app
from csc_warehouse.errors import CscError, WrongUse
from csc_warehouse.intake import landing
from csc_warehouse.lake import persons
from csc_warehouse.lake.identity import load_key
from csc_warehouse.places import Home
from csc_warehouse.privacy import erasure, rekeying
from csc_warehouse.quality import decisions
from csc_warehouse.run_month import steps
from library.crashes import dying_at_fsync
from library.hand_month import drop_hand_month as drop

LA, MONTH, NEXT = "999", "2022-09", "2022-10"
FIGURES = "select * from indicators.rpt_indicator order by all"
#: An issue without its keys.
ISSUES = (
    "select rule_id, la_code, table_name, column_name, first_seen_month, opened_month, state, "
    "owner_team, count(*) from dq.issue {} group by all order by all"
)


def asked(database: Path, sql: str) -> list[tuple[Any, ...]]:
    with duckdb.connect(str(database), read_only=True) as connection:
        return connection.execute(sql).fetchall()


def keys_of(release: Path) -> set[str]:
    """Every value of a key and of a load's id in a release's databases."""
    found: set[str] = set()
    for name in ("analyst.duckdb", "restricted.duckdb"):
        with duckdb.connect(str(release / name), read_only=True) as connection:
            for schema, table, column in connection.execute(
                "select schema_name, table_name, column_name from duckdb_columns() where not "
                "internal and (column_name like '%\\_key' escape '\\' or column_name = 'load_id')"
            ).fetchall():
                sql = f'select distinct "{column}"::varchar from "{schema}"."{table}"'
                found |= {text for (text,) in connection.execute(sql).fetchall() if text}
    return found


def stored(home: Home) -> dict[str, bytes]:
    """Every file of a home but locks, by its path."""
    return {
        path.relative_to(home.root).as_posix(): path.read_bytes()
        for path in sorted(home.root.rglob("*"))
        if path.is_file() and not path.is_symlink() and "lock" not in path.name
        if path.name != ".at_work"
    }


def few_tables(home: Home, month: str) -> Path:
    """Drop tables of the hand-made month with a person, a worker and a postcode."""
    folder = drop(home, month)
    for path in folder.iterdir():
        if path.stem not in ("ssd_person", "ssd_cin_episodes", "ssd_cla_placement"):
            path.unlink()
    return folder


@pytest.fixture
def landed(tmp_path: Path) -> Home:
    """A home with some of the hand-made month landed, somebody erased, something put aside."""
    home = Home(tmp_path / "landed")
    folder = few_tables(home, MONTH)
    (folder / "remarks.csv").write_text("what,who\nfor the file,P02\n")
    landing.land(home, LA, MONTH, settle_seconds=0)
    erasure.erase(home, LA, "P01", "a test")
    return home


def test_the_release_is_the_same_but_for_its_keys_and_the_next_month_goes_on(
    done: tuple[Home, dict[str, Any]], tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    home = Home(tmp_path / "home")
    shutil.copytree(done[0].root, home.root, symlinks=True)
    old = done[0].current.resolve()
    ((issue,),) = asked(old / "analyst.duckdb", "select min(issue_key) from dq.issue")
    quality.decide(
        home, LA, MONTH, [issue], accepted_until=date(2023, 4, 1), reason="known", accepted_by="A"
    )

    def dies(*_: object) -> None:
        raise KeyboardInterrupt

    # Killed when half of it stands in its places.
    with monkeypatch.context() as patched, pytest.raises(KeyboardInterrupt):
        patched.setattr(rekeying, "_remove_before", dies)
        rekeying.rekey(home)
    with pytest.raises(CscError, match="run `csc rekey`"):
        steps.land(home, LA, MONTH)
    answer = CliRunner(env={"CSC_HOME": str(home.root)}).invoke(app, ["rekey", "--yes"])
    assert answer.exit_code == 0

    new = releases.current(home)
    assert [path.name for path in home.published.iterdir() if not path.is_symlink()] == [
        new.release_id
    ]
    assert asked(new.analyst_db, FIGURES) == asked(old / "analyst.duckdb", FIGURES)
    keys = keys_of(old)
    assert len(keys) > 500
    # Rows about the authority itself have its code for a key.
    assert keys_of(new.path) & keys == {LA}
    line = journal.newest(home, 1)[0]
    assert (line.act, line.about["release"]) == ("rekey", new.release_id)
    assert journal.verify(home).fault is None
    accepted = ISSUES.format("where state = 'accepted'")
    (known,) = asked(new.analyst_db, accepted)
    assert known[-1] == 1
    assert "A" in str(asked(new.analyst_db, "select accepted_by from dq.issue_decision"))

    # The same files are the same load, and each issue of the month after is one of this month.
    loads = lake.all_manifests(home)
    landing.land(home, LA, MONTH, settle_seconds=0)
    assert lake.all_manifests(home) == loads
    drop(home, NEXT)
    steps.run_month(home, [LA], NEXT, accept="a test", accepted_by="a test")
    after = releases.current(home)
    assert after.manifest["month"] == NEXT
    assert asked(after.analyst_db, accepted) == [known]
    first_seen = dict(
        asked(after.analyst_db, "select first_seen_month, count(*) from dq.issue group by all")
    )
    assert first_seen[MONTH] == len(asked(new.analyst_db, "select 1 from dq.issue"))


def test_every_hash_of_the_lake_is_hashed_again_and_an_erased_person_stays_away(
    landed: Home,
) -> None:
    (before,) = lake.all_manifests(landed)
    old = load_key(landed, create=False)
    rows = {path.parents[2].name: pq.ParquetFile(path).read().to_pylist()
            for path in landed.lake.glob("ssd/*/*/*/*.parquet")}  # fmt: skip
    done = rekeying.rekey(landed)
    (after,) = lake.all_manifests(landed)
    key = load_key(landed)
    assert (done.key_before, done.key_id) == (old.key_id, key.key_id)
    assert after.key_id == key.key_id != old.key_id
    assert after.load_id != before.load_id
    assert (after.rows_in, after.rows_kept, after.rows_erased) == (
        before.rows_in,
        before.rows_kept,
        before.rows_erased,
    )
    assert [path.name for path in landed.quarantine.iterdir()] == [after.load_id]
    renamed = 0
    for path in landed.lake.glob("ssd/*/*/*/*.parquet"):
        now = pq.ParquetFile(path).read().to_pylist()
        for one, other in zip(rows.pop(path.parents[2].name), now, strict=True):
            for name, value in one.items():
                if value is not None and len(str(value)) == 64:
                    assert other[name] == key.newest.hash_text(value)
                    renamed += 1
                elif name != "_load_id":
                    assert other[name] == value
    assert rows == {}
    assert renamed > 50
    few_tables(landed, NEXT)
    (again,) = landing.land(landed, LA, NEXT, settle_seconds=0)
    assert again.rows_erased > 0
    assert persons.erased_keys(landed, LA) == {key.hash_text(f"{LA}|P01")}
    # A second change goes on from the first.
    rekeying.rekey(landed)
    assert landing.land(landed, LA, NEXT, settle_seconds=0) == [
        load for load in lake.all_manifests(landed) if load.extract_month == NEXT
    ]


def test_a_crash_at_any_point_has_changed_nothing_or_is_brought_to_its_end(
    landed: Home, tmp_path: Path
) -> None:
    untouched = stored(landed)
    key_id = load_key(landed).key_id
    crashes, whole = 0, 0
    while True:
        home = Home(tmp_path / f"crash{crashes}")
        shutil.copytree(landed.root, home.root)
        try:
            with dying_at_fsync(crashes):
                rekeying.rekey(home)
            break
        except KeyboardInterrupt:
            pass
        if not lake.is_whole(home):
            whole += 1
            with pytest.raises(CscError, match="broken off"):
                lake.all_manifests(home)
            rekeying.rekey(home)
            assert load_key(home).key_id != key_id
        elif load_key(home).key_id == key_id:
            assert stored(home) == untouched
        (load,) = lake.all_manifests(home)
        assert load.key_id == load_key(home).key_id
        assert {path.stem for path in home.lake.glob("ssd/*/*/*/*.parquet")} == {load.load_id}
        assert not (home.rekeyed.exists() or home.rekey_plan.exists())
        assert not list(home.root.rglob("*.part"))
        shutil.rmtree(home.root)
        crashes += 1
    assert crashes > whole > 8


@pytest.mark.parametrize("left", ["the folder", "a file"])
def test_a_removal_that_stops_anywhere_is_brought_to_its_end(
    landed: Home, monkeypatch: pytest.MonkeyPatch, left: str
) -> None:
    """The last is to remove what was made: a full disk there must not cost a second key."""
    remove = shutil.rmtree

    def stops(path: Path, *arguments: Any, **options: Any) -> None:
        if path != landed.rekeyed:
            remove(path, *arguments, **options)
            return
        for each in path.iterdir():
            if each.is_dir() and left == "the folder":
                remove(each)
            elif each.is_file():
                each.unlink()
        raise OSError(errno.ENOSPC, "no space")

    with monkeypatch.context() as patched:
        patched.setattr(shutil, "rmtree", stops)
        with pytest.raises(OSError, match="no space"):
            rekeying.rekey(landed)
    key_id = load_key(landed).key_id
    with pytest.raises(CscError, match="broken off"):
        lake.heads(landed)
    assert rekeying.rekey(landed).key_id == key_id == load_key(landed).key_id
    assert lake.is_whole(landed)
    assert len(lake.all_manifests(landed)) == 1


def test_it_asks_first_and_a_dry_run_changes_nothing(landed: Home) -> None:
    before = stored(landed)
    csc = CliRunner(env={"CSC_HOME": str(landed.root)})
    said = csc.invoke(app, ["rekey", "--dry-run", "--json"])
    assert json.loads(said.stdout)["loads"] == 1
    assert isinstance(csc.invoke(app, ["rekey"]).exception, WrongUse)
    assert stored(landed) == before


def test_without_a_lake_there_is_no_key_to_change(tmp_path: Path) -> None:
    with pytest.raises(WrongUse, match="Nothing has ever landed"):
        rekeying.rekey(Home(tmp_path))


def test_nothing_is_decided_while_the_key_is_half_changed(landed: Home) -> None:
    landed.rekeyed.mkdir(parents=True)
    with pytest.raises(CscError, match="broken off"):
        decisions.decide(
            landed, LA, MONTH, ["x"], accepted_until=date(2023, 4, 1), reason="r", accepted_by="A"
        )
