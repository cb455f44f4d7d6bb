"""What goes to readers by itself, by `csc` and Airflow: after a publication or a removal."""

from __future__ import annotations

from typing import TYPE_CHECKING

from csc_warehouse.places import Home

if TYPE_CHECKING:
    from collections.abc import Sequence

    from csc_warehouse.readers.delivery import Delivered
    from csc_warehouse.readers.serving import Served


def hand_out(home: Home, release_id: str) -> list[str]:
    """After a publication: what the settings say of readers is done; what was done, in lines."""
    from csc_warehouse.readers import delivery, serving

    return [
        *delivered(delivery.after_publication(home, release_id)),
        *(line for each in serving.after_publication(home) for line in served(each)),
    ]


def take_back(home: Home) -> list[str]:
    """After releases were removed: withdrawn from those whom the settings name, in lines."""
    from csc_warehouse.readers import delivery, serving

    gone = serving.take_back(home)
    return [f"Withdrawn from the database: {gone}"] * bool(gone) + [
        f"Withdrawn from {audience}, its files removed: {gone}"
        for audience, releases in delivery.take_back(home).items()
        for gone in releases
    ]


def delivered(done: Sequence[Delivered]) -> list[str]:
    """What is said of deliveries: where each is, what it replaces, and what was taken away."""
    lines = []
    for each in done:
        lines.append(
            f"{each.audience}: {each.release_id} "
            + (f"is now in {each.folder}" if each.is_new else "was there already; nothing changed")
        )
        if each.replaces and each.is_new:
            lines.append(f"  it replaces {each.replaces}, of the same month")
        lines += [f"  withdrawn, its files removed: {gone}" for gone in each.withdrawn]
        lines += [f"  removed, older than what is kept: {gone}" for gone in each.thinned]
        lines += [
            f"  {other} is there too, and neither has this home that release nor does its journal "
            "know of the delivery: look at it"
            for other in each.unknown
        ]
    return lines


def served(done: Served) -> list[str]:
    """What is said of a release that is in a database."""
    first = (
        f"{done.server}: {done.release_id} is served, {done.tables} tables, {done.rows:,} rows"
        if done.is_new
        else f"{done.server}: {done.release_id} was served already; nothing changed"
    )
    return [first] + [
        f"  {schema} is still read by somebody: the next csc serve removes it"
        for schema in done.left
    ]
