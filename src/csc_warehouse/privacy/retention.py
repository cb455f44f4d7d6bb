"""Retention: what is older than its months goes, and a certificate says what went.

Can be repeated: what a crash left undone is done by the same command again. Not while a month is
being built.
"""

from __future__ import annotations

import csv
import logging
import shutil
from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import datetime
from pathlib import Path

from csc_warehouse import lake
from csc_warehouse.errors import CscError, WrongUse
from csc_warehouse.files import restrict_new_files
from csc_warehouse.home_settings import WALL_CLOCK
from csc_warehouse.month import Month
from csc_warehouse.places import SEEDS, Home
from csc_warehouse.privacy.certificate import Certificate, completed, names, read, together, write
from csc_warehouse.privacy.leftovers import (
    candidate_folders,
    published_releases,
    remove_release,
    sweep_all,
)

log = logging.getLogger(__name__)

#: What retention.csv gives months for.
KINDS = ("landing", "lake", "quarantine", "history", "releases", "airflow_logs")


@dataclass(frozen=True)
class RetentionRule:
    """How many months of something are kept, the newest landed one included, and why."""

    what: str
    months: int
    reason: str


def retention_rules(seeds: Path = SEEDS) -> list[RetentionRule]:
    """The rules of seeds/sources/retention.csv; `CscError` where one is missing or unknown."""
    with (seeds / "sources" / "retention.csv").open(encoding="utf-8", newline="") as file:
        rules = [
            RetentionRule(row["what"], int(row["months"]), row["reason"])
            for row in csv.DictReader(file)
        ]
    if sorted(rule.what for rule in rules) != sorted(KINDS):
        raise CscError(f"retention.csv must have one row for each of {', '.join(KINDS)}.")
    return rules


def apply_retention(
    home: Home, keep_months: int | None = None, *, dry_run: bool = False
) -> Certificate:
    """Remove what is older than the newest landed month and the months kept before it.

    `keep_months` (1: only the newest) stands in for the months of retention.csv. The current
    release stays, however old. With `dry_run` nothing is removed and no certificate written.

    Raises `WrongUse` where nothing has landed or no month would be kept.
    """
    restrict_new_files()
    if keep_months is not None and keep_months < 1:
        raise WrongUse("Keep at least one month.")
    newest = max((load.extract_month for load in lake.heads(home)), default=None)
    if newest is None:
        raise WrongUse(f"Nothing has landed in {home.lake}: there is nothing to remove.")
    oldest = {
        rule.what: str(Month.of(newest).before((keep_months or rule.months) - 1))
        for rule in retention_rules()
    }
    reason = (
        f"retention.csv: {', '.join(f'{what} from {month}' for what, month in oldest.items())}"
        if keep_months is None
        else f"the newest {keep_months} months are kept, from {oldest['lake']}"
    )
    if not dry_run:
        sweep_all(home)
    plan = _old(home, oldest)
    months = "seed" if keep_months is None else str(keep_months)
    certificate_id = f"retention-{newest}-{months}"
    started = None if dry_run else read(home, certificate_id)
    certificate = started or Certificate(certificate_id, "retention", reason)
    if started and started.completed_at and not plan:
        return completed(home, started)  # The journal may not have heard of it.
    certificate = replace(
        certificate,
        removed=together(certificate.removed, names(home, plan)),
        releases_removed=together(
            certificate.releases_removed,
            [path.name for path in plan if path.parent == home.published],
        ),
        completed_at=None,
    )
    if dry_run or not (plan or started):
        return certificate
    write(home, certificate)
    for path in plan:
        if path.parent == home.published:
            remove_release(path)
        elif path.is_dir():
            shutil.rmtree(path)
        else:
            path.unlink(missing_ok=True)
    log.info("retention: %d files and folders removed", len(plan))
    return completed(home, certificate)


def _old(home: Home, oldest: Mapping[str, str]) -> list[Path]:
    """What is older than the `oldest` month kept of its kind, in the order of removal.

    A manifest goes after its quarantine, which only it dates, and before its rows, which can't be
    missing while it stands.
    """
    loads = lake.heads(home)
    shown = home.current.resolve() if home.current.exists() else None
    plan = [
        path
        for path in sorted(home.landing.glob("[0-9][0-9][0-9]/[0-9]*-[0-9]*"))
        if path.name < oldest["landing"]
    ]
    plan += [
        path
        for load in loads
        if load.extract_month < max(oldest["quarantine"], oldest["lake"])
        and (path := home.quarantine / load.load_id).is_dir()
    ]
    plan += [
        lake.manifest_path(home, load.load_id)
        for load in loads
        if load.extract_month < oldest["lake"]
    ]
    for kind, pattern in (
        ("lake", "[!_]*/*/la_code=*/extract_month=*/*.parquet"),
        ("history", "_checks/*/la_code=*/extract_month=*/*.parquet"),
    ):
        plan += [
            path
            for path in sorted(home.lake.glob(pattern))
            if path.parent.name.removeprefix("extract_month=") < oldest[kind]
        ]
    plan += [
        path
        for path in [*candidate_folders(home), *published_releases(home)]
        if path.name[:7] < oldest["releases"] and path.resolve() != shown
    ]
    plan += [
        logs
        for pattern in ("dag_id=*/run_id=*", "dag_processor/[0-9]*-[0-9]*-[0-9]*")
        for logs in sorted(home.airflow_logs.glob(pattern))
        if _written_in(logs) < oldest["airflow_logs"]
    ]
    return plan


def _written_in(folder: Path) -> str:
    """The month in which the newest file of a folder was written."""
    newest = max(path.stat().st_mtime for path in (folder, *folder.rglob("*")))
    return f"{datetime.fromtimestamp(newest, WALL_CLOCK):%Y-%m}"
