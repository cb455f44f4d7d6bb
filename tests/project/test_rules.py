"""A number that decides stands in threshold.csv, and a model asks for it by name."""

from __future__ import annotations

import csv
import json
import re
from collections.abc import Iterator
from itertools import pairwise
from typing import Any

import jinja2
import pytest

from csc_warehouse.places import DBT_PROJECT, SEEDS

MODELS = DBT_PROJECT / "models"
#: Where rules are applied. Indicators read theirs themselves (test_register.py).
ROOMS = ("marts", "intermediate")
#: Numbers that decide nothing which could change, by model: what they are instead. A column whose
#: name holds its number can't have another: that is a new column.
STRUCTURAL = {
    ("dim_date", "3"): "a reporting year is a calendar year three months on; months of a quarter",
    ("dim_date", "15"): "twelve months and those three",
    ("dim_date", "5"): "Friday is the fifth day of the week",
    ("dim_date", "2"): "two digits of a year",
    ("int_annex_a_statuses", "01"): "the first day of a month",
    ("int_month_ends", "11"): "the window of twelve whole months: …_in_12_months",
    ("int_placements_counted", "12"): "another twelve: placements_in_24_months",
    ("fct_involvement", "01"): "the first day of a month",
    ("fct_involvement", "2"): "the month behind the number of the list in an id",
    ("fct_cla_month", "12"): "is_looked_after_12_months",
    ("fct_cla_month", "24"): "is_looked_after_24_months",
    ("fct_cla_month", "7"): "days of a week",
    ("fct_missing_episode", "7.0"): "days of a week",
    ("fct_missing_episode", "89"): "the days before the last of 90: episodes_in_90_days",
    ("int_referral_histories", "12"): "is_rereferral_within_12_months",
    ("int_referral_histories", "6"): "is_rereferral_within_6_months",
    ("fct_care_leaver_outcome", "17"): "the birthdays about which the return asks: five cohorts",
    ("fct_care_leaver_outcome", "18"): "the same",
    ("fct_care_leaver_outcome", "19"): "the same",
    ("fct_care_leaver_outcome", "20"): "the same",
    ("fct_care_leaver_outcome", "21"): "the same",
    ("int_care_leaver_observations_resolved", "2"): "an order of codes",
    ("int_care_leaver_observations_resolved", "3"): "an order of codes",
    ("int_care_leaver_observations_resolved", "4"): "an order of codes",
    ("int_care_leaver_observations_resolved", "5"): "an order of codes",
    ("int_teams_resolved", "2"): "an order of preference",
    ("int_teams_resolved", "3"): "an order of preference",
    ("int_teams_matched", "2"): "an order of preference",
    ("int_return_interviews_matched", "2"): "an order of preference",
    ("int_return_interviews_matched", "3"): "an order of preference",
    ("int_codes_matched", "2"): "an order of preference",
    ("int_codes_matched", "4"): "an order of preference",
    ("int_codes_matched", "6"): "an order of preference",
    ("int_codes_unmapped", "2"): "the second of three suggestions",
    ("int_codes_unmapped", "3"): "the third of three suggestions",
    ("int_ssda903_episodes_merged", "4"): "digits of a year",
    ("int_teams_named", "6"): "digits of a key, for a team without a name",
}


def seed_rows() -> list[dict[str, str]]:
    with (SEEDS / "indicators" / "threshold.csv").open(encoding="utf-8", newline="") as file:
        return list(csv.DictReader(file))


RULES = [row for row in seed_rows() if row["rule_name"]]


def models() -> Iterator[tuple[str, str]]:
    """The name of each model of the rooms, and its text without comments."""
    for room in ROOMS:
        for path in sorted((MODELS / room).rglob("*.sql")):
            text = path.read_text(encoding="utf-8")
            yield path.stem, re.sub(r"\{#.*?#\}|--[^\n]*", "", text, flags=re.DOTALL)


def numbers(text: str) -> set[str]:
    """The numbers in SQL but for 0 and 1: not those in texts and dates, but those in a macro's
    arguments, which are texts for Jinja."""
    bare = re.sub(
        r"(\{[{%].*?[%}]\})|'[^'\n]*'",
        lambda found: re.sub(r"\d{4}-\d\d-\d\d", "", found[1] or ""),
        text,
        flags=re.DOTALL,
    )
    found = re.findall(r"(?<![\w.\"#])(\d+(?:\.\d+)?)(?![\w.\"]|-\d)", bare)
    return {number for number in found if number not in {"0", "1"}}


