"""The register, its SQL files, its thresholds and the raw tables that it names agree."""

from __future__ import annotations

import csv
import re
from datetime import date
from functools import cache
from itertools import pairwise

import pytest
import yaml

from csc_warehouse import council
from csc_warehouse.ask.rule import figure_rule
from csc_warehouse.build.transform import registered_indicators
from csc_warehouse.places import DBT_PROJECT, SEEDS

MODELS = DBT_PROJECT / "models" / "indicators"

#: The unit of what an aggregation gives; what is measured has the unit of its quantity.
UNITS = {
    "count": {"count"},
    "share": {"percent"},
    "distribution": {"percent"},
    "rate": {"per 10,000"},
    "ratio": {"per child"},
}
MEASURED_UNITS = {
    "percent",
    "cases",
    "working days",
    "days",
    "weeks",
    "months",
    "years",
    "hours",
    "miles",
    "points",
    "children",
}

REQUIRED_COLUMNS = (
    "indicator_code",
    "indicator_name",
    "title",
    "subject",
    "source_subject",
    "definition",
    "numerator",
    "exclusions",
    "unit",
    "polarity",
    "aggregation",
    "measured_as",
    "source_of_definition",
    "owner",
    "valid_from",
)

#: What issue 2 asks for.
ASKED_FOR = """
    CON-01 REF-01 REF-03 REF-04 REF-05 RE-REF-DIS ASM-01 ASM-02 ASM-02R S47-01 ICPC-01 CPP-01 CPP-04
    CLA-01 CLA-03 CLA-04 CLA-07 PLC-01 PLC-03 PLC-05 PLC-05K PLC-05U HLT-01 MIS-01 MIS-02 MIS-03
    RHI-01 RHI-02 UASC-01 CL-01 CL-02 CL-03 CL-04 CL-05 CL-06
"""


def seed(name: str, folder: str = "indicators") -> list[dict[str, str]]:
    with (SEEDS / folder / f"{name}.csv").open(encoding="utf-8", newline="") as file:
        return list(csv.DictReader(file))


REGISTER = seed("indicator")
AGGREGATIONS = {row["aggregation"]: row for row in seed("aggregation")}
#: The rows of the seed that indicators read; the others are rules of the facts.
INDICATOR_THRESHOLDS = [row for row in seed("threshold") if row["indicator_code"]]
#: Those that some source can carry: only these have SQL.
CARRIED = [row for row in REGISTER if any(row[name] for name in row if name.startswith("needs_"))]
by_code = pytest.mark.parametrize(
    "row", REGISTER, ids=[f"{row['indicator_code']} {row['valid_from']}" for row in REGISTER]
)


@cache
def raw_tables(source: str) -> dict[str, set[str]]:
    """The declared raw tables of a source, with their columns."""
    folder = DBT_PROJECT / "models" / "staging" / source
    return {
        table["name"]: {column["name"] for column in table["columns"]}
        for path in folder.glob("_*__sources.yml")
        for declared in yaml.safe_load(path.read_text(encoding="utf-8"))["sources"]
        for table in declared["tables"]
    }


@cache
def needed_names() -> list[tuple[str, str, str]]:
    return [
        (row["indicator_code"], column.removeprefix("needs_"), name)
        for row in REGISTER
        for column, names in row.items()
        if column.startswith("needs_")
        for name in names.split()
    ]


def test_the_register_holds_what_was_asked_for() -> None:
    assert {row["indicator_code"] for row in REGISTER} >= set(ASKED_FOR.split())


def test_every_row_has_its_sql_and_every_sql_its_row() -> None:
    files = {(path.parent.name, path.stem) for path in MODELS.rglob("ind_*.sql")}
    assert files == {(row["subject"], f"ind_{row['indicator_name']}") for row in CARRIED}


def test_what_no_extract_carries_says_so() -> None:
    for row in REGISTER:
        if row not in CARRIED:
            assert row["caveat"].startswith("Not available: "), row["indicator_code"]


