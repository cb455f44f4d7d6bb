"""Published statistics: read as published, agreeing with what the project carries, and compared."""

from __future__ import annotations

import csv
import os
import shutil
from collections.abc import Iterator
from datetime import date
from pathlib import Path
from typing import Any

import duckdb
import pytest

from csc_warehouse import lake
from csc_warehouse.ask import comparison, indicators
from csc_warehouse.build import comparators
from csc_warehouse.build.version import code_version
from csc_warehouse.errors import WrongUse
from csc_warehouse.intake import landing
from csc_warehouse.intake.adapters.published import column_map
from csc_warehouse.places import SEEDS, Home
from library.places import SHARED

PUBLISHED = SHARED / "published"
FIGURES_OF_THE_TOOL = 641_070
DfE_SYMBOLS = {"c", "z", "x", "k", "u", "low", "-"}

needs_files = pytest.mark.skipif(
    not PUBLISHED.is_dir(), reason="the published files aren't here (../shared/published)"
)


def seed(name: str) -> list[dict[str, str]]:
    with (SEEDS / "comparators" / f"{name}.csv").open(encoding="utf-8", newline="") as file:
        return list(csv.DictReader(file))


def views(home: Home) -> duckdb.DuckDBPyConnection:
    connection = duckdb.connect()
    comparators.create_views(connection, home, lake.published_load(home))
    return connection


def drop(home: Home, **files: str) -> Path:
    """Drop CSV files of published statistics, by name without suffix."""
    folder = home.landing / "published"
    folder.mkdir(parents=True, exist_ok=True)
    for name, text in files.items():
        (folder / f"{name}.csv").write_text(text, encoding="utf-8")
    return folder


# --- As published ---------------------------------------------------------------------------------


@pytest.fixture(scope="module")
def landed(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Any]:
    """The published files, landed: the manifest and the views over them."""
    home = Home(tmp_path_factory.mktemp("published"))
    shutil.copytree(PUBLISHED, home.landing / "published")
    manifest = landing.land_published(home, settle_seconds=0)
    with views(home) as connection:
        yield manifest, connection


@needs_files
def test_every_published_file_is_recognised_and_no_row_is_lost(landed: Any) -> None:
    manifest, connection = landed
    # One file describes the figures; one is no statistic at all, and is put aside whole.
    assert {
        file.name: file.outcome for file in manifest.files if file.outcome != lake.FILE_KEPT
    } == {
        "lait_data_dictionary.csv": lake.FILE_NOT_STORED,
        "national_rule_messages.csv": lake.FILE_QUARANTINED,
    }
    assert manifest.rows_in == manifest.rows_kept + manifest.rows_quarantined
    assert [table.name for table in manifest.tables if table.columns_missing] == []
    rows = connection.execute(
        "select count(*), count(distinct measure) from raw_published.figure "
        "where table_name = 'lait'"
    ).fetchone()
    assert rows is not None
    assert rows[0] == FIGURES_OF_THE_TOOL
    assert rows[1] > 400


@needs_files
def test_what_is_carried_agrees_with_the_files(landed: Any) -> None:
    """Each carried figure is the published one, value or symbol; both ways of reading it agree."""
    _, connection = landed
    for name in ("published_figure", "published_measure", "region"):
        connection.execute(
            f"create or replace temp table {name} as select * from "
            f"read_csv('{SEEDS}/comparators/{name}.csv', all_varchar = true)"
        )
    different = connection.execute("""
        with published as (
            select
                table_name,
                measure,
                left(period, 4) as reporting_year,
                coalesce(
                    region.geography_code,
                    case figure.geography_level
                        when 'National' then figure.country_code
                        when 'Regional' then figure.region_code
                        else la_code
                    end,
                    geography_number
                ) as geography_code,
                figure
            from raw_published.figure as figure
            left join region on figure.geography_number = region.lait_number
        )

        select carried.measure_id, carried.geography_code, carried.reporting_year
        from published_figure as carried
        inner join published_measure as known on carried.measure_id = known.measure_id
        left join published
            on
                known.table_name = published.table_name
                and known.measure = published.measure
                and carried.geography_code = published.geography_code
                and carried.reporting_year = published.reporting_year
        where
            published.figure is null
            or case
                when carried.value is null then carried.symbol <> lower(published.figure)
                else abs(carried.value::double - try_cast(published.figure as double)) > 1e-6
            end is not false
    """).fetchall()
    assert different == []


