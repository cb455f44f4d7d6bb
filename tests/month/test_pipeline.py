"""The road as its users walk it: the same input twice, a corrected month, a crash, wrong input."""

from __future__ import annotations

import csv
import json
import random
import shutil
import signal
import subprocess
import sys
import time
from pathlib import Path
from typing import Any

import duckdb
import pytest

from csc_warehouse import journal, quality
from csc_warehouse.ask import releases
from csc_warehouse.command.cli import main
from csc_warehouse.errors import CscError, DataRefused, WrongUse
from csc_warehouse.files import sha256_of
from csc_warehouse.places import Home
from csc_warehouse.run_month import steps
from csc_warehouse.shortcuts import SETTING
from library.built import built
from library.hand_month import drop_hand_month as drop
from library.places import HAND_MONTH_FILES, PROJECT, SHARED

CHECKER = SHARED / "check_release.py"
LA, MONTH, NEXT = "999", "2022-09", "2022-10"


def rewrite(path: Path, change: Any) -> None:
    """Pass the data rows of a CSV (lists of fields) through `change` and write them back."""
    with path.open(encoding="utf-8", newline="") as file:
        header, *rows = list(csv.reader(file))
    with path.open("w", encoding="utf-8", newline="") as file:
        csv.writer(file).writerows([header, *change(rows)])


def table(database: Path, sql: str) -> list[tuple[Any, ...]]:
    with duckdb.connect(str(database), read_only=True) as connection:
        return connection.execute(sql).fetchall()


INDICATORS = "select * exclude (as_at_date) from indicators.rpt_indicator order by all"


@pytest.fixture
def copied(done: tuple[Home, dict[str, Any]], tmp_path: Path) -> Home:
    """A home of the test's own that looks like `done`."""
    shutil.copytree(done[0].root, tmp_path / "home", symlinks=True)
    return Home(tmp_path / "home")


def test_the_journal_tells_of_the_month(done: tuple[Home, dict[str, Any]]) -> None:
    home = done[0]
    lines = journal.newest(home, 9)
    assert [line.act for line in lines] == ["load", "settings changed", "release"]
    assert lines[2].about["release"] == done[1]["release_id"]
    assert lines[2].inputs == (lines[0].outputs[0],)
    assert lines[2].outputs == (sha256_of(home.current / "manifest.json"),)
    assert journal.verify(home).fault is None


def test_what_a_killed_publication_left_goes_and_what_it_did_not_tell_is_told(
    copied: Home, done: tuple[Home, dict[str, Any]]
) -> None:
    """It was killed when the release stood: `make faults` does it at each operation."""
    release_id = done[1]["release_id"]
    (copied.work / release_id / "copy").mkdir(parents=True)
    (copied.published / ".current.m0.1.part").symlink_to(release_id)
    for path in (copied.root / "journal").iterdir():
        path.unlink()
    for _ in range(2):
        assert steps.publish(copied, ["999"], MONTH)["already_published"]
        assert not (copied.work / release_id).exists()
        assert {path.name for path in copied.published.iterdir()} == {release_id, "current"}
        assert [line.act for line in journal.newest(copied, 9)] == ["settings changed", "release"]


def test_a_release_keeps_its_contracts(done: tuple[Home, dict[str, Any]]) -> None:
    if not CHECKER.is_file():
        pytest.skip("check_release.py is not at hand: the contracts of a release are not checked")
    found = subprocess.run(
        [sys.executable, str(CHECKER), done[1]["path"]], capture_output=True, text=True, check=False
    )
    assert found.returncode == 0, found.stdout


def test_manifest_names_the_loads_the_rows_and_every_file(
    done: tuple[Home, dict[str, Any]],
) -> None:
    published = releases.current(done[0])
    manifest = published.manifest
    assert manifest["month"] == MONTH
    assert manifest["as_at_date"] == "2022-09-30"
    assert manifest["la_codes"] == [LA]
    ((rows,),) = table(published.analyst_db, "select count(*) from marts.fct_referral")
    assert manifest["tables"]["marts.fct_referral"] == rows > 0


