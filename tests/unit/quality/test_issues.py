"""Issues over months: opened, reopened, accepted, resolved, and nothing lost on the way."""

from __future__ import annotations

import itertools
import random
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import date
from pathlib import Path
from typing import Any

import duckdb
import pytest

from csc_warehouse import quality
from csc_warehouse.errors import WrongUse
from csc_warehouse.month import Month
from csc_warehouse.places import Home
from csc_warehouse.quality.ledger import REMEMBERED_MONTHS, write_issues, write_months
from csc_warehouse.quality.tables import prepare_authorities
from csc_warehouse.sql import statement

LA = "991"
RULE = "contacts.contact_date.missing"


@dataclass(frozen=True)
class Load:
    la_code: str = LA


@dataclass(frozen=True)
class Candidate:
    """A candidate with nothing in it but the dq tables."""

    directory: Path
    month: str
    release_id: str
    loads: Sequence[Any] = (Load(),)

    @contextmanager
    def connection(self) -> Iterator[duckdb.DuckDBPyConnection]:
        with duckdb.connect() as connection:
            connection.execute(f"attach '{self.directory / 'analyst.duckdb'}' as analyst")
            yield connection


def publish(home: Home, place: Path, month: str, keys: set[str], release: str = "") -> Candidate:
    """A release of `month` in which the records `keys` fail; its issues are kept in the lake.

    A record is its child's of the name behind the stroke, if there is one.
    """
    directory = place / f"{month}{release}"
    directory.mkdir(parents=True)
    with duckdb.connect(str(directory / "analyst.duckdb")) as connection:
        quality.create_tables(connection)
        connection.execute("create schema ops")
        connection.execute("create schema marts")
        connection.execute("create table ops.load (la_code varchar, as_at_date date)")
        connection.execute("insert into ops.load values (?, ?)", [LA, Month.of(month).last_day])
    candidate = Candidate(directory, month, f"{month}-one{release}")
    with candidate.connection() as connection:
        prepare_authorities(connection, candidate)
        connection.execute("create temp table found as from analyst.dq.failing_record limit 0")
        for key in sorted(keys):
            connection.execute(
                "insert into found values ('staging', ?, ?, 'int_contacts_conformed', ?, ?, "
                "'contact_date', 'load', 'file', 2)",
                [RULE, LA, key, f"child-{key.rpartition('/')[2]}"],
            )
        write_issues(connection, home, candidate)
        write_months(connection, home, candidate)
    quality.record_history(candidate, home)
    return candidate


def rows(candidate: Candidate, sql: str) -> list[tuple[Any, ...]]:
    with candidate.connection() as connection:
        return connection.execute(sql).fetchall()


def states(candidate: Candidate) -> dict[str, tuple[Any, ...]]:
    found = rows(
        candidate,
        "select record_key, state, first_seen_month, opened_month, last_seen_month, "
        "resolved_month, age_months from analyst.dq.issue",
    )
    return {row[0]: row[1:] for row in found}


def key_of(candidate: Candidate, record: str) -> str:
    ((key,),) = rows(
        candidate, f"select issue_key from analyst.dq.issue where record_key = '{record}'"
    )
    return str(key)


def test_a_record_that_fails_again_is_reopened(tmp_path: Path) -> None:
    home = Home(tmp_path / "home")
    publish(home, tmp_path, "2022-04", {"a"})
    away = publish(home, tmp_path, "2022-05", set())
    assert states(away)["a"] == ("resolved", "2022-04", "2022-04", "2022-04", "2022-05", 0)
    again = publish(home, tmp_path, "2022-06", {"a"})
    assert states(again)["a"] == ("reopened", "2022-04", "2022-06", "2022-06", None, 0)
    older = publish(home, tmp_path, "2022-07", {"a"})
    assert states(older)["a"] == ("reopened", "2022-04", "2022-06", "2022-07", None, 1)


