"""Who is in care is who came into it and has not left, on thousands of random histories.

Of the reference, which tests/month/test_reference.py holds against the published figures; there the
release's own `rpt_stock_and_flow` must add up as well.
"""

from __future__ import annotations

import random
from collections import Counter
from datetime import date, timedelta

from library.reference.dates import last_day, months_before
from library.reference.extract import Episode, Extract, LegalStatus, Person
from library.reference.rules import (
    INDICATORS,
    Authority,
    PeriodOfCare,
    ceased,
    last_ends,
    started,
)

HISTORIES = 3000
FIRST, LAST = date(2021, 1, 31), date(2022, 12, 31)
MONTH_ENDS = [last_day(year, month) for year in (2021, 2022) for month in range(1, 13)]


def some_day(dice: random.Random) -> date:
    """A day of the two years, more often one of a few on which things meet."""
    if dice.random() < 0.5:
        return dice.choice(MONTH_ENDS) + timedelta(days=dice.choice([-1, 0, 1]))
    return FIRST + timedelta(days=dice.randrange(0, 700))


def random_child(seed: int) -> Authority:
    """Episodes that overlap, end before they start or never, statuses, a birthday, a death."""
    dice = random.Random(seed)

    def end_of(start: date) -> date | None:
        if dice.random() < 0.25:
            return None
        return dice.choice([some_day(dice), start, start + timedelta(days=1)])

    episodes, statuses = [], []
    for number in range(dice.randint(1, 5)):
        start = some_day(dice)
        reason, why = dice.choice("SSPLT"), dice.choice([None, "X1", "E4A", "E11", "E3"])
        episodes.append(Episode(f"E{number}", "P", number, start, end_of(start), reason, why, None))
    for number in range(dice.randint(0, 5)):
        start = some_day(dice)
        code = dice.choice(["V2", "V3", "V4", "C2", None])
        statuses.append(LegalStatus(f"L{number}", "P", number, start, end_of(start), code))
    born = months_before(some_day(dice), 216) if dice.random() < 0.5 else None
    died = some_day(dice) if dice.random() < 0.2 else None
    nothing: dict[str, list[object]] = {
        name: []
        for name in Extract.__dataclass_fields__
        if name not in ("persons", "disabled", "episodes", "legal_statuses")
    }
    return Authority(
        Extract(
            persons={"P": Person(None, born, died)},
            disabled=set(),
            episodes=episodes,
            legal_statuses=statuses,
            **nothing,  # type: ignore[arg-type]
        )
    )


def is_after(one: PeriodOfCare, next_one: PeriodOfCare) -> bool:
    """Whether they are of a night at least, and do not overlap."""
    return one.end is not None and one.start < one.end <= next_one.start


def test_care_now_is_care_before_with_what_started_and_ended() -> None:
    seen: Counter[str] = Counter()
    for seed in range(HISTORIES):
        child = random_child(seed)
        periods = sorted(child.periods_of_care, key=lambda period: period.start)
        assert all(map(is_after, periods, periods[1:])), f"seed {seed}: {periods}"
        seen["cut in two"] += len(periods) > 1
        before = len(child.looked_after_at(FIRST))
        for at in MONTH_ENDS[1:]:
            first_day = at.replace(day=1)
            starts = sum(first_day <= period.start <= at for period in periods)
            ends = sum(
                period.end is not None and first_day <= period.end <= at for period in periods
            )
            now = len(child.looked_after_at(at))
            assert now - before == starts - ends, f"seed {seed}, {at}: {periods}"
            once = len(started(child, first_day, at)) - len(ceased(child, first_day, at))
            seen["counted once otherwise"] += once != now - before
            before = now
    # The law would hold of nothing.
    assert min(seen["cut in two"], seen["counted once otherwise"]) > 50, seen


def test_the_reasons_for_which_children_left_are_never_more_than_the_children() -> None:
    shares = ("PRM-01", "PRM-02", "PRM-03", "PRM-05")
    for seed in range(HISTORIES // 3):
        child = random_child(seed)
        left = len(last_ends(child, FIRST, LAST))
        adopted_and_so_on = sum(
            counted.in_numerator
            for code in shares
            for counted in INDICATORS[code].rule(child, FIRST, LAST)
        )
        assert adopted_and_so_on <= left, f"seed {seed}"