def test_the_versions_of_an_indicator_do_not_overlap() -> None:
    for row in REGISTER:
        same = [other for other in REGISTER if other["indicator_code"] == row["indicator_code"]]
        after = [other for other in same if other["valid_from"] > row["valid_from"]]
        assert len([other for other in same if other["valid_from"] == row["valid_from"]]) == 1
        assert all(row["valid_to"] and row["valid_to"] <= other["valid_from"] for other in after)


@by_code
def test_a_row_is_complete(row: dict[str, str]) -> None:
    assert not [name for name in REQUIRED_COLUMNS if not row[name].strip()]
    assert not [name for name, value in row.items() if value != value.strip()]


def test_an_indicator_has_age_bands_if_its_records_have_an_age() -> None:
    """Without ages, every record would be 'not known'."""
    bands = {row["indicator_code"]: row["age_band_set"] for row in seed("indicator")}
    models = registered_indicators()
    assert [
        model["code"]
        for model in models
        if bool(bands[model["code"]]) != ("age_years" in model["arguments"])
    ] == []
    assert {"ASM-03", "CLA-01"} < {model["code"] for model in models}


@by_code
def test_a_row_uses_known_words(row: dict[str, str]) -> None:
    assert row["aggregation"] in AGGREGATIONS
    assert row["measured_as"] in {"event", "snapshot"}
    assert row["source_subject"] in {"front_door", "care", "missing", "care_leavers"}
    assert row["polarity"] in {"higher is better", "lower is better", "neutral"}
    assert row["age_band_set"] in {"", *(band["age_band_set"] for band in seed("age_band"))}
    assert set(row["period_types"].split()) <= {
        period["period_type"]
        for period in seed("period_type")
        if period["measured_as"] == row["measured_as"]
    }


@by_code
def test_unit_and_denominator_are_those_of_the_aggregation(row: dict[str, str]) -> None:
    gives = AGGREGATIONS[row["aggregation"]]["gives"]
    assert bool(row["denominator"]) == (gives != "count")
    assert row["unit"] in UNITS.get(gives, MEASURED_UNITS)


def test_a_rate_is_of_twelve_months() -> None:
    """Nothing is annualised: a rate of a part of a year would be taken for that of a year."""
    for row in REGISTER:
        if AGGREGATIONS[row["aggregation"]]["gives"] == "rate" and row["measured_as"] == "event":
            assert set(row["period_types"].split()) == {"year", "rolling_12_months"}, row


def test_the_report_shows_what_a_distribution_is_made_of() -> None:
    """The whole is shown nowhere: one without a table of its parts would be in no report."""
    with (SEEDS / "report" / "report_breakdown.csv").open(encoding="utf-8", newline="") as file:
        shown = {row["indicator_code"] for row in csv.DictReader(file)}
    spread = {
        row["indicator_code"]
        for row in REGISTER
        if AGGREGATIONS[row["aggregation"]]["gives"] == "distribution"
    }
    assert spread and spread <= shown


def test_each_topic_has_its_models() -> None:
    macro = (DBT_PROJECT / "macros" / "indicator_models.sql").read_text(encoding="utf-8")
    listed = re.findall(r"'(\w+)',", macro.split("indicator_topics() -%}")[1].split("endmacro")[0])
    assert sorted(listed) == sorted({row["topic"] for row in REGISTER})
    for kind in ("counted", "cells"):
        files = {path.stem for path in MODELS.rglob(f"int_indicator_{kind}_*.sql")}
        assert files == {f"int_indicator_{kind}_{topic}" for topic in listed}
        for path in MODELS.rglob(f"int_indicator_{kind}_*.sql"):
            topic = path.stem.removeprefix(f"int_indicator_{kind}_")
            assert f"indicator_{kind}('{topic}')" in path.read_text(encoding="utf-8")


def test_the_versions_of_one_name_count_the_same_way() -> None:
    for row in REGISTER:
        for other in REGISTER:
            if other["indicator_name"] == row["indicator_name"]:
                assert other["indicator_code"] == row["indicator_code"]
                assert other["measured_as"] == row["measured_as"]
                assert (
                    AGGREGATIONS[other["aggregation"]]["counts"]
                    == AGGREGATIONS[row["aggregation"]]["counts"]
                )


def test_a_minimum_denominator_is_of_a_known_aggregation() -> None:
    assert {row["aggregation"] for row in seed("minimum_denominator")} <= set(AGGREGATIONS)