def test_a_resolved_issue_is_forgotten_in_the_end(tmp_path: Path) -> None:
    home = Home(tmp_path / "home")
    publish(home, tmp_path, "2020-01", {"a"})
    publish(home, tmp_path, "2020-02", set())
    last = month(REMEMBERED_MONTHS)  # counted from February 2020, the month that resolved it
    assert "a" in states(publish(home, tmp_path, last, set()))
    assert "a" not in states(publish(home, tmp_path, month(REMEMBERED_MONTHS + 1), set()))


def month(number: int) -> str:
    """The month `number` months after January 2020."""
    return f"{2020 + number // 12}-{number % 12 + 1:02}"


def test_an_accepted_issue_counts_again_from_the_day(tmp_path: Path) -> None:
    home = Home(tmp_path / "home")
    first = publish(home, tmp_path, "2022-04", {"a", "b"})
    decision = quality.decide(
        home,
        LA,
        "2022-04",
        [key_of(first, "a")],
        accepted_until=date(2022, 6, 30),
        reason="known fault of the form, ticket 12",
        accepted_by="A. Lead",
    )
    may = publish(home, tmp_path, "2022-05", {"a", "b"})
    assert states(may)["a"][0] == "accepted"
    assert states(may)["b"][0] == "open"
    assert rows(may, "select decision_id, reason, accepted_by from analyst.dq.issue_decision") == [
        (decision.decision_id, "known fault of the form, ticket 12", "A. Lead")
    ]
    # On the day itself, a month's last, it is accepted no longer.
    june = publish(home, tmp_path, "2022-06", {"a", "b"})
    assert states(june)["a"] == ("open", "2022-04", "2022-04", "2022-06", None, 2)
    # A month before the decision is rebuilt as it was.
    march = publish(home, tmp_path, "2022-03", {"a"})
    assert states(march)["a"][0] == "open"


def test_the_same_decision_is_one_and_an_empty_one_is_none(tmp_path: Path) -> None:
    home = Home(tmp_path / "home")

    def decide(**changes: Any) -> quality.Decision:
        given = {
            "issue_keys": ["k"],
            "accepted_until": date(2022, 12, 31),
            "reason": "why",
            "accepted_by": "A. Lead",
        } | changes
        return quality.decide(home, LA, "2022-09", given.pop("issue_keys"), **given)

    assert decide() == decide()
    assert len(list((home.lake / "_decisions").iterdir())) == 1
    assert quality.decision_ids(home, {LA}, "2022-08") == []
    assert len(quality.decision_ids(home, {LA}, "2022-09")) == 1
    left = home.lake / "_decisions" / ".0.json.999999999.part"  # of a process that was killed
    left.touch()
    decide()
    assert not left.exists()
    for changes in ({"issue_keys": []}, {"reason": " "}, {"accepted_by": ""}):
        with pytest.raises(WrongUse):
            decide(**changes)


def test_erasing_a_person_takes_the_issues_out_of_decisions(tmp_path: Path) -> None:
    home = Home(tmp_path / "home")
    quality.decide(
        home,
        LA,
        "2022-09",
        ["theirs", "another's"],
        accepted_until=date(2022, 12, 31),
        reason="why",
        accepted_by="A. Lead",
    )
    assert quality.forget(home, {"theirs"}) == 1
    (path,) = (home.lake / "_decisions").iterdir()
    assert "theirs" not in path.read_text() and "another's" in path.read_text()


