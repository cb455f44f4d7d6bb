"""`csc indicator` and `csc explain` on records made up here, and the models that add them up.

The table macro `indicator_between` is made of the same macros as the models, but for its calendar:
two days in the place of months. Here they meet: every standard period must give the same.
"""

from __future__ import annotations

import random
from collections.abc import Iterator
from datetime import date, timedelta
from pathlib import Path

import duckdb
import pytest

from csc_warehouse.ask import indicators
from csc_warehouse.build import transform
from csc_warehouse.build.transform import Dbt
from csc_warehouse.errors import CscError, WrongUse
from csc_warehouse.places import DBT_PROJECT, SEEDS
from csc_warehouse.shortcuts import SETTING

FIRST, AS_AT = date(2020, 1, 1), date(2021, 4, 30)
CHILDREN = 25

#: Measured as, and counted how: one indicator of each kind that there is.
KINDS = {
    "MIS-01": ("event", "count_of_records"),
    "MIS-02": ("event", "count_of_children"),
    "REF-03": ("event", "share_of_records"),
    "RE-REF-DIS": ("event", "share_of_children"),
    "CLA-01": ("snapshot", "count_of_children"),
    "PLC-01": ("snapshot", "share_of_children"),
    "ASM-02": ("event", "share_of_records"),
    "DISTRIBUTION": ("event", "distribution_of_records"),
    "DISTRIBUTION OF CHILDREN": ("event", "distribution_of_children"),
    "RATE": ("event", "rate_per_10000"),
    "RATE OF CHILDREN": ("event", "rate_per_10000_children"),
    "RATE AT A DATE": ("snapshot", "rate_per_10000_children"),
    "RATIO": ("event", "records_per_child"),
    "MEDIAN": ("event", "median"),
    "MEDIAN AT A DATE": ("snapshot", "median"),
    "MEAN": ("event", "mean"),
    "MINIMUM": ("event", "minimum"),
    "MAXIMUM": ("event", "maximum"),
    "WEIGHTED MEAN": ("snapshot", "mean"),
}
#: Which occasion of a child counts in a period, where it is not any.
OCCASIONS = {"DISTRIBUTION OF CHILDREN": "first", "RATE OF CHILDREN": "last"}
TOPICS = sorted(
    {
        path.stem.removeprefix("int_indicator_counted_")
        for path in (DBT_PROJECT / "models" / "indicators").rglob("int_indicator_counted_*.sql")
    }
)
RATES = [code for code, (_, aggregation) in KINDS.items() if aggregation.startswith("rate_")]
MEASURES = ("median", "mean", "minimum", "maximum")
UNAVAILABLE = "ASM-02"
LATE = "MIS-01"
"""Whose source covers a part of the days only."""