@needs_files
def test_the_carried_neighbours_agree_with_both_models(landed: Any) -> None:
    _, connection = landed
    published = set(
        connection.execute(
            "select la_code, model_version, neighbour_rank::varchar, neighbour_la_code "
            "from raw_published.neighbour"
        ).fetchall()
    )
    carried = {
        (row["la_code"], row["model_version"], row["neighbour_rank"], row["neighbour_la_code"])
        for row in seed("statistical_neighbour")
    }
    assert len(carried) == len(seed("statistical_neighbour"))
    assert carried <= published


@needs_files
def test_every_mapped_measure_is_in_the_files(landed: Any) -> None:
    _, connection = landed
    published = set(
        connection.execute(
            "select distinct table_name, measure from raw_published.figure"
        ).fetchall()
    )
    mapped = {(row["table_name"], row["measure"]) for row in seed("published_measure")}
    assert mapped - published == set()


# --- Layouts --------------------------------------------------------------------------------------

_OLDER = (
    "percentage,breakdown,number,characteristic,la_name,old_la_code,new_la_code,region_name,"
    "region_code,country_name,country_code,geographic_level,time_identifier,time_period\n"
    "k,Had their teeth checked by a dentist,c,Health assessments: Children looked after all ages,"
    "Somewhere,883,E06000034,East of England,E12000006,England,E92000001,Local authority,"
    "Reporting year,2019\n"
    "81,Had their teeth checked by a dentist,47320,Health assessments: Children looked after all "
    "ages,,,,,,England,E92000001,National,Reporting year,2019\n"
)


def test_an_older_layout_in_another_order_is_read_by_its_names(tmp_path: Path) -> None:
    home = Home(tmp_path)
    drop(home, older=_OLDER)
    landing.land_published(home, settle_seconds=0)
    category = "Health assessments: Children looked after all ages | Had their teeth checked by a"
    with views(home) as connection:
        found = connection.execute(
            "select measure, period, coalesce(la_code, country_code), figure "
            "from raw_published.figure order by 1, 3"
        ).fetchall()
    assert found == [
        (f"children_count | {category} dentist", "2019", "883", "c"),
        (f"children_count | {category} dentist", "2019", "E92000001", "47320"),
        (f"children_percent | {category} dentist", "2019", "883", "k"),
        (f"children_percent | {category} dentist", "2019", "E92000001", "81"),
    ]


def test_a_file_of_no_known_layout_is_put_aside_and_stops_nothing(tmp_path: Path) -> None:
    home = Home(tmp_path)
    torn = _OLDER + "one,two,three\n"
    drop(home, older=torn, other="pupil_name,school\nx,y\n")
    manifest = landing.land_published(home, settle_seconds=0)
    assert manifest is not None
    outcomes = {file.name: file.outcome for file in manifest.files}
    assert outcomes == {"older.csv": lake.FILE_KEPT, "other.csv": lake.FILE_QUARANTINED}
    assert (manifest.rows_in, manifest.rows_kept, manifest.rows_quarantined) == (3, 2, 1)
    assert manifest.outcome == lake.ACCEPTED


def test_the_same_files_again_are_the_same_load_and_others_replace_them(tmp_path: Path) -> None:
    home = Home(tmp_path)
    assert landing.land_published(home, settle_seconds=0) is None
    drop(home, older=_OLDER)
    first = landing.land_published(home, settle_seconds=0)
    assert landing.land_published(home, settle_seconds=0) == first
    drop(home, older=_OLDER.replace(",2019", ",2020"))
    second = landing.land_published(home, settle_seconds=0)
    assert second is not None and first is not None
    assert second.load_id != first.load_id
    assert lake.published_load(home) == second
    assert lake.all_manifests(home) == [], "it is no authority's load"
    with views(home) as connection:
        years = connection.execute("select distinct period from raw_published.figure").fetchall()
    assert years == [("2020",)]


def test_every_symbol_has_its_meaning() -> None:
    assert {row["symbol"] for row in seed("published_symbol")} >= DfE_SYMBOLS
    assert {row["symbol"] for row in seed("published_figure") if not row["value"]} <= DfE_SYMBOLS


