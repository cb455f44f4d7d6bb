"""What the parts of the simulation share: the authority, its size, its teams and workers."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property

import numpy as np

from csc_fictional.clock import NEVER, Flags, Ints, day_number
from csc_fictional.codes import TEAM_KINDS
from csc_fictional.dice import Dice
from csc_fictional.rates import Rates
from csc_fictional.rows import Rows

FIRST_WORKING_YEAR, LAST_WORKING_YEAR = 1990, 2060
TEAM_NUMBER_STEP = 100
FIRST_STORY_YEAR = 1985
"""Numbers of persons and records count from here, so that older ones have leading zeros."""


@dataclass(frozen=True)
class Workforce:
    """Teams and workers: a post is held by one worker after the other.

    `team_number` and `team_kind` have one value a team; `post_team` one a post; `holder` is the
    generation of the worker who holds the post (posts x years since FIRST_WORKING_YEAR).
    """

    team_number: Ints
    team_kind: Ints
    post_team: Ints
    holder: Ints
    is_agency: Flags
    full_time: np.ndarray

    def worker_of(self, post: Ints, day: Ints) -> Ints:
        """The number of the worker who holds a post on a day."""
        year = day.astype("datetime64[D]").astype("datetime64[Y]").astype(np.int64) + 1970
        column = np.clip(year, FIRST_WORKING_YEAR, LAST_WORKING_YEAR) - FIRST_WORKING_YEAR
        return 100_000 + post * 100 + self.holder[post, column]

    def assign(self, dice: Dice, kind: int | Ints, day: Ints) -> tuple[Ints, Ints]:
        """A team of the kind, and a worker in it on the day, for each row: team, worker."""
        count = len(day)
        kinds = np.broadcast_to(np.asarray(kind, dtype=np.int64), (count,))
        teams_of_kind = np.bincount(self.team_kind, minlength=len(TEAM_KINDS))
        first_team = np.cumsum(teams_of_kind) - teams_of_kind
        team = first_team[kinds] + (dice.share(count) * teams_of_kind[kinds]).astype(np.int64)
        posts = np.bincount(self.post_team, minlength=len(self.team_number))
        first_post = np.cumsum(posts) - posts
        post = first_post[team] + (dice.share(count) * posts[team]).astype(np.int64)
        return self.team_number[team], self.worker_of(post, day)

    def worker_rows(self) -> Rows:
        """One row per worker: number, post's team, from and to day, agency, full-time share."""
        posts, years = self.holder.shape
        starts = np.ones((posts, years), dtype=bool)
        starts[:, 1:] = self.holder[:, 1:] != self.holder[:, :-1]
        post, column = np.nonzero(starts)
        last = np.append(column[1:], years)
        last = np.where(np.append(post[1:] != post[:-1], True), years, last)
        january = np.asarray(
            [day_number(year, 1, 1) for year in range(FIRST_WORKING_YEAR, LAST_WORKING_YEAR + 2)]
        )
        worker = 100_000 + post * 100 + self.holder[post, column]
        return {
            "rid": worker,
            "team": self.team_number[self.post_team[post]],
            "kind": self.team_kind[self.post_team[post]],
            "rec": january[column],
            "gone": np.full(len(worker), NEVER, dtype=np.int64),
            "keep": january[last] - 1,
            "is_agency": self.is_agency[post, column],
            "full_time": self.full_time[post, column],
        }


@dataclass(frozen=True)
class Setting:
    """One authority and one year of first contacts."""

    la_code: str
    seed: int
    size: float
    year: int
    rates: Rates
    workforce: Workforce

    def dice(self, part: str) -> Dice:
        """The dice for one part of this year's stories."""
        at_once = self.rates.recorded_at_once
        return Dice.for_part(self.seed, self.la_code, self.year, part, at_once=at_once)

    @cached_property
    def pace(self) -> float:
        """How busy the year is (around 1)."""
        draw = self.dice("pace").generator.standard_normal()
        return float(1.0 + self.rates.pace_spread * draw)

    @property
    def person_base(self) -> int:
        """Person numbers of this year start here."""
        return (self.year - FIRST_STORY_YEAR) * 1_000_000

    @property
    def rid_base(self) -> int:
        """Row numbers of this year start here, in every table."""
        return (self.year - FIRST_STORY_YEAR) * 10_000_000


def make_workforce(la_code: str, seed: int, size: float, rates: Rates) -> Workforce:
    """Teams, posts and the workers who hold them, for all years."""
    dice = Dice.for_part(seed, la_code, 0, "workforce")
    counts = [max(1, round(count * size)) for _, count in TEAM_KINDS]
    kind = np.repeat(np.arange(len(counts)), counts)
    within = np.concatenate([np.arange(count) for count in counts])
    posts = max(2 * len(kind), round(rates.workers * size))
    post_team = np.sort(np.arange(posts) % len(kind))
    years = LAST_WORKING_YEAR - FIRST_WORKING_YEAR + 1
    leaves = dice.chance(rates.worker_leaves_share, posts * years).reshape(posts, years)
    leaves[:, 0] = False
    holder: Ints = np.cumsum(leaves.astype(np.int64), axis=1)
    agency_draw = dice.share(posts * years).reshape(posts, years)
    full_time = np.asarray([1.0, 1.0, 1.0, 0.8, 0.6, 0.5])[
        dice.between(0, 5, posts * years).reshape(posts, years)
    ]
    return Workforce(
        team_number=(kind + 1) * TEAM_NUMBER_STEP * 10 + within + 1,
        team_kind=kind,
        post_team=post_team,
        holder=holder,
        is_agency=agency_draw < rates.agency_share,
        full_time=full_time,
    )
