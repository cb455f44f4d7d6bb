"""Which authorities are built together, and that nothing of a group is forgotten."""

from __future__ import annotations

from dataclasses import replace
from datetime import date
from pathlib import Path

import pytest

from csc_warehouse.build import groups
from csc_warehouse.build.candidate import Candidate
from csc_warehouse.places import Home
from csc_warehouse.privacy.leftovers import candidate_folders


class Of(Candidate):
    """A candidate of authorities of which nothing is landed."""

    @property
    def la_codes(self) -> list[str]:
        return self.release_id.split("+")


def candidate(home: Home, la_codes: list[str]) -> Candidate:
    name = "+".join(la_codes)
    return Of(home.work / name, home.dbt_scratch, name, "2022-09", date(2022, 9, 30), "", ())


@pytest.mark.parametrize(
    ("authorities", "together", "sizes"),
    [(1, 1, [1]), (10, 10, [10]), (11, 10, [5, 6]), (153, 10, [9, 10]), (3, 1, [1])],
)
def test_groups_are_about_as_large_as_one_another(
    authorities: int, together: int, sizes: list[int], tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
) -> None:  # fmt: skip
    home = Home(tmp_path)
    (tmp_path / "settings.toml").write_text(f"[build]\nauthorities_in_a_group = {together}\n")
    monkeypatch.setattr(groups, "choose", lambda home, codes, _: candidate(home, list(codes)))
    codes = [f"{number:03}" for number in range(authorities)]
    whole = candidate(home, codes)

    parts = groups.groups_of(home, whole)

    assert [code for part in parts for code in part.la_codes] == codes
    assert sorted({len(part.la_codes) for part in parts}) == sizes
    if len(parts) > 1:
        assert {part.directory.parent for part in parts} == {home.groups}
    else:
        assert parts == [whole]


def test_groups_are_removed_with_candidates_and_when_they_are_no_longer_those(
    tmp_path: Path,
) -> None:
    home = Home(tmp_path)
    kept, stale = (home.groups / f"2022-09-{digit * 12}" for digit in "ab")
    for path in (kept, stale):
        path.mkdir(parents=True)
    assert candidate_folders(home) == [kept, stale]

    groups.remove_others(home, [replace(candidate(home, ["991"]), directory=kept)])

    assert candidate_folders(home) == [kept]