def test_a_layout_has_each_header_once_and_its_versions_agree() -> None:
    headers = [(column.table_name, column.header.lower()) for column in column_map()]
    assert len(headers) == len(set(headers))
    roles: dict[tuple[str, str], set[str]] = {}
    for column in column_map():
        roles.setdefault((column.table_name, column.column_name), set()).add(column.role)
    assert {key for key, found in roles.items() if len(found) > 1} == set()


# --- What is compared with what -------------------------------------------------------------------


def test_only_fictional_authorities_stand_beside_others() -> None:
    with (SEEDS / "authorities" / "authority.csv").open(encoding="utf-8", newline="") as file:
        fictional = {
            row["la_code"] for row in csv.DictReader(file) if row["is_fictional"] == "true"
        }
    stand_ins = seed("comparator_stand_in")
    assert {row["la_code"] for row in stand_ins} == fictional
    assert {row["beside_la_code"] for row in stand_ins}.isdisjoint(fictional)
    neighbours = {row["la_code"] for row in seed("statistical_neighbour")}
    assert {row["beside_la_code"] for row in stand_ins} <= neighbours


def test_a_measure_that_does_not_count_the_same_says_why() -> None:
    rows = seed("indicator_measure")
    assert [row for row in rows if row["comparability"] != "same" and not row["difference"]] == []
    units = {row["measure_id"]: row["unit"] for row in seed("published_measure")}
    counts = [row for row in rows if units[row["measure_id"]] == "count"]
    assert {row["comparability"] for row in counts} == {"not comparable"}


def test_targets_follow_the_polarity_of_their_indicator() -> None:
    with (SEEDS / "indicators" / "indicator.csv").open(encoding="utf-8", newline="") as file:
        polarity = {row["indicator_code"]: row["polarity"] for row in csv.DictReader(file)}
    for row in seed("target"):
        if row["indicator_code"] not in polarity:
            continue
        green, amber = float(row["green_from"]), float(row["amber_from"])
        higher = polarity[row["indicator_code"]] == "higher is better"
        assert polarity[row["indicator_code"]] != "neutral"
        assert green > amber if higher else green < amber


def test_points_are_not_percent() -> None:
    assert comparison.change(72, 56, "percent", "higher is better") == {
        "change_absolute": None,
        "change_percentage_points": 16,
        "change_relative_pct": pytest.approx(28.571428),
        "change_meaning": "better",
    }
    contacts = comparison.change(8401, 5317, "count", "neutral")
    assert contacts["change_absolute"] == 3084
    assert contacts["change_percentage_points"] is None
    assert contacts["change_relative_pct"] == pytest.approx(58.0, abs=0.01)
    assert comparison.change(5, 0, "count", "lower is better")["change_relative_pct"] is None
    assert set(comparison.change(None, 1, "count", "neutral").values()) == {None}


@pytest.fixture(scope="module")
def analyst_db(done: tuple[Home, dict[str, Any]]) -> Path:
    return Path(done[1]["analyst_database"])


@pytest.mark.parametrize("code", ["REF-03", "CON-01", "CLA-01", "RE-REF-DIS"])
def test_a_base_of_a_year_before_gives_what_the_release_gives(analyst_db: Path, code: str) -> None:
    with duckdb.connect(str(analyst_db), read_only=True) as connection:
        expected = connection.execute(
            "select period_type, period_end_date, base_period_end_date, base_value, "
            "change_absolute, change_percentage_points, change_relative_pct, change_meaning "
            "from indicators.rpt_comparison where indicator_code = ? "
            "and base_period_end_date is not null and period_end_date = date '2022-09-30'",
            [code],
        ).fetchall()
    assert expected
    for kind, end, base_end, *changed in expected:
        (row,) = comparison.against_base(
            analyst_db, code, str(base_end), period_type=kind, date_to=end
        )
        found = [row[name] for name in ("base_value", "change_absolute")]
        found += [row[name] for name in ("change_percentage_points", "change_relative_pct")]
        assert [*found, row["change_meaning"]] == pytest.approx(changed)


def test_a_base_is_as_long_as_the_window(analyst_db: Path) -> None:
    def base_of(first: str, last: str, base: str) -> tuple[date, date]:
        (row,) = comparison.against_base(analyst_db, "CON-01", base, date_from=first, date_to=last)
        return row["base_period_start_date"], row["base_period_end_date"]

    assert base_of("2022-02-01", "2022-02-28", "2020-02-29") == (
        date(2020, 2, 1),
        date(2020, 2, 29),
    )
    assert base_of("2022-01-05", "2022-01-31", "2020-02-29") == (
        date(2020, 2, 3),
        date(2020, 2, 29),
    )
    assert base_of("2022-07-01", "2022-09-30", "2020-06-01..2020-06-30") == (
        date(2020, 6, 1),
        date(2020, 6, 30),
    )