def test_the_bands_of_a_set_have_no_gap_and_no_overlap() -> None:
    for name in {band["band_set"] for band in seed("band")}:
        bands = [band for band in seed("band") if band["band_set"] == name]
        assert [int(band["band_order"]) for band in bands] == list(range(1, len(bands) + 1))
        assert len({band["band"] for band in bands}) == len(bands)
        assert all(one["less_than"] == after["at_least"] for one, after in pairwise(bands))


def test_a_threshold_is_the_one_that_people_read() -> None:
    """A definition without its number would be none: title and numerator name the seed's."""
    by_code = {row["indicator_code"]: row for row in REGISTER}
    words = {"3": "three"}
    thresholds = [row for row in INDICATOR_THRESHOLDS if not row["valid_to"]]
    assert thresholds
    for row in thresholds:
        number, register = row["threshold"], by_code[row["indicator_code"]]
        assert number in register["title"].split(), row
        assert {number, words.get(number)} & set(register["numerator"].split()), row


def test_a_threshold_is_read_by_the_sql_of_its_indicator_and_by_no_other() -> None:
    read = set()
    for row in CARRIED:
        path = MODELS / row["subject"] / f"ind_{row['indicator_name']}.sql"
        text = path.read_text(encoding="utf-8")
        if "ref('threshold')" in text:
            assert f"indicator_code = '{row['indicator_code']}'" in text
            read.add(row["indicator_code"])
    assert read == {row["indicator_code"] for row in INDICATOR_THRESHOLDS}


def test_there_is_something_that_every_source_so_far_must_deliver() -> None:
    sources = {source for _, source, _ in needed_names()}
    assert sources == {"ssd", "annex_a", "ssda903", "cin_census", "local"}


@pytest.mark.parametrize("code", sorted({code for code, *_ in needed_names()}))
def test_what_an_indicator_needs_is_declared(code: str) -> None:
    unknown = []
    for _, source, name in (needed for needed in needed_names() if needed[0] == code):
        table, _, column = name.partition(".")
        columns = raw_tables(source).get(table)
        if columns is None or (column and column not in columns):
            unknown.append(f"{source}: {name}")
    assert unknown == []


@pytest.mark.parametrize(
    "row", CARRIED, ids=[f"{row['indicator_code']} {row['valid_from']}" for row in CARRIED]
)
def test_an_indicator_reads_marts_and_seeds_only(row: dict[str, str]) -> None:
    path = MODELS / row["subject"] / f"ind_{row['indicator_name']}.sql"
    refs = re.findall(r"ref\('(\w+)'\)", path.read_text(encoding="utf-8"))
    marts = ("fct_", "dim_", "ind_", "int_care_leaver_birthdays", "int_factors_found")
    allowed = (*marts, "threshold", "age_band", "band", "council_")
    assert refs
    assert not [name for name in refs if not name.startswith(allowed)]
    assert "source(" not in path.read_text(encoding="utf-8")


def test_a_change_is_of_an_indicator_and_said_once() -> None:
    changes = seed("indicator_change")
    assert {row["indicator_code"] for row in changes} <= {row["indicator_code"] for row in REGISTER}
    said = [(row["indicator_code"], row["changed_on"], row["change"]) for row in changes]
    assert len(said) == len(set(said))
    for _, day, change in said:
        assert date.fromisoformat(day)
        assert change.endswith(".")


def test_age_bands_have_no_gap_and_no_overlap() -> None:
    for name in {band["age_band_set"] for band in seed("age_band")}:
        ages = [
            int(band["age_years"])
            for band in seed("age_band")
            if band["age_band_set"] == name and band["age_years"]
        ]
        assert ages == list(range(min(ages), max(ages) + 1)), name


