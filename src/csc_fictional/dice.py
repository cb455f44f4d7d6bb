"""Seeded chance: one generator per authority, year of first contact and part of the story.

So a child's story depends on nothing but the seed, the authority and the year: a longer range of
months or another month first leaves it as it is.
"""

from __future__ import annotations

import zlib
from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from csc_fictional.clock import Flags, Ints


@dataclass(frozen=True)
class Dice:
    """Draws of arrays, on one generator. With `at_once`, everything is recorded on its day."""

    generator: np.random.Generator
    at_once: bool = False

    @classmethod
    def for_part(
        cls, seed: int, la_code: str, year: int, part: str, *, at_once: bool = False
    ) -> Dice:
        """The dice of one part of the story."""
        words = (seed, int(la_code), year, zlib.crc32(part.encode()))
        return cls(np.random.Generator(np.random.PCG64(np.random.SeedSequence(words))), at_once)

    def share(self, count: int) -> np.ndarray:
        """Numbers from 0 up to 1."""
        return self.generator.random(count)

    def chance(self, probability: float | np.ndarray, count: int) -> Flags:
        """True with the given probability (one for all, or one each)."""
        return self.generator.random(count) < probability

    def pick(self, weights: Sequence[float], count: int) -> Ints:
        """An index of `weights`, as often as its weight says."""
        edges = np.cumsum(np.asarray(weights, dtype=float))
        return np.searchsorted(edges / edges[-1], self.generator.random(count), side="right")

    def between(self, low: int, high: int, count: int) -> Ints:
        """Whole numbers from low to high, both included."""
        return self.generator.integers(low, high + 1, count)

    def mean_days(self, mean: float | np.ndarray, count: int) -> Ints:
        """Exponential lengths in days, at least one."""
        return 1 + (self.generator.exponential(1.0, count) * mean).astype(np.int64)

    def gamma_days(self, mean: float, count: int) -> Ints:
        """Lengths in days around a mean (gamma of shape 2), at least one."""
        return 1 + (self.generator.gamma(2.0, 1.0, count) * mean / 2.0).astype(np.int64)

    def poisson(self, mean: float | np.ndarray, count: int) -> Ints:
        """Counts of a Poisson distribution."""
        return self.generator.poisson(mean, count).astype(np.int64)

    def count(self, expected: float) -> int:
        """An expected number as a whole one, rounded by chance."""
        return int(expected) + int(self.generator.random() < expected - int(expected))

    def lag(self, late: float, very_late: float, count: int) -> Ints:
        """Days from an event to its record: most 0-1, some up to two weeks, few up to months."""
        kind = self.pick((1.0 - late - very_late, late, very_late), count)
        quick, slow, slowest = (
            self.between(0, 1, count),
            self.between(2, 14, count),
            self.between(15, 120, count),
        )
        return np.choose(kind, (quick, slow, slowest)) * (not self.at_once)

    def lag_between(self, low: int, high: int, count: int) -> Ints:
        """Days from an event to its record, from low to high."""
        return self.between(low, high, count) * (not self.at_once)
