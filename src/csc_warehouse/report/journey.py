"""The ways through the service of an authority's children, by quarter: for officers alone.

A flow is of few children more often than not, and is no cell that disclosure control knows.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from functools import cached_property

import duckdb

from csc_warehouse.report import words
from csc_warehouse.sql import statement

#: As many quarters as a table of them has: the newest, and two years before it.
_QUARTERS = 9


@dataclass(frozen=True)
class Flow:
    """How many children's steps led from one stage to another in a quarter, and their wait.

    `from_stage` is None where nothing led there; `median_days` is None of these.
    """

    quarter_start_date: date
    quarter_end_date: date
    from_stage: str | None
    to_stage: str
    steps: int
    children: int
    median_days: float | None

    @property
    def wait(self) -> str:
        """The median wait for people; empty where nothing led there."""
        if self.median_days is None:
            return ""
        days = words.decimal(self.median_days, 0)
        return {"0": "same day", "1": "1 day"}.get(days, f"{days} days")


@dataclass(frozen=True)
class Journey:
    """The flows of one authority; `stages` are titles by code, in the order of the service."""

    stages: dict[str, str]
    flows: tuple[Flow, ...]

    @cached_property
    def quarters(self) -> list[date]:
        """The last days of the newest quarters, in order."""
        return sorted({flow.quarter_end_date for flow in self.flows})[-_QUARTERS:]

    @cached_property
    def newest(self) -> list[Flow]:
        """The flows of the newest quarter by the stage they lead to, the largest first."""
        order = list(self.stages)
        return sorted(
            (flow for flow in self.flows if flow.quarter_end_date == self.quarters[-1]),
            key=lambda flow: (order.index(flow.to_stage), -flow.steps, flow.from_stage or ""),
        )

    @property
    def quarter(self) -> str:
        """The newest quarter for people."""
        first = self.newest[0]
        return words.span(first.quarter_start_date, first.quarter_end_date)

    def into(self, stage: str) -> list[Flow]:
        """The flows of the newest quarter into `stage`, the largest first."""
        return [flow for flow in self.newest if flow.to_stage == stage]

    def begun(self, stage: str, quarter: date) -> int:
        """How many of `stage` began in the quarter that ends on that day."""
        return sum(
            flow.steps
            for flow in self.flows
            if (flow.to_stage, flow.quarter_end_date) == (stage, quarter)
        )

    def year_before(self, flow: Flow) -> int:
        """The steps of the same flow in the same quarter a year before."""
        of = (flow.from_stage, flow.to_stage, _year_before(flow.quarter_end_date))
        return sum(
            each.steps
            for each in self.flows
            if (each.from_stage, each.to_stage, each.quarter_end_date) == of
        )

    @property
    def has_year_before(self) -> bool:
        """Whether the same quarter of the year before has a flow at all."""
        return _year_before(self.quarters[-1]) in self.quarters

    def title(self, stage: str | None) -> str:
        return "Nothing before" if stage is None else self.stages[stage]

    @property
    def description(self) -> str:
        """What a screen reader says of the picture."""
        newest = self.quarters[-1]
        begun = ", ".join(
            f"{title} {self.begun(code, newest):,}" for code, title in self.stages.items()
        )
        largest = max(self.newest, key=lambda flow: (flow.from_stage is not None, flow.steps))
        of_largest = ", ".join(part for part in (f"{largest.steps:,}", largest.wait) if part)
        return (
            f"Ladder of stages, {self.quarter}. How many began: {begun}. The largest flow: "
            f"{self.title(largest.from_stage)} to {self.title(largest.to_stage)}, {of_largest}. "
            "The table below holds every figure."
        )


def _year_before(quarter: date) -> date:
    return quarter.replace(year=quarter.year - 1)


def read(connection: duckdb.DuckDBPyConnection) -> dict[str, Journey]:
    """The journeys of the release behind `connection`, by authority; none without a flow."""
    stages = dict(
        connection.execute(
            "select stage_code, title from reference.journey_stage order by stage_order"
        ).fetchall()
    )
    flows: dict[str, list[Flow]] = {}
    for la_code, *flow in connection.execute(statement(__package__, "journey_flow")).fetchall():
        flows.setdefault(la_code, []).append(Flow(*flow))
    return {la_code: Journey(stages, tuple(of_one)) for la_code, of_one in flows.items()}
