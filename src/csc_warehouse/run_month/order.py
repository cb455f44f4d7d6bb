"""The order of a month's steps, from landed files to a release: declared once, read by all.

`csc run` goes through it in two processes, the single commands do a step at a time, and the DAGs
make a chain of tasks of it. What a step does is in `steps`: a DAG file must parse without dbt or
Great Expectations.
"""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum

from csc_warehouse.build.transform import MONTH


class Gate(StrEnum):
    """Where expectations are checked: the file, the record, the release."""

    RAW = "raw"
    STAGING = "staging"
    MARTS = "marts"


@dataclass(frozen=True)
class Part:
    """One call of `transform.MONTH`: it builds what it selects, but for what it excludes."""

    says: str
    select: tuple[str, ...] = ()
    exclude: tuple[str, ...] = ()


@dataclass(frozen=True)
class Step:
    """A step of a month, which may begin when the step before it is done.

    It checks at a `gate`, or builds `parts`, or publishes. `done` is what the candidate is marked
    with afterwards, `command` what does it alone, `says` what it is at. A check that is `beside`
    the step after it may still be at work in another process while the first part of that is built.
    """

    name: str
    purpose: str
    command: str
    done: str
    says: str
    gate: Gate | None = None
    is_beside_next: bool = False
    parts: tuple[Part, ...] = ()


STEPS = (
    Step(
        name="check_raw",
        purpose="Start the release candidate of the month and check the files behind it.",
        command="csc check --gate raw",
        done="raw",
        says="checking the files",
        gate=Gate.RAW,
        is_beside_next=True,
    ),
    Step(
        name="build_staging",
        purpose="Build the conformed records of the candidate, from every source.",
        command="csc build",
        done="staging built",
        says="building the records",
        parts=(Part("building the records", *MONTH[0]),),
    ),
    Step(
        name="check_staging",
        purpose="Check each record: failures widen the bounds of the numbers made of them.",
        command="csc check --gate staging",
        done="staging",
        says="checking the records",
        gate=Gate.STAGING,
        is_beside_next=True,
    ),
    Step(
        name="build_star",
        purpose="Build the star schema and the indicators.",
        command="csc build",
        done="star built",
        says="building the star and the indicators",
        parts=(
            Part("building the star", *MONTH[1]),
            Part("building the indicators", *MONTH[2]),
        ),
    ),
    Step(
        name="check_marts",
        purpose="Check the release as a whole against the ones before it.",
        command="csc check --gate marts",
        done="marts",
        says="checking the release",
        gate=Gate.MARTS,
    ),
    Step(
        name="publish",
        purpose="Make the checked candidate the release that readers see.",
        command="csc publish",
        done="published",
        says="publishing",
    ),
)

#: The last step, and those that lead from landed files to a checked candidate.
PUBLISH = STEPS[-1]
TO_CHECKED = STEPS[:-1]
