"""Who is in care, on a plan or in need at a month's end: who was before, and what happened since.

Section 0, *The law*: for each child and month, at the end - at the end before = starts - ends,
counted as events. A child may have several plans or cases at once, a record may end before it
starts, and a child may die while nobody ends the plan: each is a term of its own.
"""

from __future__ import annotations

from dataclasses import dataclass, fields
from datetime import date

from .dates import ONE_DAY
from .rules import INDICATORS, Authority, closure, is_in

STOCKS = ("CLA-01", "CPP-01", "CIN-01")


@dataclass(frozen=True)
class Span:
    """A record during which a child is in a stock; its end may lie before its start."""

    child: str
    start: date
    end: date | None

    def is_open_at(self, at: date) -> bool:
        """Start ≤ D and (no end, or end > D)."""
        return self.start <= at and (self.end is None or self.end > at)

    def is_ended_before_start_at(self, at: date) -> bool:
        """It has ended by D, and has yet to start."""
        return self.end is not None and self.end <= at < self.start


@dataclass(frozen=True)
class Movement:
    """One month of one stock: the columns of `indicators.rpt_stock_and_flow`, by their names."""

    stock_before: int = 0
    starts: int = 0
    ends: int = 0
    beside_another_record: int = 0
    ended_before_start: int = 0
    died: int = 0
    stock_after: int = 0
    children_started: int = 0
    children_ended: int = 0

    def __add__(self, other: Movement) -> Movement:
        return Movement(
            *(getattr(self, each.name) + getattr(other, each.name) for each in fields(self))
        )

    @property
    def is_plain(self) -> bool:
        """Whether nothing but starts and ends says who is there."""
        return not (self.beside_another_record or self.ended_before_start or self.died)

    @property
    def adds_up(self) -> bool:
        """The law, with each term."""
        return self.stock_after == (
            self.stock_before
            + self.starts
            - self.ends
            - self.beside_another_record
            + self.ended_before_start
            - self.died
        )


def spans(data: Authority, stock: str) -> list[Span]:
    """The records of a stock; one without its date isn't counted."""
    if stock == "CLA-01":
        return [Span(p.child, p.start, p.end) for p in data.periods_of_care]
    if stock == "CPP-01":
        return [
            Span(plan.child, plan.start, plan.end)
            for plan in data.extract.plans
            if plan.start is not None and not plan.is_other_authority
        ]
    return [
        Span(case.child, case.on, closure(case))
        for case in data.extract.referrals
        if case.on is not None and not case.is_no_further_action
    ]


def in_stock(data: Authority, stock: str, at: date) -> set[str]:
    """The children whom the indicator counts at D."""
    return {counted.child for counted in INDICATORS[stock].rule(data, at, at)}


def movement(data: Authority, stock: str, month_end: date) -> Movement:
    """What happened to a stock in the month that ends at `month_end`."""
    first_day = month_end.replace(day=1)
    records = spans(data, stock)
    started = [span.child for span in records if is_in(span.start, first_day, month_end)]
    ended = [span.child for span in records if is_in(span.end, first_day, month_end)]

    def terms(at: date) -> tuple[int, int, int]:
        open_records = [span.child for span in records if span.is_open_at(at)]
        return (
            len(open_records) - len(set(open_records)),
            sum(span.is_ended_before_start_at(at) for span in records),
            sum(data.is_dead_at(child, at) for child in set(open_records)),
        )

    before = first_day - ONE_DAY
    beside, backwards, dead = (
        now - then for now, then in zip(terms(month_end), terms(before), strict=True)
    )
    return Movement(
        len(in_stock(data, stock, before)),
        len(started),
        len(ended),
        beside,
        backwards,
        dead,
        len(in_stock(data, stock, month_end)),
        len(set(started)),
        len(set(ended)),
    )
