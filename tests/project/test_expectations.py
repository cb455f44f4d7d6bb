"""The expectation files agree with themselves, the indicator register and the models."""

from __future__ import annotations

import csv
import re
import warnings
from dataclasses import replace
from pathlib import Path

import pytest
import yaml

from csc_warehouse import quality
from csc_warehouse.places import DBT_PROJECT, EXPECTATIONS, SEEDS
from library.places import SHARED, TESTS

FILES = [file for gate in quality.GATES for file in quality.rule_files(gate)]
RULES = [rule for file in FILES for rule in file.rules]

#: Expectations that judge each row by itself, so that the failing rows can be named.
TYPES = {
    "expect_column_values_to_be_between",
    "expect_column_values_to_be_in_set",
    "expect_column_values_to_not_be_in_set",
    "expect_column_values_to_not_be_null",
    "expect_column_values_to_be_null",
    "expect_column_values_to_match_regex",
    "expect_column_values_to_not_match_regex",
    "expect_column_pair_values_to_be_equal",
    "expect_column_pair_values_a_to_be_greater_than_b",
}

PROFILES = {
    "raw": {
        "load_profile",
        "table_profile",
        "column_profile",
        "age_profile",
        "delivery_profile",
        "date_form",
        "event_profile",
        "link_profile",
    },
    "marts": {
        "table_volume",
        "fault_share",
        "rpt_indicator",
        "month_snapshot",
        "event_date",
        "source_reconciliation",
    },
}


#: How many new indicators may wait for a rule that protects them; they are told.
NOT_YET_PROTECTED = 3


def models() -> dict[str, Path]:
    return {path.stem: path for path in (DBT_PROJECT / "models").rglob("*.sql")}


def conformed_columns() -> dict[str, set[str]]:
    """The columns of the conformed tables that the cases of test_quality.py are written on."""
    tables: dict[str, set[str]] = {}
    path = TESTS / "quality_cases" / "conformed_columns.csv"
    with path.open(encoding="utf-8", newline="") as file:
        for row in csv.DictReader(file):
            tables.setdefault(row["table_name"], set()).add(row["column_name"])
    return tables


def test_there_are_enough_and_each_has_an_id_of_its_own() -> None:
    ids = [rule.rule_id for rule in RULES]
    assert len(ids) == len(set(ids))
    assert len(ids) >= 150
    national = [code for rule in RULES for code in rule.national_codes]
    assert len(set(national)) >= 170
    assert all(re.fullmatch(r"(903|CIN) \w+", code) for code in national)


def test_a_national_rule_is_a_query_where_the_dfe_asks() -> None:
    severities = {rule.rule_id: rule.national_severity for rule in RULES}
    assert severities["903-142"] == "error"
    assert severities["CIN-8525Q"] == "query"
    assert severities["contacts.repeated"] is None


#: The rule sets of which the messages are at hand: the year in which the collection ends.
RULE_SETS = {"903": (2023, 2026), "CIN": (2023, 2025)}


@pytest.fixture(scope="module")
def published() -> dict[tuple[str, int], str]:
    """The published message of each code ("903 142") in each year."""
    path = SHARED / "published" / "national_rule_messages.csv"
    if not path.is_file():
        pytest.skip("the published messages of the national rules are not at hand")
    with path.open(encoding="utf-8", newline="") as file:
        return {
            (f"{row['return']} {row['code']}", int(row["rule_set_year"])): " ".join(
                row["message"].split()
            )
            for row in csv.DictReader(file)
        }


NATIONAL = [(rule.rule_id, national) for rule in RULES for national in rule.national]