_TABLES = f"""
    create schema analyst.marts;
    create schema analyst.reference;
    create schema analyst.indicators;
    create schema analyst.internal;
    create schema analyst.ops;
    create schema intermediate;

    create table analyst.ops.release as
    select 'r' as release_id, '2021-04' as month, date '{AS_AT}' as as_at_date, 'c' as code_version;

    create table analyst.marts.dim_authority as
    select '991' as la_code, date '{AS_AT}' as as_at_date, date '{FIRST}' as history_start_date;

    create table intermediate.int_authorities as select * from analyst.marts.dim_authority;

    create table analyst.reference.period_type as
    select * from read_csv('{SEEDS}/indicators/period_type.csv', nullstr = '');

    create table analyst.reference.indicator as
    select * from read_csv('{SEEDS}/indicators/indicator.csv', nullstr = '', all_varchar = true);
    alter table analyst.reference.indicator alter valid_from type date;
    alter table analyst.reference.indicator alter valid_to type date;

    insert into analyst.reference.indicator by name
    select
        kind as indicator_code, kind as indicator_name, measured_as, aggregation,
        date '2000-01-01' as valid_from
    from (values {
    ", ".join(str((code, *kind)) for code, kind in KINDS.items() if code.isupper())
}) as kinds (kind, measured_as, aggregation)
    where kind not in (select indicator_code from analyst.reference.indicator);

    create table analyst.reference.aggregation as
    select * from read_csv('{SEEDS}/indicators/aggregation.csv');

    create table analyst.reference.minimum_denominator as
    select aggregation, 8 as minimum_denominator, valid_from, valid_to
    from read_csv(
        '{SEEDS}/indicators/minimum_denominator.csv', nullstr = '',
        types = {{'valid_from': 'date', 'valid_to': 'date'}}
    );

    create table analyst.reference.child_population as
    select 'authority' as area_type, '991' as area, day as mid_year_date, children,
        2022 as vintage_year
    from (values (date '2018-06-30', 100), (date '2020-06-30', 120)) as estimates (day, children);

    create table analyst.marts.dim_date as
    select
        day::date as date_day,
        date_trunc('month', day)::date as month_start_date,
        last_day(day) as month_end_date,
        false as is_school_holiday,
        last_day((date_trunc('quarter', day) + interval 2 month)::date) as quarter_end_date,
        make_date(year(day) - (month(day) < 4)::int, 4, 1) as year_start_date,
        make_date(year(day) + (month(day) > 3)::int, 3, 31) as year_end_date
    from generate_series(date '2019-01-01', date '2022-12-31', interval 1 day) as days (day);

    create table intermediate.int_indicator_availability (
        la_code varchar, as_at_date date, history_start_date date, indicator_code varchar,
        indicator_name varchar, aggregation varchar, counts varchar, gives varchar,
        has_breakdowns boolean, occasion varchar, measured_as varchar, period_types varchar,
        age_band_set varchar, availability varchar, unavailable_reason varchar
    );

    create table analyst.indicators.rpt_indicator_availability (
        la_code varchar, indicator_code varchar, indicator_name varchar, as_at_date date,
        history_start_date date, age_band_set varchar, occasion varchar, availability varchar,
        unavailable_reason varchar
    );

    -- Of the extracts that {LATE} needs, those of January to March 2020 are not there.
    create table analyst.indicators.fct_indicator_need as
    select
        '991' as la_code, '{LATE}' as indicator_code, 'event' as measured_as,
        'ssd' as source_system, 'made_up' as table_name, false as is_own_month,
        0 as look_back_months;

    -- A fault left something out of every other indicator.
    create table analyst.indicators.fct_indicator_left_out as
    select '991' as la_code, indicator_code, 3 as records_left_out
    from (
        select indicator_code, row_number() over (order by indicator_code) as number
        from analyst.reference.indicator
    ) as numbered
    where number % 2 = 0;

    create table analyst.ops.delivered_table as
    select
        '991' as la_code, 'ssd' as source_system, 'made_up' as table_name,
        date '{AS_AT}' as as_at_date, date '2020-04-01' as history_start_date;

    create table intermediate.int_indicator_gaps (
        la_code varchar, indicator_code varchar, period_number bigint, unavailable_reason varchar
    );

    create table analyst.marts.dim_child as
    select
        'child ' || number as child_key,
        ['female', 'male', 'not known'][number % 3 + 1] as sex,
        'not known' as ethnic_group,
        'not known' as disability
    from range({CHILDREN}) as children (number);

    create table analyst.marts.dim_team (team_key varchar, team_name varchar);

    create table analyst.reference.code (
        code_set varchar, code varchar, label varchar, group_label varchar
    );

    create table analyst.reference.age_band as
    select * from read_csv('{SEEDS}/indicators/age_band.csv', nullstr = '');

    create table analyst.indicators.counted (
        la_code varchar, indicator_code varchar, record_key varchar, record_table varchar,
        child_key varchar, event_date date, numerator integer, denominator integer,
        numerator_date date, quantity double, weight double, age_years integer, team_key varchar,
        legal_status_code varchar, placement_type_code varchar, is_unaccompanied boolean,
        is_looked_after boolean, single_age_years integer, entry_age_years integer,
        weeks_to_18 varchar, is_care_leaver boolean, is_excluded boolean,
        referral_source_code varchar, primary_need_code varchar, factor_code varchar,
        status_after_referral varchar, previous_close_reason_code varchar, sibling_group varchar,
        school_day date, placement_change_reason_code varchar, abuse_category_code varchar,
        duration varchar, assisting_organisation varchar, age_band_set varchar,
        is_in_doubt boolean, load_id varchar, source_file varchar, row_number bigint
    );

    {
    "".join(
        f"create view analyst.internal.int_indicator_counted_{topic} as "
        f"select * from indicators.counted where {topic == 'front_door'}; "
        for topic in TOPICS
    )
}
"""


