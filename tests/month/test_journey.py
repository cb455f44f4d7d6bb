"""The children's ways through the service: their flows add up with the facts and the figures."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import duckdb
import pytest
from lxml import html

from csc_warehouse.ask import releases
from csc_warehouse.places import Home

#: What begins each stage, by the facts alone.
BEGUN = {
    "contact": "select la_code, contact_date from marts.fct_contact where is_counted",
    "early_help": "select la_code, start_date from marts.fct_early_help_episode",
    "referral": "select la_code, referral_date from marts.fct_referral where is_counted",
    "assessment": "select la_code, start_date from marts.fct_assessment",
    "cin_plan": "select la_code, start_date from marts.fct_cin_plan",
    "cp_plan": "select la_code, start_date from marts.fct_cp_plan where not is_other_authority",
    "care": "select la_code, start_date from marts.fct_period_of_care",
    "leaving": "select la_code, end_date from marts.fct_period_of_care where is_counted_end",
}

#: Indicators that count the same, record by record.
SAME = {"contact": "CON-01", "referral": "REF-01", "cp_plan": "CPP-02"}


def query(done: tuple[Home, dict[str, Any]], sql: str) -> list[tuple[Any, ...]]:
    with duckdb.connect(str(Path(done[1]["analyst_database"])), read_only=True) as connection:
        return connection.execute(sql).fetchall()


def flows(done: tuple[Home, dict[str, Any]], stage: str) -> list[tuple[Any, ...]]:
    """How many of a stage began in each quarter, by all the roads that led there."""
    return query(
        done,
        "select quarter_end_date, sum(steps) from indicators.rpt_journey_flow "
        f"where to_stage_code = '{stage}' group by all order by all",
    )


@pytest.mark.parametrize("stage", BEGUN)
def test_the_flows_into_a_stage_add_up_with_its_fact(
    done: tuple[Home, dict[str, Any]], stage: str
) -> None:
    begun = query(
        done,
        f"""
        select dates.quarter_end_date, count(*)
        from ({BEGUN[stage]}) as begun(la_code, begun_date)
        inner join marts.dim_date as dates on begun.begun_date = dates.date_day
        inner join marts.dim_authority as authority on begun.la_code = authority.la_code
        where dates.quarter_start_date >= authority.history_start_date
            and dates.quarter_end_date <= authority.as_at_date
        group by all order by all
        """,
    )
    assert begun == flows(done, stage)


@pytest.mark.parametrize(("stage", "code"), SAME.items())
def test_the_flows_into_a_stage_are_what_its_indicator_counts(
    done: tuple[Home, dict[str, Any]], stage: str, code: str
) -> None:
    counted = query(
        done,
        "select period_end_date, numerator from indicators.rpt_indicator "
        f"where indicator_code = '{code}' and period_type = 'quarter' and breakdown = 'all' "
        "and numerator > 0 order by all",
    )
    assert counted
    assert counted == flows(done, stage)


def test_what_led_to_a_stage_is_a_stage_of_the_same_child_before_it(
    done: tuple[Home, dict[str, Any]],
) -> None:
    led = query(
        done,
        """
        select count(*), count(*) filter (
            where led_by.stage_code = stage.led_by_stage_code
            and led_by.stage_number < stage.stage_number
            and stage.start_date - led_by.start_date = stage.days_from_led_by
            and stage.days_from_led_by >= 0
        )
        from indicators.fct_child_journey as stage
        left join indicators.fct_child_journey as led_by
            on stage.la_code = led_by.la_code and stage.child_key = led_by.child_key
            and stage.led_by_stage_number = led_by.stage_number
        where stage.led_by_stage_number is not null
        """,
    )
    assert led[0][0] == led[0][1] > 20


def test_officers_see_the_newest_quarter_as_the_table_has_it(
    done: tuple[Home, dict[str, Any]],
) -> None:
    folder = releases.current(done[0]).path / "report"
    page = html.parse(str(folder / "officers" / "journey.html"), html.HTMLParser(encoding="utf-8"))
    told = {
        tuple(each.get("data-flow").split("|")): int(each.get("value"))
        for each in page.xpath("//data[@data-flow]")
    }
    right = query(
        done,
        "select from_stage_code, to_stage_code, steps from indicators.rpt_journey_flow "
        "where quarter_end_date = (select max(quarter_end_date) from indicators.rpt_journey_flow)",
    )
    assert told == {(before, after): steps for before, after, steps in right}
    assert len(told) > 3
    arcs = page.xpath("//svg[contains(@class, 'wide')]//path[@class='flow']")
    assert len(arcs) == sum(before != "none" for before, _ in told)
    # Flows are of few children: nobody else sees them.
    assert page.xpath("//nav//a[@href='journey.html'][@aria-current]")
    assert not (folder / "members" / "journey.html").exists()
    assert "journey.html" not in (folder / "members" / "index.html").read_text(encoding="utf-8")