def test_twelve_months_add_up(tmp_path: Path) -> None:
    """Opened = resolved + accepted + still failing, each month and over the year."""
    home = Home(tmp_path / "home")
    dice = random.Random(7)
    failing: set[str] = set()
    history: list[set[str]] = []
    for number in range(12):
        kept = {key for key in sorted(failing) if dice.random() < 0.6}
        back = {key for keys in history for key in sorted(keys) if dice.random() < 0.05}
        failing = kept | back | {f"{number}-{each}" for each in range(dice.randrange(2, 9))}
        candidate = publish(home, tmp_path, f"2022-{number + 1:02}", failing)
        if number == 7:
            quality.decide(
                home,
                LA,
                "2022-08",
                [key_of(candidate, key) for key in sorted(failing)[:5]],
                accepted_until=date(2023, 4, 1),
                reason="why",
                accepted_by="A. Lead",
            )
        history.append(failing)
    flows = rows(
        candidate,
        "select month, sum(new_count), sum(reopened_count), sum(resolved_count), sum(open_count), "
        "sum(accepted_count) from analyst.dq.issue_month group by month order by month",
    )
    assert len(flows) == 12
    # The paper way: set against set, month by month.
    before: set[str] = set()
    ever: set[str] = set()
    for (_, new, reopened, resolved, still_open, accepted), now in zip(flows, history, strict=True):
        assert new == len(now - ever)
        assert reopened == len((now & ever) - before)
        assert resolved == len(before - now)
        assert still_open + accepted == len(now)
        before, ever = now, ever | now
    opened, closed = sum(row[1] + row[2] for row in flows), sum(row[3] for row in flows)
    assert sum(row[2] for row in flows) > 0 and flows[-1][5] > 0
    assert opened == closed + flows[-1][5] + flows[-1][4]


def test_a_corrected_month_goes_on_from_the_month_before(tmp_path: Path) -> None:
    home = Home(tmp_path / "home")
    publish(home, tmp_path, "2022-04", {"a"})
    publish(home, tmp_path, "2022-05", {"a", "b"})
    corrected = publish(home, tmp_path, "2022-05", {"b"}, release="-two")
    assert states(corrected)["a"][0] == "resolved"
    assert states(corrected)["b"] == ("open", "2022-05", "2022-05", "2022-05", None, 0)


def test_where_the_keys_of_records_changed_issues_begin_anew_and_say_so(tmp_path: Path) -> None:
    home = Home(tmp_path / "home")
    children = {"a", "b", "c", "d", "e"}
    publish(home, tmp_path, "2022-04", children | {"f"})
    before = publish(home, tmp_path, "2022-05", children)
    after = publish(home, tmp_path, "2022-06", {f"other/{child}" for child in children})
    with before.connection() as one, after.connection() as two:
        for connection in (one, two):
            connection.execute("use analyst")
        assert quality.counted_since(one) == {LA: "2022-04"}
        assert quality.counted_since(two) == {LA: "2022-06"}
    assert {state[0] for state in states(after).values()} == {"open"}
    assert rows(after, "select month, new_count, resolved_count from analyst.dq.issue_month") == [
        ("2022-06", 5, 0)
    ]
    # It goes on from there; and one record that kept its key says that the keys did not change.
    july = publish(home, tmp_path, "2022-07", {f"other/{child}" for child in children})
    assert states(july)["other/a"] == ("open", "2022-06", "2022-06", "2022-07", None, 1)
    kept = {"other/a", *(f"third/{child}" for child in children)}
    august = publish(home, tmp_path, "2022-08", kept)
    assert states(august)["other/b"][0] == "resolved"
    assert states(august)["other/a"][-1] == 2


def flows(candidate: Candidate, month: str) -> tuple[int, ...]:
    """New, reopened, resolved, and failing at the end of the month, accepted ones too."""
    ((*counts,),) = rows(
        candidate,
        "select coalesce(sum(new_count), 0)::int, coalesce(sum(reopened_count), 0)::int, "
        "coalesce(sum(resolved_count), 0)::int, "
        "coalesce(sum(open_count + accepted_count), 0)::int "
        f"from analyst.dq.issue_month where month = '{month}'",
    )
    return tuple(counts)


