"""What is this, as at when: the page in each delivered release, and the list beside them.

The look is that of the report, and the words are for somebody who was handed a folder. Neither page
reads the clock: the same delivery is the same page.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from functools import cache
from typing import Any

from jinja2 import ChoiceLoader, Environment, PackageLoader

from csc_warehouse.readers.audiences import Audience, Part
from csc_warehouse.report import pages


@dataclass(frozen=True)
class Told:
    """What both pages say of a delivered release."""

    release_id: str
    as_at_date: date
    authorities: tuple[str, ...]
    acceptance: tuple[str, str] | None
    replaces: str | None
    is_withdrawn: bool = False


@dataclass(frozen=True)
class Line:
    """A delivered release in the list: the one that replaced it, if one did."""

    told: Told
    is_current: bool
    replaced_by: str | None


def about(told: Told, audience: Audience, parts: Sequence[Part]) -> str:
    """The page of one delivered release; of a withdrawn one, that it was."""
    return _render("about.html.j2", release=told, audience=audience, parts=parts)


def listed(lines: Sequence[Line], audience: Audience) -> str:
    """The list of an audience's releases, the newest first; one of them is there at least."""
    shown = next((line for line in lines if line.is_current), lines[0])
    return _render("deliveries.html.j2", release=shown.told, audience=audience, lines=lines)


def _render(template: str, **context: Any) -> str:
    return _environment().get_template(template).render(**context)


@cache
def _environment() -> Environment:
    """The report's words and look, with the templates of this room beside its own."""
    report = pages.environment()
    assert report.loader
    return report.overlay(
        loader=ChoiceLoader([PackageLoader("csc_warehouse.readers", "templates"), report.loader])
    )