def test_counts_of_two_lengths_are_not_compared_but_shares_are(analyst_db: Path) -> None:
    window = {"date_from": "2022-07-01", "date_to": "2022-09-30"}
    (count,) = comparison.against_base(analyst_db, "CON-01", "2022-06-01..2022-06-30", **window)
    assert count["change_absolute"] is None
    assert "not as long" in count["change_reason"]
    (share,) = comparison.against_base(analyst_db, "REF-03", "2021-04-01..2022-06-30", **window)
    assert share["change_reason"] is None or "divide" in share["change_reason"]


@pytest.mark.parametrize("base", ["yesterday", "2021-02-30", "2022-06-01..", "2021-04-15"])
def test_a_base_that_cannot_be_is_told(analyst_db: Path, base: str) -> None:
    with pytest.raises(WrongUse):
        comparison.against_base(analyst_db, "CON-01", base, period_type="year")


def test_a_published_figure_never_stands_beside_part_of_a_year(analyst_db: Path) -> None:
    with duckdb.connect(str(analyst_db), read_only=True) as connection:
        kinds = connection.execute(
            "select distinct period_type from indicators.rpt_comparison "
            "where comparator_year is not null"
        ).fetchall()
        early = connection.execute(
            "select count(*) from indicators.rpt_comparison "
            "where comparator_year_end_date > period_end_date"
        ).fetchone()
        silent = connection.execute(
            "select count(*) from indicators.rpt_comparison where comparator_reason is null "
            "and coalesce(statistical_neighbours_value, region_value, england_value) is null"
        ).fetchone()
    # Six months of a share may: comparator_difference says that they are half a year.
    assert {kind for (kind,) in kinds} == {
        "year", "rolling_12_months", "rolling_6_months", "month_end",
    }  # fmt: skip
    assert (early, silent) == ((0,), (0,))


def test_every_row_of_the_report_has_its_comparison(analyst_db: Path) -> None:
    key = "la_code, indicator_code, period_type, period_start_date, period_end_date, value"
    with duckdb.connect(str(analyst_db), read_only=True) as connection:
        for first, second in (
            ("rpt_indicator", "rpt_comparison"),
            ("rpt_comparison", "rpt_indicator"),
        ):
            missing = connection.execute(
                f"select count(*) from (select {key} from indicators.{first} "
                f"where breakdown = 'all' except all select {key} from indicators.{second})"
            ).fetchone()
            assert missing == (0,)


def test_a_rate_that_rests_on_few_says_so(analyst_db: Path) -> None:
    """Fewer than the seed says, of a percentage; of any two dates as of a standard period."""
    with duckdb.connect(str(analyst_db), read_only=True) as connection:
        found = connection.execute(
            "select indicator_code, period_start_date, period_end_date, denominator, "
            "is_small_denominator from indicators.rpt_indicator "
            "where breakdown = 'all' and availability = 'available' "
            "and indicator_code in ('REF-03', 'CON-01') and period_type = 'month'"
        ).fetchall()
    assert {few for *_, few in found} == {True, False}
    for code, _, _, denominator, few in found:
        assert few == (code == "REF-03" and 0 < denominator < 20), (code, denominator)
    (code, first, last, *_), *_ = [row for row in found if row[-1]]
    (row,) = indicators.indicator_value(analyst_db, code, date_from=first, date_to=last)
    assert row["is_small_denominator"]