@pytest.mark.parametrize(
    ("rule_id", "national"), NATIONAL, ids=[f"{rule} {of.code} {of.years}" for rule, of in NATIONAL]
)
def test_a_national_code_is_that_of_its_published_message(
    rule_id: str, national: quality.NationalRule, published: dict[tuple[str, int], str]
) -> None:
    """The quoted words stand in the message of this code, in its years, and in no other's."""
    collection = national.code.split()[0]
    years = [year for year in RULE_SETS[collection] if national.is_of(year)]
    assert years or national.first_year == national.last_year, f"{rule_id}: tied to no rule set"
    for year in years:
        assert (national.code, year) in published, f"{rule_id}: {year} has no {national.code}"
        message = published[national.code, year]
        assert national.message in message
        others = {
            code
            for (code, of_year), text in published.items()
            if of_year == year and code.startswith(collection) and national.message in text
            if text != message
        }
        assert others == set(), f"{rule_id}: these are the words of {others} too"


def test_a_rule_named_after_a_national_code_has_it() -> None:
    for rule in RULES:
        named = re.fullmatch(r"(903|CIN)-(\w+)", rule.rule_id)
        if named:
            assert f"{named[1]} {named[2]}" in rule.national_codes, rule.rule_id


def test_a_judged_code_is_judged_in_every_year_that_has_it(
    published: dict[tuple[str, int], str],
) -> None:
    judged = {code for rule in RULES for code in rule.national_codes}
    for code, year in published:
        if code in judged:
            assert any(
                national.code == code and national.is_of(year) for _, national in NATIONAL
            ), f"{code} is of {year} too"


#: In neither of the rule sets whose messages are at hand: one of 2024, and those of 2027.
OF_OTHER_YEARS = {"903 217t"} | {f"903 {number}" for number in range(700, 711)}


def statuses() -> list[dict[str, str]]:
    path = EXPECTATIONS / "national_rules.csv"
    with path.open(encoding="utf-8", newline="") as file:
        return list(csv.DictReader(file))


def test_the_table_of_national_rules_has_every_published_one_once(
    published: dict[tuple[str, int], str],
) -> None:
    listed = [f"{row['collection']} {row['code']}" for row in statuses()]
    assert len(listed) == len(set(listed))
    assert set(listed) == {code for code, _ in published} | OF_OTHER_YEARS


def test_the_table_of_national_rules_agrees_with_the_expectations() -> None:
    """Judged is what a rule judges; whatever is not simply judged says why."""
    judged = {code for rule in RULES for code in rule.national_codes}
    for row in statuses():
        code = f"{row['collection']} {row['code']}"
        assert bool(row["why"]) == (row["status"] != "judged"), code
        if row["status"] in ("judged", "judged otherwise"):
            assert code in judged, code
        else:
            assert row["status"] in ("not yet judged", "not carried"), code
            assert code not in judged, code
    assert judged <= {f"{row['collection']} {row['code']}" for row in statuses()}


@pytest.mark.parametrize(
    ("bounds", "judges", "is_always"),
    [
        ([], [2020, 2023, 2024, 2030], True),
        ([(None, 2023)], [2020, 2023], False),
        ([(2024, None)], [2024, 2030], False),
        ([(2024, 2024)], [2024], False),
        ([(None, 2023), (2024, None)], [2020, 2023, 2024, 2030], True),
        ([(None, 2023), (2025, None)], [2020, 2023, 2030], False),
        ([(None, 2023), (None, None)], [2020, 2023, 2024, 2030], True),
    ],
)
def test_the_years_of_a_rule(
    bounds: list[tuple[int | None, int | None]], judges: list[int], is_always: bool
) -> None:
    national = tuple(quality.NationalRule("903 1", "words", *bound) for bound in bounds)
    rule = replace(RULES[0], national=national)
    assert [year for year in (2020, 2023, 2024, 2030) if rule.is_of(year)] == judges
    assert rule.is_of_all_years is is_always


def test_a_file_whose_rules_came_or_went_says_the_last_day_of_its_records() -> None:
    assert {file.path.stem for file in FILES if file.is_by_year} == {
        file.path.stem for file in FILES if file.last_day and file.is_by_year
    }