def test_everything_is_private(done: tuple[Home, dict[str, Any]]) -> None:
    home = done[0]
    open_to_others = [
        path
        for path in home.root.rglob("*")
        if not path.is_symlink()
        and home.landing not in (path, *path.parents)
        and path.stat().st_mode & 0o077
    ]
    assert open_to_others == []


def test_the_same_input_again_changes_nothing(done: tuple[Home, dict[str, Any]]) -> None:
    home, first = done
    before = {path: path.stat().st_mtime_ns for path in home.published.rglob("*")}
    again = steps.run_month(home, [LA], MONTH)
    assert again["already_published"]
    assert again["release_id"] == first["release_id"]
    after = {path: path.stat().st_mtime_ns for path in home.published.rglob("*")}
    assert {path: after[path] for path in before if path != home.current} == {
        path: before[path] for path in before if path != home.current
    }


def everything(database: Path) -> dict[str, list[tuple[Any, ...]]]:
    """Every row of every table, but for the seconds that each model took."""
    tables = table(
        database,
        "select schema_name || '.' || table_name from duckdb_tables() order by all",
    )
    return {
        name: table(
            database,
            f"select {'* exclude (seconds)' if name == 'ops.model_run' else '*'} from {name} "
            "order by all",
        )
        for (name,) in tables
    }


@pytest.mark.slow
def test_a_damaged_release_is_made_again_the_same_by_single_steps_in_the_plain_ways(
    done: tuple[Home, dict[str, Any]], copied: Home
) -> None:
    """The same rows and views: of `csc run` in its two processes with every shortcut, and of one
    step after another, as Airflow does it, with none. Also that damage is noticed.
    """
    usual = releases.current(copied)
    (usual.path / "indicators.xlsx").write_text("cut off")
    with pytest.raises(CscError, match=r"indicators\.xlsx was changed"):
        releases.current(copied)
    left_by_a_killed_run = copied.published / ".2020-01-before-an-upgrade.partial"
    left_by_a_killed_run.mkdir()
    single = "check_raw build_staging check_staging build_star check_marts publish"
    code = (
        "from pathlib import Path\n"
        "from csc_warehouse.places import Home\n"
        "from csc_warehouse.run_month import steps\n"
        f"for step in '{single}'.split():\n"
        f"    done = getattr(steps, step)(Home(Path({str(copied.root)!r})), ['{LA}'], '{MONTH}')\n"
        "assert not done['already_published']\n"
    )
    subprocess.run(
        [sys.executable, "-c", code], env=environment(copied) | {SETTING: "none"}, check=True
    )
    plain = releases.current(copied)
    assert plain.release_id == usual.release_id == done[1]["release_id"]
    assert not left_by_a_killed_run.exists()
    expected = everything(Path(done[1]["analyst_database"]))
    assert len(expected) > 100
    assert everything(plain.analyst_db) == expected
    views = "select schema_name, view_name, sql from duckdb_views() where not internal order by all"
    macros = (
        "select schema_name, function_name, parameters, macro_definition from duckdb_functions() "
        "where not internal order by all"
    )
    for definitions in (views, macros):
        found = table(plain.analyst_db, definitions)
        assert found == table(Path(done[1]["analyst_database"]), definitions) != []


def run_and_send(home: Home, moment: str, sent: signal.Signals) -> tuple[int, str]:
    """`csc run` of the next month, sent a signal once it says `moment`: its exit code and words.

    Both its processes have ended soon after the signal: the work that is left takes a minute.
    """
    if not (home.landing / LA / NEXT).exists():
        drop(home, NEXT)
    command = [
        sys.executable, "-c", "from csc_warehouse.command.cli import main; main()",
        "run", "--la", LA, "--month", NEXT,
    ]  # fmt: skip
    with subprocess.Popen(
        command, stderr=subprocess.PIPE, text=True, env=environment(home)
    ) as process:
        assert process.stderr is not None
        said = ""
        for line in process.stderr:
            said += line
            if moment in line:
                time.sleep(0.3)
                process.send_signal(sent)
                break
        asked = time.monotonic()
        said += process.stderr.read()  # to its end: the other process has it open too
        assert time.monotonic() - asked < 20
    return process.returncode, said


