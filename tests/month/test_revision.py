"""What moved between two releases: every restated figure, in parts that leave nothing over."""

from __future__ import annotations

import json
import shutil
from pathlib import Path
from typing import Any

import duckdb
import pytest

from csc_warehouse.ask import releases, revision
from csc_warehouse.command.cli import main
from csc_warehouse.places import Home


def query(database: Path, sql: str) -> list[tuple[Any, ...]]:
    with duckdb.connect(str(database), read_only=True) as connection:
        return connection.execute(sql).fetchall()


def test_a_first_release_restates_nothing(done: tuple[Home, dict[str, Any]]) -> None:
    first = releases.current(done[0])
    assert first.manifest["compared_with"] is None
    for table in ("rpt_indicator_revision", "fct_indicator_revision"):
        assert query(first.analyst_db, f"select count(*) from indicators.{table}") == [(0,)]


def test_every_restated_figure_is_there_and_no_other(
    corrected: tuple[Home, releases.Release, releases.Release],
) -> None:
    _, first, second = corrected
    assert second.manifest["compared_with"] == first.release_id
    figures = """
        select la_code, indicator_code, period_type, period_start_date, period_end_date,
            numerator, denominator, value
        from indicators.rpt_indicator
        where breakdown = 'all' and availability = 'available'
    """
    was, now = (
        {tuple(row[:5]): tuple(row[5:]) for row in query(each.analyst_db, figures)}
        for each in (first, second)
    )
    moved = {key for key in was.keys() & now.keys() if was[key] != now[key]}
    assert len(moved) > 30
    assert moved == set(
        query(
            second.analyst_db,
            "select distinct la_code, indicator_code, period_type, period_start_date, "
            "period_end_date from indicators.rpt_indicator_revision",
        )
    )


def test_the_parts_add_up_with_nothing_left_over(
    corrected: tuple[Home, releases.Release, releases.Release],
) -> None:
    left_over = query(
        corrected[2].analyst_db,
        """
        select indicator_code, period_type, period_end_date
        from indicators.rpt_indicator_revision
        group by la_code, indicator_code, period_type, period_start_date, period_end_date
        having
            sum(numerator_change)
                is distinct from any_value(numerator) - any_value(previous_numerator)
            or sum(denominator_change)
                is distinct from any_value(denominator) - any_value(previous_denominator)
            or abs(sum(value_change) - (any_value(value) - any_value(previous_value))) > 1e-9
            or (any_value(value) - any_value(previous_value) is null)
                is distinct from (sum(value_change) is null)
        """,
    )
    assert left_over == []


def test_what_the_release_before_said_can_be_asked_of_this_one(
    corrected: tuple[Home, releases.Release, releases.Release],
) -> None:
    _, first, second = corrected
    columns = (
        "la_code, indicator_code, period_type, period_start_date, period_end_date, numerator, "
        "denominator, value"
    )
    for release, where in (
        (first, f"release_id = '{first.release_id}'"),
        (second, "superseded_release_id is null"),
    ):
        said = query(
            release.analyst_db,
            f"select {columns} from indicators.rpt_indicator "
            "where breakdown = 'all' and availability = 'available' order by all",
        )
        kept = query(
            second.analyst_db,
            f"select {columns} from indicators.rpt_indicator_as_reported where {where} "
            "order by all",
        )
        assert len(said) > 1000
        assert said == kept


def reasons(corrected: tuple[Home, releases.Release, releases.Release], code: str) -> Any:
    return sorted(
        query(
            corrected[2].analyst_db,
            "select change_reason, changed_fields, previous_event_date::varchar, "
            f"event_date::varchar from indicators.fct_indicator_revision "
            f"where indicator_code = '{code}'",
        ),
        key=str,
    )


def test_each_record_says_why_it_moved(
    corrected: tuple[Home, releases.Release, releases.Release],
) -> None:
    referrals = reasons(corrected, "REF-01")
    assert ("removed", None, "2022-09-13", None) in referrals
    assert ("added", None, None, "2022-09-20") in referrals
    (moved,) = [row for row in referrals if row[2:] == ("2022-09-12", "2022-08-30")]
    assert moved[0] == "changed" and "referral_date" in moved[1].split(", ")
    assert len(referrals) == 3


