"""What a release shows the public: an attacker works nothing out, and no handful is printed."""

from __future__ import annotations

import csv
import json
import shutil
from pathlib import Path
from typing import Any

import duckdb

from csc_warehouse import report
from csc_warehouse.build.transform import registered_indicators
from csc_warehouse.disclosure import Cell, protect
from csc_warehouse.places import Home
from csc_warehouse.readers import audiences
from csc_warehouse.report import PUBLIC_FIGURES, reading
from csc_warehouse.report.figures import SERIES_PERIODS
from csc_warehouse.report.public import read
from library.all_releases import attacked
from library.attacker import Attack, Table
from library.disclosure_tables import everything_hidden_if_any_is_small, truths
from library.identities import confirmed, figures, proposed

#: What the register says of two indicators, in words: their denominators are the same records.
SAME = (
    (("REF-03", "denominator"), ("REF-01", "numerator")),
    (("REF-04", "denominator"), ("REF-01", "numerator")),
    (("ASM-02", "denominator"), ("ASM-01", "numerator")),
    (("PLC-01", "denominator"), ("CLA-01", "numerator")),
    (("CLA-07", "denominator"), ("CLA-01", "numerator")),
    (("RHI-02", "denominator"), ("RHI-01", "numerator")),
)


def test_a_solver_finds_nothing_in_a_release_of_the_warehouse(
    done: tuple[Home, dict[str, Any]],
) -> None:
    with duckdb.connect(done[0].current / "analyst.duckdb", read_only=True) as connection:
        rows = connection.execute(
            """
            select
                figure.la_code, figure.indicator_code, figure.period_type,
                figure.period_start_date, figure.period_end_date, figure.breakdown,
                figure.breakdown_value, indicator.aggregation, figure.numerator,
                figure.denominator, figure.value
            from indicators.rpt_indicator as figure
            inner join reference.indicator as indicator
                on figure.indicator_code = indicator.indicator_code
            where
                figure.availability = 'available'
                and figure.breakdown in ('all', 'sex')
                and figure.period_end_date > '2022-07-31'
            order by all
            """
        ).fetchall()
    full = [Cell(*row) for row in rows]
    latest = max(cell.period_end_date for cell in full)
    earlier = [cell for cell in full if cell.period_end_date < latest]
    older = protect(earlier)
    # The next release shows no months any more: what is remembered of them is to stay safe.
    newest = [cell for cell in full if cell.period_type != "month"]
    newer = protect(newest, older, was=earlier, now=full)
    complete = {(cell.indicator_code, name) for cell in full for name in ("sex", "disability")}
    followed = frozenset(
        each["code"] for each in registered_indicators() if "numerator_date" in each["arguments"]
    )
    table = Table((older, newer), lambda _: None, frozenset(complete), SAME, followed=followed)
    attacker = Attack([table])
    assert attacker.believes([{**truths(0, earlier), **truths(1, full)}])
    (found,) = attacker.found(5)
    kept = sum(cell.symbol != "c" for cell in newer)
    baseline = everything_hidden_if_any_is_small(newest)
    print(
        f"A release: {kept / len(newest):.0%} of {len(newest)} cells kept, "
        f"{baseline / len(newest):.0%} where whole tables are withheld"
    )
    assert len(newest) > 300
    assert found == {}
    assert kept > baseline


def test_nothing_that_a_handful_stands_behind_is_public(done: tuple[Home, dict[str, Any]]) -> None:
    folder = done[0].current
    public = read(folder / PUBLIC_FIGURES)
    with duckdb.connect(folder / "analyst.duckdb", read_only=True) as connection:
        few = {
            (code, end)
            for code, end in connection.execute(
                "select indicator_code, period_end_date from indicators.rpt_indicator "
                "where availability = 'available' and breakdown = 'all' "
                "and (denominator between 1 and 5 "
                "or (denominator is null and value between 1 and 5))"
            ).fetchall()
        }
    kinds = {cell.aggregation for cell in public}
    assert {"median", "mean", "records_per_child", "distribution_of_children"} <= kinds
    assert not {"minimum", "maximum"} & kinds
    behind = [cell for cell in public if (cell.indicator_code, cell.period_end_date) in few]
    assert {"UASC-06M", "UASC-06EM", "CIN-02", "MIS-04"} <= {each.indicator_code for each in behind}
    for cell in public:
        printed = {cell.numerator, None if cell.is_rate else cell.denominator}
        assert not {1, 2, 3, 4, 5} & printed, cell.key
        if cell.is_of_few or cell.is_share or cell.is_distribution:
            assert cell.value is None or cell.denominator > 5 or cell.denominator is None, cell.key