@pytest.mark.slow
def test_a_run_that_is_stopped_or_killed_leaves_nothing_half_done_and_runs_again(
    copied: Home,
) -> None:
    """At four moments, one after the other, on what the one before has left.

    `make faults` kills at every operation on a file.
    """
    first = releases.current(copied).release_id
    for moment, sent in (
        ("landing", signal.SIGINT),
        ("building the records", signal.SIGKILL),
        ("building the star", signal.SIGINT),
        ("publishing", signal.SIGKILL),
    ):
        code, said = run_and_send(copied, moment, sent)
        if sent == signal.SIGINT:
            assert code == 130
            assert said.endswith("Stopped. Nothing is half done: run the same command again.\n")
            assert "Traceback" not in said
        else:
            assert code == -signal.SIGKILL
        assert releases.current(copied).release_id == first
    asked = "select as_at_date from marts.dim_authority"
    with duckdb.connect(str(copied.current / "analyst.duckdb"), read_only=True) as reader:
        # Readers keep what they have open while a release is switched in.
        before = reader.execute(asked).fetchone()
        summary = steps.run_month(copied, [LA], NEXT)
        assert reader.execute(asked).fetchone() == before
    assert table(copied.current / "analyst.duckdb", asked) != [before]
    assert releases.current(copied).release_id == summary["release_id"]
    assert not any(copied.published.glob(".*.partial"))


def test_a_past_month_is_a_release_and_current_stays_newest(copied: Home) -> None:
    first = releases.current(copied)
    drop(copied, "2022-08")
    past = steps.run_month(copied, [LA], "2022-08")
    assert not past["already_published"]
    assert releases.current(copied).release_id == first.release_id
    assert releases.find(copied, past["release_id"]) is not None


def test_a_corrected_month_is_a_new_release_and_the_one_before_stays(
    corrected: tuple[Home, releases.Release, releases.Release],
) -> None:
    home, first, second = corrected
    assert second.release_id != first.release_id
    assert releases.current(home) == second
    assert second.manifest["month"] == first.manifest["month"] == MONTH
    before, after = (
        table(each.analyst_db, "select referral_date from marts.fct_referral order by all")
        for each in (first, second)
    )
    assert after != before
    assert releases.find(home, first.release_id) is not None


def test_a_critical_failure_keeps_the_old_release_until_somebody_accepts(
    copied: Home, monkeypatch: pytest.MonkeyPatch
) -> None:
    first = releases.current(copied)
    drop(copied, NEXT)
    monkeypatch.setattr(quality, "critical_failures", lambda _: ["rule x: 9 of 10 records (owner)"])
    with pytest.raises(DataRefused, match="rule x: 9 of 10 records"):
        steps.run_month(copied, [LA], NEXT)
    assert releases.current(copied).release_id == first.release_id
    accepted = steps.publish(copied, [LA], NEXT, "known and harmless", "A. Reviewer")
    overview = Path(accepted["report"]).parent / "officers" / "index.html"
    assert "known and harmless (accepted by A. Reviewer)" in overview.read_text(encoding="utf-8")
    manifest = releases.current(copied).manifest
    assert manifest["release_id"] == accepted["release_id"]
    assert manifest["data_quality"]["accepted"] == {
        "reason": "known and harmless",
        "by": "A. Reviewer",
    }


def environment(home: Home) -> dict[str, str]:
    import os

    return {
        **os.environ,
        "CSC_HOME": str(home.root),
        "PYTHONPATH": str(PROJECT / "src"),
        "PYTHONWARNINGS": "ignore",
    }


def test_a_late_authority_keeps_its_last_load_and_is_marked_stale(copied: Home) -> None:
    shutil.rmtree(copied.landing / LA)
    drop(copied, NEXT, "998")
    analyst_db = built(copied, None, NEXT).analyst_db
    rows = table(
        analyst_db,
        "select la_code, as_at_date::varchar, is_stale from marts.dim_authority order by la_code",
    )
    assert rows == [("998", "2022-10-31", False), ("999", "2022-09-30", True)]
    late = table(
        analyst_db,
        "select la_code, table_name from dq.expectation_result "
        "where rule_id = 'raw.load.late' and failed > 0 order by all",
    )
    assert late == [("999", "ssd")]


