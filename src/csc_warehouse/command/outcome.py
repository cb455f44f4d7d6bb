"""What a month came to: said by `csc run` on the screen and by Airflow's last task in its log."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

#: So many reasons why indicators are not available are told.
REASONS = 6

#: What moved a figure, in words; the causes are those of `rpt_indicator_revision.change_reason`.
_CAUSES = {
    "added": "records added",
    "removed": "records removed",
    "changed": "records changed",
    "related": "another record of the child or a rule",
    "together": "several together (averages)",
}


def released(summary: Mapping[str, Any]) -> list[str]:
    """The lines of a release's summary (`steps.publish`, `steps.run_month`): counts and places."""
    first = (
        f"Release {summary['release_id']} was published before; nothing changed."
        if summary["already_published"]
        else f"Published release {summary['release_id']}."
    )
    return [
        first,
        *(
            f"  {la_code} was refused and keeps its last accepted load: {why}"
            for la_code, why in summary.get("refused", {}).items()
        ),
        *(f"  {line}" for line in summary.get("landed", ())),
        *_to_look_at(summary),
        *_moved(summary),
        *_to_run_again(summary),
        f"  report            {summary['report']}",
        f"  analyst database  {summary['analyst_database']}",
    ]


def to_run_again(month: str, replaced: Mapping[str, str]) -> list[str]:
    """Of a release of `month`: what its issues go on from and was corrected since, by authority."""
    return [
        f"{la_code}: {earlier} was corrected since. What is new or resolved and how old issues are "
        f"still goes on from what it was: run the months after it up to {month} again, the oldest "
        "first (csc run --month …)."
        for la_code, earlier in replaced.items()
    ]


def _to_look_at(summary: Mapping[str, Any]) -> list[str]:
    """Warnings by count, and what could not be made because of what was not delivered."""
    if "warnings" not in summary:
        return []
    reasons = summary["not_available"]
    lines = [f"  warnings          {summary['warnings']}, by rule in the data-quality report"]
    if reasons:
        lines.append(f"  not available     {sum(reasons.values())} indicators:")
        lines += [f"    {count:4} {reason}" for reason, count in list(reasons.items())[:REASONS]]
        if len(reasons) > REASONS:
            more = len(reasons) - REASONS
            lines.append(f"    and {more} more reasons (rpt_indicator_availability)")
    return lines


def _moved(summary: Mapping[str, Any]) -> list[str]:
    """What readers had read and now reads otherwise: how many indicators, by which cause."""
    moved = summary.get("moved")
    if moved is None:
        return []
    against = moved["compared_with"]
    if against is None:
        return ["  moved             nothing to compare with: no release was shown before"]
    if not moved["indicators"]:
        return [f"  moved             no figure that {against} had"]
    return [
        f"  moved             {moved['indicators']} indicators, in figures that {against} had:",
        *(f"    {count:4} by {_CAUSES[cause]}" for cause, count in moved["causes"].items()),
        f"    where: csc diff {against}, or the report's page What changed",
    ]


def _to_run_again(summary: Mapping[str, Any]) -> list[str]:
    """Later months, whose issues go on from what this month was before."""
    later = summary.get("to_run_again")
    if not later:
        return []
    named = later[0] if len(later) == 1 else f"{later[0]} to {later[-1]}, the oldest first"
    return [f"  run again         {named}: their issues go on from this month (--and-later)"]
