"""Children whose records contradict each other: each an extract of one child, and all as one.

What overlaps, touches, is closed on the day on which it opens, ends before it starts, never ends or
has no date at all: periods of care with their statuses, child protection plans, cases of a child in
need. The same seed gives the same child.
"""

from __future__ import annotations

import csv
import random
from collections.abc import Iterable
from datetime import date, timedelta
from pathlib import Path

from .dates import last_day, months_before
from .extract import Episode, Extract, LegalStatus, Person, Plan, Referral
from .histories import COLUMNS

FIRST, LAST = date(2021, 1, 31), date(2022, 12, 31)
MONTH_ENDS = [last_day(year, month) for year in (2021, 2022) for month in range(1, 13)]


def some_day(dice: random.Random) -> date:
    """A day of the two years, more often one of a few on which things meet."""
    if dice.random() < 0.5:
        return dice.choice(MONTH_ENDS) + timedelta(days=dice.choice([-1, 0, 1]))
    return FIRST + timedelta(days=dice.randrange(0, 700))


class _Days:
    """The starts and ends of one child's records of one kind."""

    def __init__(self, dice: random.Random) -> None:
        self.dice = dice
        self.ends: list[date] = []

    def interval(self) -> tuple[date, date | None]:
        """Often from the day on which another ended; its end may lie anywhere, or nowhere."""
        dice = self.dice
        meets = self.ends and dice.random() < 0.3
        start = dice.choice(self.ends) if meets else some_day(dice)
        if dice.random() < 0.25:
            return start, None
        end = dice.choice([some_day(dice), start, start + timedelta(days=1)])
        self.ends.append(end)
        return start, end


def random_child(seed: int) -> Extract:
    """The extract of one child, `P<seed>`, with a birthday and a death that may end things."""
    dice = random.Random(seed)
    child = f"P{seed}"

    episodes, days = [], _Days(dice)
    for number in range(dice.randint(1, 5)):
        start, end = days.interval()
        reason, why = dice.choice("SSPLT"), dice.choice([None, "X1", "E4A", "E11", "E3"])
        key = f"E{seed}-{number}"
        episodes.append(Episode(key, child, number, start, end, reason, why, None))
    statuses, days = [], _Days(dice)
    for number in range(dice.randint(0, 5)):
        start, end = days.interval()
        code = dice.choice(["V2", "V3", "V4", "C2", None])
        statuses.append(LegalStatus(f"L{seed}-{number}", child, number, start, end, code))
    plans, days = [], _Days(dice)
    for number in range(dice.randint(0, 4)):
        start, end = days.interval()
        known = None if dice.random() < 0.05 else start
        is_other = dice.random() < 0.15
        plans.append(Plan(f"CP{seed}-{number}", child, number, known, end, is_other))
    referrals, days = [], _Days(dice)
    for number in range(dice.randint(0, 5)):
        start, end = days.interval()
        known = None if dice.random() < 0.05 else start
        is_nfa = dice.random() < 0.15
        referrals.append(Referral(f"R{seed}-{number}", child, number, known, end, is_nfa))

    born = months_before(some_day(dice), 216) if dice.random() < 0.5 else None
    died = some_day(dice) if dice.random() < 0.2 else None
    return Extract(
        persons={child: Person(None, born, died)},
        disabled=set(),
        contacts=[],
        referrals=referrals,
        assessments=[],
        enquiries=[],
        conferences=[],
        plans=plans,
        plan_visits=[],
        legal_statuses=statuses,
        episodes=episodes,
        placements=[],
        immigration_statuses=[],
        health_checks=[],
        spells=[],
        observations=[],
    )


def write_children(children: Iterable[Extract], folder: Path) -> Path:
    """Write the children as the SSD extract of one authority; tables they are not in are empty."""
    rows: dict[str, list[dict[str, object]]] = {table: [] for table in COLUMNS}
    for one in children:
        for person, facts in one.persons.items():
            rows["ssd_person"].append(
                {
                    "pers_person_id": person,
                    "pers_dob": facts.born,
                    "pers_death_date": facts.died,
                }
            )
        rows["ssd_cin_episodes"] += [
            {
                "cine_referral_id": case.key,
                "cine_person_id": case.child,
                "cine_referral_date": case.on,
                "cine_close_date": case.closed,
                "cine_referral_nfa": "Y" if case.is_no_further_action else "N",
            }
            for case in one.referrals
        ]
        rows["ssd_cp_plans"] += [
            {
                "cppl_cp_plan_id": plan.key,
                "cppl_person_id": plan.child,
                "cppl_cp_plan_start_date": plan.start,
                "cppl_cp_plan_end_date": plan.end,
                "cppl_cp_plan_ola": "Y" if plan.is_other_authority else "N",
            }
            for plan in one.plans
        ]
        rows["ssd_legal_status"] += [
            {
                "lega_legal_status_id": status.key,
                "lega_person_id": status.child,
                "lega_legal_status": status.code,
                "lega_legal_status_start_date": status.start,
                "lega_legal_status_end_date": status.end,
            }
            for status in one.legal_statuses
        ]
        rows["ssd_cla_episodes"] += [
            {
                "clae_cla_episode_id": episode.key,
                "clae_person_id": episode.child,
                "clae_cla_episode_start_date": episode.start,
                "clae_cla_episode_ceased_date": episode.end,
                "clae_cla_episode_start_reason": episode.reason,
                "clae_cla_episode_ceased_reason": episode.end_reason if episode.end else None,
            }
            for episode in one.episodes
        ]
    folder.mkdir(parents=True)
    for table, columns in COLUMNS.items():
        with (folder / f"{table}.csv").open("w", encoding="utf-8", newline="") as file:
            writer = csv.DictWriter(file, columns.split(), restval="")
            writer.writeheader()
            writer.writerows(rows[table])
    return folder
