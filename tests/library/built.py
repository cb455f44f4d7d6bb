"""A month's figures without its report: what is landed, built up to the star and not published."""

from __future__ import annotations

from collections.abc import Sequence

from csc_warehouse.build import candidate as candidates
from csc_warehouse.build.candidate import Candidate
from csc_warehouse.build.transform import MONTH
from csc_warehouse.places import Home
from csc_warehouse.run_month import steps


def built(
    home: Home, la_codes: Sequence[str] | None, month: str, *, judged: bool = True
) -> Candidate:
    """The candidate of the month of `la_codes` (None: all that landed), with its indicators.

    What is dropped for the month is landed first. Critical failures stop nothing: that is done at
    publication. Where it is not `judged`, no rule is asked: no figure is in doubt, so bounds are
    the values.
    """
    for la_code in steps.authorities_with_files(home, month):
        steps.land(home, la_code, month)
    candidate = candidates.choose(home, la_codes, month)
    if judged:
        for step in (steps.check_raw, steps.build_staging, steps.check_staging, steps.build_star):
            step(home, la_codes, month)
    else:
        candidates.prepare(home, candidate)
        for select, exclude in MONTH:
            candidate.dbt.build(*select, exclude=exclude)
    return candidate