@pytest.mark.parametrize("rule", RULES, ids=[rule.rule_id for rule in RULES])
def test_entry_is_well_formed(rule: quality.Rule) -> None:
    assert rule.severity in (quality.CRITICAL, quality.WARNING)
    assert rule.type in TYPES
    # The share that may fail is ours, by record: Great Expectations judges combinations.
    assert not {"mostly", "row_condition"} & set(rule.kwargs)
    assert rule.judged_columns
    assert rule.why.endswith(".")
    assert rule.how_to_resolve.endswith(".")
    assert rule.owner
    assert rule.threshold_set_by
    assert rule.source
    assert set(rule.indicators) <= {"record", "child"}
    assert 0 <= rule.max_share < 1
    assert rule.critical_share is None or rule.max_share < rule.critical_share < 1
    # A faulty record by itself never stops a release.
    if rule.gate == "staging":
        assert rule.severity == quality.WARNING
        assert not rule.by_need


def test_the_indicators_that_rules_protect_are_in_the_register() -> None:
    with (SEEDS / "indicators" / "indicator.csv").open(encoding="utf-8", newline="") as file:
        rows = list(csv.DictReader(file))
    register = {row["indicator_code"] for row in rows}
    protected = {code for rule in RULES for codes in rule.indicators.values() for code in codes}
    assert protected - register == set()
    not_carried = {
        row["indicator_code"]
        for row in rows
        if not any(value for name, value in row.items() if name.startswith("needs_"))
    }
    of_no_record = {"UASC-03"} | not_carried
    assert not protected & of_no_record
    unprotected = sorted(register - protected - of_no_record)
    if unprotected:
        warnings.warn(f"no rule protects {', '.join(unprotected)}", stacklevel=1)
    assert len(unprotected) <= NOT_YET_PROTECTED, unprotected


def test_tables_are_models_or_profiles() -> None:
    known = models()
    for file in FILES:
        if file.gate == "staging":
            assert file.table in known
            table = file.table.removeprefix("int_").removesuffix("_conformed")
            assert re.fullmatch(rf"{table}(_(by|in|with|beside)_\w+)?", file.path.stem)
        else:
            assert file.table in PROFILES[file.gate]
            assert file.frame
        for model in re.findall(r"(?:intermediate|marts)\.(\w+)", file.frame or ""):
            assert model in known, f"{file.path.name} reads {model}"


def test_every_conformed_table_has_expectations() -> None:
    conformed = {name for name in models() if re.fullmatch(r"int_\w+_conformed", name)}
    assert conformed == {file.table for file in FILES if file.gate == "staging"}


def test_rules_name_columns_that_exist() -> None:
    columns = conformed_columns()
    for rule in RULES:
        if rule.gate == "staging":
            assert rule.column in columns[rule.table], rule.rule_id


def test_every_date_and_code_of_a_conformed_table_is_watched() -> None:
    watched = {
        (rule.table, name.removesuffix("_reading"), value)
        for rule in RULES
        for name in rule.judged_columns
        if name.endswith("_reading")
        for value in rule.kwargs.get("value_set", ())
    }
    not_needed = {
        ("int_persons_conformed", "expected_birth_date"),
        # What every source says beside the record that counts, whose own reading is told.
        ("int_birth_dates_delivered", "earliest_birth_date"),
        ("int_cla_episodes_conformed", "returned_end_date"),
    }
    # Judged against the extract's other empty values: a case system may write every one so.
    watched |= {
        ("int_assessments_conformed", "authorised_date", "placeholder"),
        ("int_care_leaver_observations_conformed", "pathway_plan_review_date", "placeholder"),
    }
    for table, columns in conformed_columns().items():
        for column in columns:
            if (table, column) in not_needed:
                continue
            if column.endswith(("_date", "_at")):
                assert (table, column, "unreadable") in watched, f"{table}.{column}"
                assert (table, column, "placeholder") in watched, f"{table}.{column}"
            if column.endswith("_code") and column not in ("la_code", "role_code"):
                assert (table, column, "unknown") in watched, f"{table}.{column}"