def made_up_rows(code: str, dice: random.Random) -> Iterator[dict[str, object]]:
    """Rows of few children on few days, many of them the first or last of a period."""
    measured_as, aggregation = KINDS[code]
    month_ends = [
        day
        for number in range((AS_AT - FIRST).days + 1)
        if ((day := FIRST + timedelta(number)) + timedelta(1)).day == 1
    ]
    edges = [end + timedelta(shift) for end in month_ends for shift in (-28, -27, 0, 1)]
    taken = set()
    for number in range(150):
        day = dice.choice(month_ends if measured_as == "snapshot" else edges)
        child = f"child {dice.randrange(CHILDREN)}"
        if day > AS_AT or day < FIRST or (measured_as == "snapshot" and (child, day) in taken):
            continue
        taken.add((child, day))
        is_share = aggregation.startswith("share_")
        comes_true = code == "RE-REF-DIS"
        yield {
            "la_code": "991",
            "indicator_code": code,
            "record_key": f"{code} {dice.randrange(10**9)} {number}",
            "record_table": "fct_made_up",
            "child_key": child,
            "event_date": day,
            "numerator": int(not is_share or dice.random() < 0.5),
            "denominator": 1 if is_share else None,
            "numerator_date": day + timedelta(dice.choice((0, 1, 3, 31, 62)))
            if comes_true
            else None,
            "quantity": dice.choice((None, *range(9))) if aggregation in MEASURES else None,
            "weight": dice.choice((0.5, 0.8, 1)) if code == "WEIGHTED MEAN" else None,
            "age_years": dice.choice((15, 16, None)),
            "age_band_set": "missing",
            "is_in_doubt": dice.random() < 0.2,
            "load_id": "load",
            "source_file": "made_up.csv",
            "row_number": number + 2,
        }