@pytest.mark.slow
def test_any_two_dates_give_every_figure_of_the_report(analyst_db: Path, tmp_path: Path) -> None:
    """A law: of an indicator two standard periods, with every breakdown, asked by their dates.

    Of each way to count and measure the tests ask some indicators, which change with the version of
    the code, and of each breakdown a period in which it has most records. All of all indicators:
    `CSC_TWO_DATES=all make test TESTS=tests/month/test_comparators.py`, some minutes.

    The macro reads the records from a table here, not from the view, and no shorter plan is looked
    for: to plan takes longer than the answer.
    """
    is_all = os.environ.get("CSC_TWO_DATES") == "all"
    copy = tmp_path / "analyst.duckdb"
    copy.write_bytes(analyst_db.read_bytes())
    figures = (
        "indicator_code, period_start_date, period_end_date, breakdown, breakdown_value, "
        "numerator, denominator, value, lower_bound, upper_bound, is_small_denominator, "
        "availability, unavailable_reason"
    )
    with duckdb.connect(str(copy)) as connection:
        connection.execute(
            "create table indicators.records as from indicators.fct_indicator_detail; "
            "drop view indicators.fct_indicator_detail; "
            "alter table indicators.records rename to fct_indicator_detail; "
            "set disabled_optimizers = 'grouping_sets'"
        )
        # With breakdowns where the indicator has them; the newest, and one that ends before; and of
        # each breakdown a period in which it has most records.
        asked = connection.execute(
            """
            (
                select indicator_code, period_type, period_start_date, period_end_date
                from indicators.rpt_indicator
                where indicator_code in (
                    select indicator_code
                    from reference.indicator
                    qualify row_number() over (
                        partition by aggregation, measured_as
                        order by hash(indicator_code, $version)
                    ) <= $indicators
                )
                group by indicator_code, period_type, period_start_date, period_end_date
                qualify row_number() over (
                    partition by indicator_code
                    order by
                        count(distinct breakdown) desc,
                        hash(indicator_code, period_type, period_end_date)
                ) <= 2
            )
            union
            (
                select indicator_code, period_type, period_start_date, period_end_date
                from indicators.rpt_indicator
                qualify row_number() over (
                    partition by breakdown
                    order by
                        numerator desc nulls last,
                        denominator desc nulls last,
                        hash(indicator_code, period_type, period_end_date)
                ) = 1
            )
            """,
            {"version": code_version(), "indicators": 1_000 if is_all else 2},
        ).fetchall()
        assert len({code for code, *_ in asked}) > (150 if is_all else 20)
        breakdowns = set()
        for code, period_type, first, last in asked:
            connection.execute(
                f"create or replace temp table shown as select {figures} "
                "from indicators.rpt_indicator where indicator_code = $code "
                "and period_type = $period_type and period_end_date = $last",
                {"code": code, "period_type": period_type, "last": last},
            )
            connection.execute(
                f"create or replace temp table found as select {figures} "
                "from indicators.indicator_between($code, $first, $last)",
                {"code": code, "first": first, "last": last},
            )
            other = connection.execute("from found except all from shown").fetchall()
            # The report also has values that occur in its other periods only: nobody is counted.
            missing = connection.execute(
                "from (from shown except all from found) where breakdown = 'all' "
                "or availability <> 'available' or numerator <> 0 "
                "or (numerator is null and denominator <> 0)"
            ).fetchall()
            assert (other, missing) == ([], []), (code, period_type, last)
            breakdowns |= {
                name
                for (name,) in connection.execute("select distinct breakdown from found").fetchall()
            }
        reported = connection.execute("select distinct breakdown from indicators.rpt_indicator")
        assert breakdowns == {name for (name,) in reported.fetchall()}
    assert len(breakdowns) > 20


def test_every_change_of_the_report_is_the_commands(analyst_db: Path) -> None:
    """The rule stands once: the same bits, whoever asks."""
    with duckdb.connect(str(analyst_db), read_only=True) as connection:
        rows = connection.execute(
            "select value, base_value, unit, polarity, change_absolute, "
            "change_percentage_points, change_relative_pct, change_meaning "
            "from indicators.rpt_comparison qualify row_number() over ("
            "partition by unit, polarity, change_meaning order by hash(value, base_value)) <= 3"
        ).fetchall()
    assert {row[-1] for row in rows} == {"better", "worse", "neither", "no change", None}
    for value, base_value, unit, polarity, *changed in rows:
        assert list(comparison.change(value, base_value, unit, polarity).values()) == changed


def test_lines_for_people_name_the_method_and_the_model(analyst_db: Path) -> None:
    (row,) = comparison.beside_published(analyst_db, "REF-03", period_type="rolling_12_months")
    shown = {what: (amount, note) for what, amount, note in comparison.lines(row)}
    assert shown["neighbours"][1].startswith("median of 10 of 10, ")
    assert "model of 2021" in shown["neighbours"][1]
    assert "2022" in shown["England"][1]
    assert indicators.definition(analyst_db, "REF-03")["unit"] == "percent"