def test_a_month_end_moves_by_what_it_was_made_of(
    corrected: tuple[Home, releases.Release, releases.Release],
) -> None:
    found = {row[0] for row in reasons(corrected, "CLA-01")}
    fields = {row[1] for row in reasons(corrected, "CLA-01")}
    assert found == {"changed"}
    assert all("period_of_care.end_date" in each.split(", ") for each in fields)


def test_csc_diff_names_the_records(
    corrected: tuple[Home, releases.Release, releases.Release],
    monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
) -> None:
    home, first, second = corrected
    monkeypatch.setenv("CSC_HOME", str(home.root))

    def csc(*words: str) -> str:
        monkeypatch.setattr("sys.argv", ["csc", *words])
        with pytest.raises(SystemExit) as stopped:
            main()
        assert stopped.value.code == 0
        return capsys.readouterr().out

    # The order in which the two are named does not matter.
    summary = json.loads(csc("diff", second.release_id, first.release_id, "--json"))
    assert (summary["before"], summary["after"]) == (first.release_id, second.release_id)
    (referrals,) = [row for row in summary["moved"] if row["indicator_code"] == "REF-01"]
    assert referrals["reasons"] == "1 added, 1 changed, 1 removed"
    assert "1 added, 1 changed, 1 removed" in csc("diff", first.release_id)
    figures = json.loads(csc("diff", first.release_id, "--indicator", "REF-03", "--json"))["moved"]
    published = query(
        second.analyst_db,
        "select count(*) from indicators.rpt_indicator_revision where indicator_code = 'REF-03'",
    )
    assert [(len(figures),)] == published
    assert "referral_date" in csc("diff", first.release_id, "--indicator", "REF-03", "--records")


def test_what_a_release_says_itself_is_what_a_comparison_finds(
    corrected: tuple[Home, releases.Release, releases.Release],
) -> None:
    _, first, second = corrected
    with (
        revision.published(second.analyst_db) as read,
        revision.compare(first.analyst_db, second.analyst_db) as made,
    ):
        for table in revision.declared_tables():
            rows = f"from {table['name']} order by all"
            assert read.execute(rows).fetchall() == made.execute(rows).fetchall() != []


def test_one_indicator_alone_moved_as_it_did_among_all(
    corrected: tuple[Home, releases.Release, releases.Release],
) -> None:
    _, first, second = corrected
    with (
        revision.published(second.analyst_db) as every,
        revision.compare(first.analyst_db, second.analyst_db, "REF-01") as alone,
    ):
        for table in revision.declared_tables():
            rows = every.execute(
                f"from {table['name']} where indicator_code = 'REF-01' order by all"
            ).fetchall()
            assert rows == alone.execute(f"from {table['name']} order by all").fetchall() != []


def test_a_release_that_counts_in_another_way_is_compared_by_its_described_rows(
    corrected: tuple[Home, releases.Release, releases.Release],
    tmp_path: Path,
) -> None:
    _, first, second = corrected
    # Of older code, as far as its views go: no view of a topic, and the described rows at hand.
    older = tmp_path / "older.duckdb"
    shutil.copy(first.analyst_db, older)
    with duckdb.connect(str(older)) as connection:
        connection.execute("create table described as from indicators.fct_indicator_detail")
        connection.execute("drop schema internal cascade")
        connection.execute("drop view indicators.fct_indicator_detail")
        connection.execute("create view indicators.fct_indicator_detail as from main.described")
    with (
        revision.published(second.analyst_db) as now,
        revision.compare(older, second.analyst_db) as then,
    ):
        for table in revision.declared_tables():
            rows = f"from {table['name']} order by all"
            assert now.execute(rows).fetchall() == then.execute(rows).fetchall() != []


def test_releases_without_a_common_authority_are_not_compared(
    done: tuple[Home, dict[str, Any]], tmp_path: Path
) -> None:
    other = tmp_path / "other.duckdb"
    shutil.copy(releases.current(done[0]).analyst_db, other)
    with duckdb.connect(str(other)) as connection:
        connection.execute("delete from marts.dim_authority")
    with pytest.raises(Exception, match="no authority in common"):
        revision.compare(releases.current(done[0]).analyst_db, other)