@pytest.fixture(scope="module")
def analyst_db(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("indicators")
    warehouse_db, analyst_db = folder / "warehouse.duckdb", folder / "analyst.duckdb"
    dice = random.Random(5)
    with duckdb.connect(str(warehouse_db)) as connection:
        connection.execute(f"attach '{analyst_db}' as analyst")
        connection.execute(_TABLES)
        for code, (measured_as, aggregation) in KINDS.items():
            is_there = code != UNAVAILABLE
            connection.execute(
                "insert into intermediate.int_indicator_availability by name "
                "select '991' as la_code, ?::date as as_at_date, ?::date as history_start_date, "
                "? as indicator_code, "
                "(select any_value(indicator_name) from analyst.reference.indicator "
                "where indicator_code = ?) as indicator_name, ? as measured_as, "
                "aggregation, counts, gives, has_breakdowns, ? as occasion, "
                "'standard' as age_band_set, ? as availability, ? as unavailable_reason "
                "from analyst.reference.aggregation where aggregation = ?",
                [
                    AS_AT,
                    FIRST,
                    code,
                    code,
                    measured_as,
                    OCCASIONS.get(code, "any"),
                    "available" if is_there else "not_delivered",
                    None if is_there else "The extract came without it.",
                    aggregation,
                ],
            )
            for row in made_up_rows(code, dice) if is_there else ():
                names = ", ".join(row)
                marks = ", ".join(f"${name}" for name in row)
                connection.execute(
                    f"insert into analyst.indicators.counted ({names}) values ({marks})",
                    row,
                )
        connection.execute(
            "insert into analyst.indicators.rpt_indicator_availability by name select "
            "columns(* exclude (aggregation, counts, gives, has_breakdowns, measured_as, "
            "period_types)) from intermediate.int_indicator_availability"
        )
    with pytest.MonkeyPatch.context() as patch:
        # The made-up codes are not in the register: no model may look for registered ones only.
        patch.setattr(transform, "registered_indicators", list)
        # Few models of a project that is no other test's: to compile all of it would take longer.
        patch.setenv(SETTING, "kept_connection,own_tables")
        Dbt(warehouse_db, analyst_db, folder / "dbt").build(
            "int_indicator_periods",
            "int_indicator_period_months",
            "int_indicator_gaps",
            "int_indicator_cells_*",
            "int_indicator_record_totals",
            "int_indicator_child_totals",
            "int_indicator_quantity_totals",
            "int_indicator_populations",
            "rpt_indicator",
            "fct_indicator_detail",
            "indicator_between",
        )
    return analyst_db


def report(analyst_db: Path, code: str) -> list[dict[str, object]]:
    with duckdb.connect(str(analyst_db), read_only=True) as connection:
        cursor = connection.execute(
            "select * from indicators.rpt_indicator where indicator_code = ?", [code]
        )
        names = [column[0] for column in cursor.description or []]
        return [dict(zip(names, row, strict=True)) for row in cursor.fetchall()]


SUMS = ("numerator", "denominator", "value", "lower_bound", "upper_bound", "is_small_denominator")


@pytest.mark.parametrize("code", [code for code in KINDS if code != UNAVAILABLE])
def test_any_two_dates_give_what_the_standard_period_gives(analyst_db: Path, code: str) -> None:
    rows = report(analyst_db, code)
    assert {row["breakdown"] for row in rows} >= {"all", "sex", "age_band"} or code in RATES
    seen_doubt = set()
    periods = sorted({(row["period_start_date"], row["period_end_date"]) for row in rows})
    for start, end in random.Random(3).sample(periods, min(5, len(periods))):
        found = between(analyst_db, code, start, end)
        for row in rows:
            if (row["period_start_date"], row["period_end_date"]) != (start, end):
                continue
            same = found.get((row["breakdown"], row["breakdown_value"]))
            if same is None:
                assert not row["numerator"]
                assert not row["denominator"] or KINDS[code][1].startswith("distribution_")
                continue
            assert {name: same[name] for name in SUMS} == pytest.approx(
                {name: row[name] for name in SUMS}
            )
            assert same["unavailable_reason"] == row["unavailable_reason"]
            if row["availability"] != "available":
                continue
            if not row["lower_bound"] == row["value"] == row["upper_bound"]:
                seen_doubt.add(row["breakdown"])
            assert row["value"] is None or row["value"] >= row["lower_bound"]
            assert row["upper_bound"] is None or row["value"] <= row["upper_bound"]
    assert seen_doubt >= ({"all"} if code in RATES else {"all", "sex", "age_band"})
    # The command gives those of one breakdown.
    told = indicators.indicator_value(
        analyst_db, code, date_from=start, date_to=end, breakdown="all"
    )
    assert told == [{name: found["all", "all"][name] for name in told[0]}]


def between(
    analyst_db: Path, code: str, start: date, end: date
) -> dict[tuple[str, str], dict[str, object]]:
    """The figures of two dates by breakdown and value."""
    with duckdb.connect(str(analyst_db), read_only=True) as connection:
        # To look for a shorter plan takes longer than the answer.
        connection.execute("set disabled_optimizers = 'grouping_sets'")
        cursor = connection.execute(
            "from indicators.indicator_between(?, ?, ?)", [code, start, end]
        )
        names = [column[0] for column in cursor.description or []]
        rows = [dict(zip(names, row, strict=True)) for row in cursor.fetchall()]
    return {(row["breakdown"], row["breakdown_value"]): row for row in rows}


@pytest.mark.parametrize("code", [code for code in KINDS if code != UNAVAILABLE])
def test_the_records_behind_a_value_are_its_denominator(analyst_db: Path, code: str) -> None:
    for value in indicators.indicator_value(analyst_db, code):
        behind = indicators.explain(
            analyst_db,
            code,
            period_type=str(value["period_type"]),
            period_end=value["period_end_date"],
        )
        unit = "child_key" if "children" in KINDS[code][1] else "record_key"
        counted = {row[unit] for row in behind if row["numerator"] == 1}
        everything = {row[unit] for row in behind}
        aggregation = KINDS[code][1]
        if aggregation in MEASURES:
            measured = [row for row in behind if row["quantity"] is not None]
            assert (value["numerator"], value["denominator"]) == (None, len(measured))
        elif aggregation == "records_per_child":
            assert value["numerator"] == len(behind)
            assert value["denominator"] == len({row["child_key"] for row in behind})
        else:
            assert len(counted) == value["numerator"]
        if aggregation.startswith("share_"):
            assert len(everything) == value["denominator"]
        for row in behind:
            assert value["period_start_date"] <= row["event_date"] <= value["period_end_date"]
            assert row["source_file"] == "made_up.csv" and row["row_number"] >= 2


def test_without_dates_the_newest_periods_are_shown(analyst_db: Path) -> None:
    found = {
        row["period_type"]: row["period_end_date"]
        for row in indicators.indicator_value(analyst_db, "MIS-01", la_codes=["991"])
    }
    assert found == {
        "month": AS_AT,
        "quarter": date(2021, 3, 31),
        "year": date(2021, 3, 31),
        "year_to_date": AS_AT,
        "rolling_4_weeks": AS_AT,
        "rolling_6_months": AS_AT,
        "rolling_12_months": AS_AT,
    }


def test_days_that_the_source_does_not_cover_have_no_figure(analyst_db: Path) -> None:
    """In April 2020 the source begins to cover what is needed: the day before, not yet."""
    for first, is_covered in ((date(2020, 4, 1), True), (date(2020, 3, 31), False)):
        (row,) = indicators.indicator_value(analyst_db, LATE, date_from=first, date_to="2020-05-15")
        assert (row["availability"], row["value"] is not None) == (
            "available" if is_covered else "not_delivered",
            is_covered,
        )
    assert row["unavailable_reason"].endswith("no made_up covers 2020-03.")


def test_a_numerator_counts_from_its_day_and_not_from_its_month(analyst_db: Path) -> None:
    """Between two days of a month, as between two months."""
    code = "RE-REF-DIS"
    with duckdb.connect(str(analyst_db), read_only=True) as connection:
        event, later = connection.execute(
            "select event_date, numerator_date from indicators.fct_indicator_detail "
            "where indicator_code = ? and numerator = 1 and numerator_date > event_date "
            "and numerator_date < last_day(event_date) order by numerator_date limit 1",
            [code],
        ).fetchall()[0]
        expected = {
            day: connection.execute(
                "select count(distinct child_key) from indicators.fct_indicator_detail "
                "where indicator_code = ? and event_date between ? and ? and numerator = 1 "
                "and numerator_date <= ?",
                [code, event, day, day],
            ).fetchall()[0][0]
            for day in (later - timedelta(days=1), later)
        }
    for day, numerator in expected.items():
        (row,) = indicators.indicator_value(analyst_db, code, date_from=event, date_to=day)
        assert row["numerator"] == numerator
    assert expected[later] > expected[later - timedelta(days=1)]


def test_a_release_without_the_macro_says_what_to_do(analyst_db: Path, tmp_path: Path) -> None:
    older = tmp_path / "analyst.duckdb"
    older.write_bytes(analyst_db.read_bytes())
    with duckdb.connect(str(older)) as connection:
        connection.execute("drop macro table indicators.indicator_between")
    with pytest.raises(CscError, match="Run its month again"):
        indicators.indicator_value(older, "MIS-01", date_from="2021-01-01", date_to="2021-01-09")
    assert indicators.indicator_value(older, "MIS-01", period_type="month", breakdown="sex")


def test_a_period_type_with_dates_gives_the_periods_between_them(analyst_db: Path) -> None:
    rows = indicators.indicator_value(
        analyst_db, "MIS-01", period_type="quarter", date_from="2020-04-01", date_to="2020-12-30"
    )
    assert [row["period_start_date"] for row in rows] == [date(2020, 4, 1), date(2020, 7, 1)]


def test_what_is_not_available_says_why(analyst_db: Path) -> None:
    asked = (
        indicators.indicator_value(analyst_db, UNAVAILABLE, period_type="month"),
        indicators.indicator_value(
            analyst_db, UNAVAILABLE, date_from="2021-02-03", date_to="2021-02-04"
        ),
    )
    for rows in asked:
        assert [(row["availability"], row["value"]) for row in rows] == [("not_delivered", None)]
        assert rows[0]["unavailable_reason"] == "The extract came without it."


@pytest.mark.parametrize(
    ("asked", "said"),
    [
        ({"code": "REF-99"}, "no indicator REF-99"),
        ({"code": "MIS-01", "period_type": "month_end"}, "no period month_end"),
        ({"code": "REF-05", "period_type": "month"}, "it has rolling_4_weeks"),
        ({"code": "MIS-01", "breakdown": "shoe_size"}, "no breakdown shoe_size"),
        ({"code": "RATE", "breakdown": "sex"}, "has no breakdowns"),
        ({"code": "MIS-01", "la_codes": ["992"]}, "no authority 992"),
        ({"code": "MIS-01", "date_from": "1 May"}, "must look like"),
        ({"code": "MIS-01", "date_from": "2020-05-02", "date_to": "2020-05-01"}, "in order"),
        ({"code": "MIS-01", "date_from": "2020-05-02"}, "both"),
        (
            {"code": "MIS-01", "date_from": "2019-12-31", "date_to": "2020-05-01"},
            "covers 2020-01-01",
        ),
        ({"code": "MIS-01", "date_from": "2021-04-01", "date_to": "2021-05-01"}, "to 2021-04-30"),
        ({"code": "CLA-01", "date_to": "2021-04-29"}, "a month's last day"),
    ],
)
def test_wrong_use_is_told_what_there_is(
    analyst_db: Path, asked: dict[str, object], said: str
) -> None:
    code = str(asked.pop("code"))
    with pytest.raises(WrongUse, match=said):
        indicators.indicator_value(analyst_db, code, **asked)  # type: ignore[arg-type]


def test_a_period_without_a_row_cannot_be_explained(analyst_db: Path) -> None:
    with pytest.raises(WrongUse, match="no quarter that ends on 2021-04-30"):
        indicators.explain(analyst_db, "MIS-01", period_type="quarter", period_end="2021-04-30")


@pytest.mark.parametrize(
    ("code", "said"),
    [
        ("RATE", ["numerator", "children living there", "per 10,000"]),
        ("MEDIAN", ["measured", "median, working days"]),
        ("MIS-01", ["numerator", "denominator", "value"]),
    ],
)
def test_the_head_of_a_table_says_what_the_numbers_are(
    analyst_db: Path, code: str, said: list[str]
) -> None:
    known = indicators.definition(analyst_db, code)
    unit = {"rate": "per 10,000", "median": "working days"}.get(known["gives"], known["unit"])
    assert list(indicators.headings(known | {"unit": unit}).values()) == said