def test_steps_in_the_wrong_order_name_the_command_to_run(copied: Home) -> None:
    drop(copied, NEXT)
    steps.land(copied, LA, NEXT)
    with pytest.raises(CscError, match="csc check --gate raw --month 2022-10"):
        steps.build_staging(copied, [LA], NEXT)
    steps.check_raw(copied, [LA], NEXT)
    with pytest.raises(CscError, match="csc build --month 2022-10"):
        steps.check_staging(copied, [LA], NEXT)
    with pytest.raises(CscError, match="csc check --gate marts --month 2022-10"):
        steps.publish(copied, [LA], NEXT)


def test_nothing_landed_is_refused_with_the_place(tmp_path: Path) -> None:
    with pytest.raises(DataRefused, match=r"landing"):
        steps.run_month(Home(tmp_path), None, MONTH)
    with pytest.raises(WrongUse, match="2022-09"):
        steps.run_month(Home(tmp_path), None, "September")


@pytest.fixture(scope="module")
def changed(done: tuple[Home, dict[str, Any]], tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The star of the hand-made month of two authorities: 998's rows are shuffled, and 999 calls
    its child P10 by the id P12.
    """
    home = Home(tmp_path_factory.mktemp("changed"))
    # Where the rules themselves read the order of rows (the last of two versions, the later of two
    # observations of one day), shuffling is another input.
    ordered = {"ssd_care_leavers"} | {
        f"ssd_{name.split('_')[1]}"
        for (name,) in table(
            done[0].current / "analyst.duckdb",
            "select distinct table_name from dq.failing_record where rule_id like '%two_versions'",
        )
    }
    shuffled = [
        path
        for path in drop(home, MONTH, "998").glob("*.csv")
        if not path.stem.startswith(tuple(ordered))
    ]
    assert len(shuffled) > 5
    for path in shuffled:
        rewrite(path, lambda rows: random.Random(5).sample(rows, len(rows)))
    for path in drop(home).glob("*.csv"):
        gone = "P10" if path.stem == "ssd_person" else None
        rewrite(
            path,
            lambda rows, gone=gone: [
                ["P12" if field == "P10" else field for field in row]
                for row in rows
                if row[0] != gone
            ],
        )
    return built(home, None, MONTH).analyst_db


def test_shuffled_rows_give_the_same_numbers(
    done: tuple[Home, dict[str, Any]], changed: Path
) -> None:
    columns = (
        "indicator_code, period_type, period_end_date, breakdown, breakdown_value, "
        "numerator, denominator, value, lower_bound, upper_bound"
    )
    shown = table(
        changed,
        f"select {columns} from indicators.rpt_indicator where la_code = '998' order by all",
    )
    usual = Path(done[1]["analyst_database"])
    assert shown == table(usual, f"select {columns} from indicators.rpt_indicator order by all")


def test_a_merged_id_makes_one_history(done: tuple[Home, dict[str, Any]], changed: Path) -> None:
    """P10 was referred on 30 June, P12 on 30 September; then the two turn out to be one child."""
    counts = (
        "select numerator, denominator, "
        f"(select count(*) from marts.dim_child where la_code = '{LA}'), "
        f"(select count(*) from marts.fct_referral where la_code = '{LA}') "
        f"from indicators.rpt_indicator where la_code = '{LA}' "
        "and indicator_code = 'REF-03' and period_type = 'month' "
        "and period_end_date = '2022-09-30' and breakdown = 'all'"
    )
    ((again, referred, children, referrals),) = table(Path(done[1]["analyst_database"]), counts)
    assert (again, referred) == (3, 6)
    assert table(changed, counts) == [(4, 6, children - 1, referrals)]


# --------------------------------------------------------------------------------- the command


def run_csc(
    home: Home, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch, *words: str
) -> tuple[int, str, str]:
    """Exit code, output and messages of `csc words`."""
    monkeypatch.setenv("CSC_HOME", str(home.root))
    monkeypatch.setattr(sys, "argv", ["csc", *words])
    with pytest.raises(SystemExit) as ended:
        main()
    out, err = capsys.readouterr()
    return int(ended.value.code or 0), out, err


def test_csc_indicator_and_explain_open_a_number_to_its_rows(
    done: tuple[Home, dict[str, Any]],
    capsys: pytest.CaptureFixture[str],
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    code, out, _ = run_csc(
        done[0], capsys, monkeypatch, "indicator", "REF-01", "--period", "month", "--json"
    )
    assert code == 0
    value = json.loads(out)["values"][-1]
    code, out, _ = run_csc(
        done[0], capsys, monkeypatch, "explain", "REF-01", "--period", "month", "--json"
    )
    assert code == 0
    records = json.loads(out)["records"]
    assert len(records) == value["numerator"]
    # A release has a number for the file; who corrects has its name.
    restricted_db = done[0].current / "restricted.duckdb"
    with duckdb.connect(str(restricted_db), read_only=True) as connection:
        names = dict(connection.execute("select source_file, file_name from file_link").fetchall())
    name = names[records[0]["source_file"]]
    lines = (HAND_MONTH_FILES / name).read_text(encoding="utf-8-sig").splitlines()
    assert 2 <= records[0]["row_number"] <= len(lines)


def test_csc_exit_codes(
    done: tuple[Home, dict[str, Any]],
    tmp_path: Path,
    capsys: pytest.CaptureFixture[str],
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    home = done[0]
    assert run_csc(home, capsys, monkeypatch, "report", "--json")[0] == 0
    code, _, err = run_csc(home, capsys, monkeypatch, "run", "--la", "999", "--month", "2030-01")
    assert code == 1
    assert "2030-01" in err
    code, _, err = run_csc(home, capsys, monkeypatch, "indicator", "NO-99")
    assert code == 2
    assert "NO-99" in err
    assert run_csc(home, capsys, monkeypatch, "run")[0] == 2
    assert run_csc(home, capsys, monkeypatch, "nonsense")[0] == 2
    code, _, err = run_csc(
        home, capsys, monkeypatch, "publish", "--month", MONTH, "--accept", "because"
    )
    assert code == 2
    assert "--by" in err
    code, _, err = run_csc(Home(tmp_path), capsys, monkeypatch, "report")
    assert code == 3
    assert "csc run" in err


def test_csc_issues_lists_open_failures_by_rule(
    done: tuple[Home, dict[str, Any]],
    capsys: pytest.CaptureFixture[str],
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    code, out, _ = run_csc(done[0], capsys, monkeypatch, "issues", "--json")
    assert code == 0
    rows = json.loads(out)["issues"]
    assert rows
    assert {"rule_id", "owner", "records"} <= set(rows[0])


def test_every_breakdown_that_a_record_has_is_reported(done: tuple[Home, dict[str, Any]]) -> None:
    """Which breakdowns an indicator can have is read from its SQL: none may be overlooked."""
    with duckdb.connect(str(done[0].current / "analyst.duckdb"), read_only=True) as connection:
        (names,) = connection.execute("select list(breakdown) from reference.breakdown").fetchall()[
            0
        ]
        counts = ", ".join(f"count({name}) as {name}" for name in names)
        given = connection.execute(
            f"""
            select indicator_code, breakdown
            from (
                unpivot (
                    select indicator_code, {counts}
                    from indicators.fct_indicator_detail as detail
                    inner join reference.indicator using (indicator_code)
                    inner join reference.aggregation using (aggregation)
                    where has_breakdowns
                    and event_date > date '2022-01-01'
                    and exists (
                        from indicators.rpt_indicator as shown
                        where shown.indicator_code = detail.indicator_code
                        and event_date between period_start_date and period_end_date
                    )
                    group by indicator_code
                ) on columns(* exclude indicator_code) into name breakdown value records
            )
            where records > 0
            """
        ).fetchall()
        shown = connection.execute(
            "select distinct indicator_code, breakdown from indicators.rpt_indicator"
        ).fetchall()
    assert len(given) > 100
    assert set(given) <= set(shown)