def test_a_bad_month_that_was_corrected_leaves_no_trace(tmp_path: Path) -> None:
    """A bad October is accepted and reloaded: October and November are as if it had never been."""
    good = {"2022-08": {"old", "gone"}, "2022-09": {"old"}, "2022-10": {"old", "new"}}
    bad = {f"false-{number}" for number in range(50)}
    home, other = Home(tmp_path / "home"), Home(tmp_path / "other")
    for month, keys in good.items():
        if month == "2022-10":
            publish(home, tmp_path / "a", month, bad, release="-bad")
        corrected = publish(home, tmp_path / "a", month, keys)
        straight = publish(other, tmp_path / "b", month, keys)
        assert states(corrected) == states(straight)
    assert states(corrected)["old"] == ("open", "2022-08", "2022-08", "2022-10", None, 2)
    assert flows(corrected, "2022-10") == (1, 0, 0, 2)
    november = publish(home, tmp_path / "a", "2022-11", {"old", "newer"})
    assert states(november) == states(publish(other, tmp_path / "b", "2022-11", {"old", "newer"}))
    assert flows(november, "2022-10") == (1, 0, 0, 2)
    assert flows(november, "2022-11") == (1, 0, 1, 2)


def test_of_a_month_that_went_back_the_release_that_stands_counts(tmp_path: Path) -> None:
    home = Home(tmp_path / "home")
    publish(home, tmp_path, "2022-09", {"a"})
    publish(home, tmp_path, "2022-10", {"a", "b"}, release="-one")
    publish(home, tmp_path, "2022-10", {"a", "c"}, release="-two")
    assert "b" not in states(publish(home, tmp_path, "2022-11", {"a"}, release="-x"))
    quality.stands_again(home, "2022-10", "2022-10-one-one")
    november = states(publish(home, tmp_path, "2022-11", {"a"}, release="-y"))
    assert november["b"][0] == "resolved" and "c" not in november


def test_a_month_that_is_run_again_has_one_file_and_no_trace_of_a_bad_month_before_it(
    tmp_path: Path,
) -> None:
    """October is bad, November is built on it; both are right again, in this order."""
    home = Home(tmp_path / "home")
    publish(home, tmp_path, "2022-09", {"a"})
    publish(home, tmp_path, "2022-10", {"a", "false"}, release="-bad")
    assert "false" in states(publish(home, tmp_path, "2022-11", {"a"}, release="-on-bad"))
    publish(home, tmp_path, "2022-10", {"a"})
    november = publish(home, tmp_path, "2022-11", {"a"})
    # A copy of the home has times of its own.
    for path in sorted((home.lake / "_checks").rglob("*.parquet"), reverse=True):
        path.touch()
    december = publish(home, tmp_path, "2022-12", {"a"})
    assert "false" not in states(november) | states(december)
    quality.record_history(december, home)
    kept = sorted(path.name for path in (home.lake / "_checks" / "issue").rglob("*12-one.parquet"))
    assert kept == ["000001_2022-12-one.parquet"]


def test_the_sums_of_the_page_hold_whatever_was_corrected(tmp_path: Path) -> None:
    """Failing and accepted = the month before + new + reopened - resolved, as the page says."""
    home = Home(tmp_path / "home")
    dice = random.Random(11)
    pool = [f"r{number}" for number in range(30)]
    for number in range(1, 10):
        for version in range(dice.choice((1, 1, 2, 3))):
            failing = set(dice.sample(pool, dice.randrange(0, 20)))
            last = publish(home, tmp_path, f"2022-{number:02}", failing, release=f"-{version}")
        assert flows(last, f"2022-{number:02}")[3] == len(failing)
    with last.connection() as connection:
        months = worklist_months(connection)
    assert len(months) == 9
    for before, now in itertools.pairwise(months):
        stood = before["failing"] + before["accepted"]
        moved = now["new"] + now["reopened"] - now["resolved"]
        assert now["failing"] + now["accepted"] == stood + moved, now["month"]


def worklist_months(connection: duckdb.DuckDBPyConnection) -> list[dict[str, Any]]:
    """The rows of the page's table, by the statement that the page is made with, oldest first."""
    connection.execute("use analyst")
    found = connection.execute(statement("csc_warehouse.report", "worklist_month"))
    names = [column[0] for column in found.description or ()]
    read = [dict(zip(names, row, strict=True)) for row in found.fetchall()]
    return sorted(read, key=lambda row: str(row["month"]))