def test_nothing_comes_out_of_all_that_was_public_by_any_identity(
    done: tuple[Home, dict[str, Any]], tmp_path: Path
) -> None:
    newest = done[0].current.resolve()
    known = figures(newest / "analyst.duckdb", "999")
    identities = confirmed(proposed(known), [known], 1)
    assert len(identities) > 20
    found = attacked([newest], "999", identities)
    assert found.hidden > 1000
    assert (found.exact, found.within_three) == ((), ())

    # Who has kept a release that hid one number less knows that one, and finds others by it.
    with duckdb.connect(newest / "analyst.duckdb", read_only=True) as connection:
        full = {
            str(cell.key): cell for cell in reading.in_full(connection, read(figures_of(newest)))
        }
    earlier = tmp_path / "2022-09-0123456789ab"
    figures_of(earlier).parent.mkdir(parents=True)
    (earlier / "analyst.duckdb").symlink_to(newest / "analyst.duckdb")
    lines = list(csv.DictReader(figures_of(newest).read_text("utf-8-sig").splitlines()))
    cells = read(figures_of(newest))
    given = next(
        place
        for place, cell in enumerate(cells)
        if (cell.symbol, cell.aggregation) == ("c", "count_of_children")
    )
    number = full[str(cells[given].key)].numerator
    lines[given] |= {"numerator": str(number), "value": str(number), "symbol": ""}
    with figures_of(earlier).open("w", encoding="utf-8", newline="") as file:
        writer = csv.DictWriter(file, lines[0])
        writer.writeheader()
        writer.writerows(lines)
    (name, _) = truths(1, [cells[given]])
    assert name in attacked([earlier, newest], "999", identities).exact


def figures_of(folder: Path) -> Path:
    return folder / PUBLIC_FIGURES


def test_no_public_form_depends_on_what_is_not_public(
    done: tuple[Home, dict[str, Any]], tmp_path: Path
) -> None:
    """Pages, coordinates, alternative text, limits, averages, changes, targets, PDF and workbook.

    Were another number hidden in each hidden cell, and in each figure that is in no public list
    (of other periods and breakdowns, and all bounds), all of them would be the same; also what is
    said to have changed since a report before.
    """
    newest = done[0].current.resolve()
    earlier = tmp_path / "2022-08-0123456789ab"
    figures_of(earlier).parent.mkdir(parents=True)
    assert write_earlier(newest, earlier) > 20
    written = []
    for name in ("as it is", "another hidden"):
        folder = tmp_path / name
        figures_of(folder).parent.mkdir(parents=True)
        shutil.copy(figures_of(newest), figures_of(folder))
        shutil.copy(newest / "analyst.duckdb", folder)
        if written:
            hidden, unlisted = change_what_is_not_public(folder)
            assert hidden > 100
            assert unlisted > 10_000
        report.write_public(folder / "analyst.duckdb", folder, earlier)
        report.write_packs(folder / "analyst.duckdb", folder)
        members = figures_of(folder).parent
        written.append(
            {
                path.relative_to(members).as_posix(): path.read_bytes()
                for path in sorted(members.rglob("*"))
                if path.is_file()
            }
        )
    as_it_is, otherwise = written
    assert as_it_is.keys() == otherwise.keys()
    assert [name for name, content in as_it_is.items() if content != otherwise[name]] == []
    assert {Path(name).suffix for name in as_it_is} >= {".html", ".pdf", ".xlsx", ".csv"}
    assert as_it_is["changes.csv"].count(b"\n") > 20
    # Readers who have a folder of their own are given these and no other.
    members = audiences.named("members")
    files = [path.relative_to(newest).as_posix() for path in newest.rglob("*") if path.is_file()]
    assert {f"report/members/{name}" for name in as_it_is} == {*members.files(files)}
    # Ways through the service have no public form.
    assert not [name for name in as_it_is if "journey" in name]