def test_no_number_decides_but_those_of_the_seed() -> None:
    bare = {(name, number) for name, text in models() for number in numbers(text)}
    assert sorted(bare - set(STRUCTURAL)) == []
    assert sorted(set(STRUCTURAL) - bare) == [], "no longer there: take it off the list"


@pytest.mark.parametrize(
    ("text", "found"),
    [
        ("where age_years < 18", {"18"}),
        ("between 17 and 24", {"17", "24"}),
        ("{{ add_months('month_end_date', -30) }}", {"30"}),
        ("{{ add_days('last_visit_date', '6 * 7') }}", {"6", "7"}),
        (
            "{{ add_months('day', 'case when age_years < 5 then -6 else -12 end') }}",
            {"5", "6", "12"},
        ),
        ("hours <= 72.0", {"72.0"}),
        (
            "placements_in_12_months > 0 and code in ('V3', '24') and day >= date '1900-01-01'",
            set(),
        ),
        ("ref('stg_ssda903__episodes') as x1", set()),
    ],
)
def test_a_bare_number_is_seen(text: str, found: set[str]) -> None:
    assert numbers(text) == found


def test_every_rule_is_asked_for_and_every_one_asked_for_exists() -> None:
    asked = {name for _, text in models() for name in re.findall(r"rule\('(\w+)'", text)}
    assert asked == {row["rule_name"] for row in RULES}


def test_the_versions_of_a_rule_follow_one_another() -> None:
    for name in {row["rule_name"] for row in RULES}:
        versions = sorted(
            (row for row in RULES if row["rule_name"] == name), key=lambda row: row["valid_from"]
        )
        assert all(row["source"] and row["unit"] and not row["indicator_code"] for row in versions)
        assert all(one["valid_to"] == after["valid_from"] for one, after in pairwise(versions))
        assert not versions[-1]["valid_to"]


def test_every_threshold_is_an_indicators_or_a_rule() -> None:
    assert all(bool(row["rule_name"]) != bool(row["indicator_code"]) for row in seed_rows())


def rendered(rules: list[dict[str, str]], call: str) -> str:
    """What the macro `rule` makes of a call, its white space taken together."""

    class Errors:
        @staticmethod
        def raise_compiler_error(message: str) -> None:
            raise ValueError(message)

    names: dict[str, Any] = {
        "fromjson": json.loads,
        "var": {"rules": json.dumps(rules)}.__getitem__,
        "exceptions": Errors,
    }
    macro = (DBT_PROJECT / "macros" / "rule.sql").read_text(encoding="utf-8")
    environment = jinja2.Environment(autoescape=False)
    return " ".join(environment.from_string(macro + call).render(names).split())


OLD = {"name": "adult_age", "number": "21", "valid_from": "2000-01-01"}
NEW = {"name": "adult_age", "number": "18", "valid_from": "2014-04-01"}
OTHER = {"name": "visit_weeks", "number": "6", "valid_from": "2000-01-01"}


def test_a_rule_of_one_version_is_its_number() -> None:
    assert rendered([OTHER, NEW], "{{ rule('adult_age', 'start_date') }}") == "18"


def test_a_rule_that_changed_holds_from_its_day() -> None:
    assert rendered([NEW, OTHER, OLD], "{{ rule('adult_age', 'start_date') }}") == (
        "(case when start_date < date '2014-04-01' then 21 else 18 end)"
    )


def test_a_rule_that_nobody_wrote_is_an_error() -> None:
    with pytest.raises(ValueError, match="no rule misspelt"):
        rendered([OLD], "{{ rule('misspelt', 'start_date') }}")


def test_a_parse_without_the_rows_is_still_sql() -> None:
    assert rendered([], "{{ rule('adult_age', 'start_date') }}") == "null"


def test_the_seed_is_where_the_rows_come_from() -> None:
    from csc_warehouse.build import transform

    passed = json.loads(json.loads(transform._variables())["rules"])
    assert passed == [
        {"name": row["rule_name"], "number": row["threshold"], "valid_from": row["valid_from"]}
        for row in RULES
    ]
