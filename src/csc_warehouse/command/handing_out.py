"""What goes to readers by itself, by `csc` and Airflow: after a publication or a removal."""

from __future__ import annotations

from typing import TYPE_CHECKING

from csc_warehouse.places import Home

if TYPE_CHECKING:
    from collections.abc import Sequence

    from csc_warehouse.readers.delivery import Delivered


def hand_out(home: Home, release_id: str) -> list[str]:
    """After a publication: what the settings say of readers is done; what was done, in lines."""
    from csc_warehouse.readers import delivery

    return delivered(delivery.after_publication(home, release_id))


def take_back(home: Home) -> list[str]:
    """After releases were removed: withdrawn from those whom the settings name, in lines."""
    from csc_warehouse.readers import delivery

    return [
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