def write_earlier(newest: Path, earlier: Path) -> int:
    """A report before the `newest`, with fewer counted in what both show; in how many figures."""
    lines = list(csv.DictReader(figures_of(newest).read_text("utf-8-sig").splitlines()))
    moved = 0
    for line in lines:
        if line["aggregation"].startswith("count") and float(line["value"] or 0) > 20:
            line["numerator"] = line["value"] = str(int(float(line["value"])) - 7)
            moved += 1
    with figures_of(earlier).open("w", encoding="utf-8-sig", newline="") as file:
        writer = csv.DictWriter(file, lines[0])
        writer.writeheader()
        writer.writerows(lines)
    manifest = json.loads((newest / "manifest.json").read_text(encoding="utf-8"))
    (earlier / "manifest.json").write_text(json.dumps(manifest | {"release_id": earlier.name}))
    return moved


def change_what_is_not_public(folder: Path) -> tuple[int, int]:
    """Let each figure of a release that isn't shown be another, and what is said of it; how many:
    those that are hidden, and those that no public list has.

    Of those that a line may be drawn of only large ones, so that the same lines are drawn: by how
    many of a line are small its period is chosen, which everybody sees.
    """
    key = "la_code, indicator_code, period_type, period_start_date, period_end_date"
    with duckdb.connect(folder / "analyst.duckdb") as connection:
        connection.execute(
            f"create temp table listed as select {key}, breakdown, breakdown_value, symbol "
            f"from read_csv('{figures_of(folder)}', "
            "types = {'la_code': 'VARCHAR', 'breakdown_value': 'VARCHAR'})"
        )
        connection.execute(
            f"create temp table secret as select {key}, breakdown, breakdown_value, "
            "listed.symbol is not null as is_hidden from indicators.rpt_indicator as figure "
            f"left join listed using ({key}, breakdown, breakdown_value) "
            "where listed.symbol = 'c' or (listed.indicator_code is null "
            "and availability = 'available' and (breakdown <> 'all' or period_type not in "
            f"{SERIES_PERIODS} or (numerator > 9 and coalesce(denominator, 99) > numerator + 9)))"
        )
        for table, columns in connection.execute(
            "select table_name, list(column_name) from duckdb_columns() where schema_name = "
            "'indicators' and table_name in ('rpt_indicator', 'rpt_comparison') group by all"
        ).fetchall():
            numbers = [
                name
                for name, kind in connection.execute(
                    "select column_name, data_type from duckdb_columns() where "
                    "schema_name = 'indicators' and table_name = ?",
                    [table],
                ).fetchall()
                if kind in ("DOUBLE", "BIGINT", "INTEGER", "HUGEINT")
                # What others publish, and what a council has decided.
                and not name.startswith(("statistical_", "region_", "england_", "comparator_"))
                and name != "target_value"
            ]
            changed = [f'"{name}" = "{name}" + 3' for name in numbers]
            if "target_status" in columns:
                changed.append("target_status = 'another'")
            other = ", ".join(changed)
            shared = [name for name in (*key.split(", "), "breakdown", "breakdown_value")
                      if name in columns]  # fmt: skip
            same = " and ".join(f"secret.{name}::varchar = t.{name}::varchar" for name in shared)
            connection.execute(
                f"update indicators.{table} as t set {other} "
                f"where exists (select 1 from secret where {same})"
            )
        counts = connection.execute(
            "select count(*) filter (is_hidden), count(*) filter (not is_hidden) from secret"
        ).fetchall()
    return counts[0][0], counts[0][1]
