"""Every metric of the National Framework's dashboard is computed, shown as published, or absent."""

from __future__ import annotations

import csv
from functools import cache

import pytest

from csc_warehouse.places import PROJECT_ROOT, SEEDS

#: The summary page of the Department for Education's dashboard: 55 metrics of outcomes, 13 of
#: enablers.
METRICS = {
    "Outcome 1": 22,
    "Outcome 2": 2,
    "Outcome 3": 20,
    "Outcome 4": 11,
    "Enabler: leaders": 7,
    "Enabler: the workforce": 6,
}


@cache
def seed(folder: str, name: str) -> list[dict[str, str]]:
    with (SEEDS / folder / f"{name}.csv").open(encoding="utf-8", newline="") as file:
        return list(csv.DictReader(file))


FRAMEWORK = seed("indicators", "national_framework")
by_metric = pytest.mark.parametrize(
    "row", FRAMEWORK, ids=[f"{row['metric_number']} {row['metric']}" for row in FRAMEWORK]
)


def test_every_metric_of_the_dashboard_is_there_once() -> None:
    assert len(FRAMEWORK) == 68
    assert [int(row["metric_number"]) for row in FRAMEWORK] == list(range(1, 69))
    assert len({row["metric"] for row in FRAMEWORK}) == 68
    assert {
        part: sum(row["outcome_or_enabler"].startswith(part) for row in FRAMEWORK)
        for part in METRICS
    } == METRICS


@by_metric
def test_a_metric_is_computed_or_published_or_absent(row: dict[str, str]) -> None:
    """And has what its state promises: an indicator that a source carries, a measure, a reason."""
    carried = {
        indicator["indicator_code"]
        for indicator in seed("indicators", "indicator")
        if any(indicator[name] for name in indicator if name.startswith("needs_"))
    }
    measures = {measure["measure_id"] for measure in seed("comparators", "published_measure")}
    assert row["measure_id"] in measures | {""}
    match row["state"]:
        case "computed":
            assert row["indicator_code"] in carried
        case "published":
            assert not row["indicator_code"]
            assert row["measure_id"]
        case "absent":
            assert not row["indicator_code"] + row["measure_id"]
            assert row["note"]
        case state:
            pytest.fail(f"no such state: {state}")


@by_metric
def test_a_computed_metric_says_how_it_differs_or_is_as_published(row: dict[str, str]) -> None:
    if row["state"] == "computed" and not row["note"]:
        compared = {
            (comparison["indicator_code"], comparison["measure_id"])
            for comparison in seed("comparators", "indicator_measure")
        }
        assert (row["indicator_code"], row["measure_id"]) in compared


@by_metric
def test_a_breakdown_is_one_of_the_register_and_its_value_a_label(row: dict[str, str]) -> None:
    breakdowns = {
        breakdown["breakdown"]: breakdown for breakdown in seed("indicators", "breakdown")
    }
    assert bool(row["breakdown"]) == bool(row["breakdown_value"])
    if row["breakdown"]:
        breakdown = breakdowns[row["breakdown"]]
        assert row["breakdown_value"] in {
            code[breakdown["code_label"]]
            for code in seed("code_sets", "code")
            if code["code_set"] == breakdown["code_set"]
        }


def test_the_page_has_every_metric_and_adds_up() -> None:
    page = (PROJECT_ROOT / "docs" / "national-framework.md").read_text(encoding="utf-8")
    assert [page.count(f"| {row['metric']} |") for row in FRAMEWORK] == [1] * 68
    states = [row["state"] for row in FRAMEWORK]
    counts = [len(states), *(states.count(state) for state in ("computed", "published", "absent"))]
    assert f"| All | {' | '.join(map(str, counts))} |" in page