def test_a_breakdown_is_a_column_of_the_records_and_made_of_what_is_there() -> None:
    contract = yaml.safe_load(
        (MODELS / "aggregation" / "_aggregation.yml").read_text(encoding="utf-8")
    )
    (detail,) = [m for m in contract["models"] if m["name"] == "fct_indicator_detail"]
    columns = {column["name"]: column["data_type"] for column in detail["columns"]}
    with (SEEDS / "code_sets" / "code.csv").open(encoding="utf-8", newline="") as file:
        code_sets = {row["code_set"] for row in csv.DictReader(file)}
    before: set[str] = set()
    for row in seed("breakdown"):
        name, made_of = row["breakdown"], row["made_of"].split()
        assert columns.get(name) == "varchar", f"{name} is not in the contract of the records"
        assert bool(made_of) == (row["made_by"] != "child"), name
        assert row["made_by"] != "code" or (
            row["code_set"] in code_sets and row["code_label"] in ("label", "group_label")
        ), name
        assert row["made_by"] not in ("words", "school_day") or (
            row["when_true"] and row["when_false"]
        ), name
        assert row["made_by"] != "pair" or set(made_of) <= before, f"{name}: its parts come first"
        before.add(name)
    with (SEEDS / "report" / "report_breakdown.csv").open(encoding="utf-8", newline="") as file:
        assert {row["breakdown"] for row in csv.DictReader(file)} <= before


def test_the_list_of_breakdowns_stands_once() -> None:
    """A second list of them, in code, would be forgotten: two that only the seed should name."""
    root = DBT_PROJECT.parent
    places = {
        path.relative_to(root).as_posix()
        for folder, ending in (("src", "*.py"), ("dbt_project/macros", "*.sql"))
        for path in (root / folder).rglob(ending)
        if re.search(r"\b(status_after_referral|uasc_placement_type)\b", path.read_text("utf-8"))
    }
    assert places == set()


def test_the_rule_of_a_figure_uses_nothing_of_dbt() -> None:
    """The questions asked of a release read the same text without dbt."""
    rule = figure_rule()
    assert rule.indicator_numerator_as_at("day", "row.") == (
        "case when row.numerator_date > day then 0 else row.numerator end"
    )


def test_a_look_back_is_declared_for_the_standard_dataset_too() -> None:
    needs = seed("source_need", "sources")
    carried = {row["indicator_code"] for row in seed("indicator") if row["needs_ssd"]}
    looking_back = {row["indicator_code"] for row in needs if int(row["look_back_months"])}
    declared = {row["indicator_code"] for row in needs if row["source_system"] == "ssd"}
    assert looking_back & carried <= declared
    of_months = {
        row["indicator_code"]
        for row in seed("threshold")
        if row["indicator_code"] and row["unit"] == "months"
    }
    # What a threshold of months follows forward, or of the child's own record, needs no history.
    assert of_months & carried - declared == {"PRM-06"}
    assert declared <= carried


def test_whatever_counts_a_child_once_in_a_period_says_by_which_occasion() -> None:
    """A new one is decided, not left to the default; a snapshot has no occasion."""
    once_in_a_period = {
        row["indicator_code"]
        for row in REGISTER
        if row["measured_as"] == "event"
        and AGGREGATIONS[row["aggregation"]]["counts"] == "children"
    }
    assert {row["indicator_code"] for row in seed("occasion")} == once_in_a_period


def test_what_starts_counts_by_the_first_and_what_ceases_by_the_last_occasion() -> None:
    """Typed from the decisions of 2026-11-29; every other asks whether it ever happened."""
    occasions = {row["indicator_code"]: row["occasion"] for row in seed("occasion")}
    not_any = {code: occasion for code, occasion in occasions.items() if occasion != "any"}
    first = ("CLA-03", "CLA-03R", "CLA-09", "CLA-10", "UASC-02", "UASC-02R")
    last = ("CLA-04", "CLA-04R", "PRM-01", "PRM-02", "PRM-03", "PRM-05")
    assert not_any == dict.fromkeys(first, "first") | dict.fromkeys(last, "last")


def test_what_waits_for_a_council_names_a_file_that_a_council_may_have() -> None:
    """And the model that judges it asks for that file."""
    judge = MODELS / "aggregation" / "int_indicator_undecided.sql"
    for row in seed("indicator_decision"):
        assert row["indicator_code"] in {each["indicator_code"] for each in REGISTER}
        table = council.table_named(row["council_file"])
        assert f"ref('{table.seed}')" in judge.read_text(encoding="utf-8")
