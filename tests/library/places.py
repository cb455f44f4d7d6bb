"""Where the tests find what is not code: beside them, in the project, and beside the project."""

from __future__ import annotations

from pathlib import Path

TESTS = Path(__file__).parents[1]
PROJECT = TESTS.parent

#: The fictional month whose figures were worked out by hand.
HAND_MONTH = TESTS / "hand_month"
HAND_MONTH_FILES = HAND_MONTH / "ssd"

#: Files that others made or published; not part of the project, and not everywhere at hand.
SHARED = PROJECT.parent / "shared"