#: By code set of which a code has ended: the rule that judges it on its record's own day. Rules are
#: of conformed records, so each holds in every source.
OUT_OF_DATE = {
    "assessment_factor": "assessment_factors.factor_code.retired",
    "care_leaver_activity": "care_leaver_observations.activity_code.out_of_date",
    "episode_end_reason": "cla_episodes.end_reason_code.out_of_date",
    "placement_type": "placements.placement_type_code.out_of_date",
}


def test_a_code_past_its_valid_dates_is_judged_in_each_code_set_that_has_one() -> None:
    with (SEEDS / "code_sets" / "code.csv").open(encoding="utf-8", newline="") as file:
        ended = {row["code_set"] for row in csv.DictReader(file) if row["valid_to"]}
    assert ended == set(OUT_OF_DATE)
    assert set(OUT_OF_DATE.values()) <= {rule.rule_id for rule in RULES}


def test_files_hold_nothing_but_what_is_read() -> None:
    known = {
        "id",
        "column",
        "type",
        "kwargs",
        "severity",
        "why",
        "how_to_resolve",
        "owner",
        "indicators",
        "threshold",
        "source",
    }
    optional = {"national"}
    for path in sorted(EXPECTATIONS.rglob("*.yml")):
        declared = yaml.safe_load(path.read_text(encoding="utf-8"))
        parts = {"table", "frame", "code_sets", "last_day", "defaults", "expectations"}
        assert set(declared) <= parts, path
        for entry in declared["expectations"]:
            entry = declared.get("defaults", {}) | entry
            assert set(entry) - optional == known, f"{path.name}: {entry['id']}"
            assert set(entry["threshold"]) <= {"max_share", "critical_share", "set_by"}
            for national in entry.get("national", ()):
                assert {"code", "message"} <= set(national) <= {"code", "message", "from", "to"}


def test_ages_and_working_days_are_read_and_not_reckoned() -> None:
    """Birthdays, ages, holidays and reporting years are dbt's: a frame reads their columns."""
    for file in FILES:
        own = re.findall(
            r"\b(?:age|age_years|birthday|make_date|to_years|to_months)\(|bank_holiday",
            file.frame or "",
        )
        assert own == [], file.path.name


def test_what_the_records_are_judged_by_is_built_before_them() -> None:
    """At its time the staging gate has what dbt tags so, the seeds and what is known of the run."""
    paths = models()
    for file in FILES:
        if file.gate != "staging":
            continue
        for schema, name in re.findall(r"\b(intermediate|marts)\.(\w+)", file.frame or ""):
            path = paths[name]
            is_tagged = "tags=['staging']" in path.read_text(encoding="utf-8")
            assert path.parent.name == "conformed" or is_tagged, (
                f"{file.path.name}: {schema}.{name}"
            )


def test_each_national_rule_that_asks_for_a_date_widens_the_bounds() -> None:
    """`fct_indicator_left_out` names them: a record without its date is in no period."""
    model = DBT_PROJECT / "models" / "indicators" / "aggregation" / "fct_indicator_left_out.sql"
    named = set(re.findall(r"'((?:903|CIN)-\w+)'", model.read_text(encoding="utf-8")))
    asking = {
        rule["id"]
        for path in (EXPECTATIONS / "staging").glob("*.yml")
        for rule in yaml.safe_load(path.read_text(encoding="utf-8"))["expectations"]
        if str(rule["kwargs"].get("column", "")).endswith("_reading")
        and set(map(str, rule["kwargs"].get("value_set", []))) & {"missing", "unreadable"}
        and not rule["column"].endswith(("_code", "_id"))
        and re.fullmatch(r"(903|CIN)-\w+", rule["id"])
    }
    # And of a spell without its start, or without what kind it is, nothing is counted either.
    assert named == asking | {"903-564", "903-565"}
