"""A release whose issues go on from a month that was corrected since: who reads them is told."""

from __future__ import annotations

import json
from pathlib import Path

from csc_warehouse.ask.issues import replaced_since
from csc_warehouse.ask.releases import Release
from csc_warehouse.command.outcome import to_run_again
from csc_warehouse.places import Home

LA = "991"


def release(home: Home, release_id: str, after: str | None, number: int = 1) -> Release:
    """A release with nothing but a manifest, and its place in the history."""
    path = home.published / release_id
    path.mkdir(parents=True)
    manifest = {
        "release_id": release_id,
        "month": release_id[:7],
        "la_codes": [LA],
        "issues_after": {LA: after} if after else {},
    }
    (path / "manifest.json").write_text(json.dumps(manifest))
    folder = home.lake / "_checks/issue" / f"la_code={LA}" / f"extract_month={release_id[:7]}"
    folder.mkdir(parents=True, exist_ok=True)
    (folder / f"{number:06}_{release_id}.parquet").touch()
    return Release(path, manifest)


def test_a_later_month_says_which_month_was_corrected_until_it_is_run_again(tmp_path: Path) -> None:
    home = Home(tmp_path)
    september = release(home, "2022-09-a", None)
    october = release(home, "2022-10-bad", "2022-09-a")
    november = release(home, "2022-11-a", "2022-10-bad")
    december = release(home, "2022-12-a", "2022-11-a")
    every = (september, october, november, december)
    assert [replaced_since(home, each) for each in every] == [{}] * 4
    release(home, "2022-10-good", "2022-09-a", number=2)
    assert replaced_since(home, october) == {}  # it is not built on itself
    assert replaced_since(home, november) == replaced_since(home, december) == {LA: "2022-10"}
    (line,) = to_run_again("2022-12", replaced_since(home, december))
    assert line.startswith("991: 2022-10 was corrected since.") and "up to 2022-12" in line
    again = release(home, "2022-11-b", "2022-10-good", number=2)
    assert replaced_since(home, again) == {}
    assert replaced_since(home, december) == {LA: "2022-11"}
    assert replaced_since(home, release(home, "2022-12-b", "2022-11-b", number=2)) == {}


def test_a_month_that_came_later_between_is_told_and_what_is_not_known_is_not(
    tmp_path: Path,
) -> None:
    home = Home(tmp_path)
    release(home, "2022-08-a", None)
    october = release(home, "2022-10-a", "2022-08-a")
    assert replaced_since(home, october) == {}
    release(home, "2022-09-late", "2022-08-a")
    assert replaced_since(home, october) == {LA: "2022-09"}
    assert replaced_since(home, release(home, "2022-11-old", None)) == {}
