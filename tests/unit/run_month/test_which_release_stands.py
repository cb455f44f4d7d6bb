"""Which release came out last, and which one stands: by what is recorded, not by times of files."""

from __future__ import annotations

import json
import os
from pathlib import Path

from csc_warehouse import quality
from csc_warehouse.ask import releases
from csc_warehouse.build import candidate as candidates
from csc_warehouse.intake.landing import land
from csc_warehouse.places import Home

LA = "991"


def published(home: Home, name: str, number: int | None, las: tuple[str, ...] = (LA,)) -> Path:
    """A release that has a manifest and nothing else."""
    folder = home.published / name
    folder.mkdir(parents=True)
    manifest = {"release_id": name, "month": name[:7], "la_codes": las, "files": {}}
    manifest |= {} if number is None else {"publication": number}
    (folder / "manifest.json").write_text(json.dumps(manifest))
    return folder


def history(home: Home, month: str, name: str) -> Path:
    folder = home.lake / "_checks" / "issue" / f"la_code={LA}" / f"extract_month={month}"
    folder.mkdir(parents=True, exist_ok=True)
    path = folder / f"{name}.parquet"
    path.touch()
    return path


def test_releases_come_in_the_order_of_their_numbers_whatever_a_restore_does_to_times(
    tmp_path: Path,
) -> None:
    home = Home(tmp_path)
    assert releases.next_publication(home) == 1
    old, older = (published(home, f"2022-09-{name}", None) for name in ("a", "b"))
    first, second = (published(home, f"2022-08-{number}", number) for number in (1, 2))
    for moment, path in enumerate((second, first, older, old)):
        os.utime(path, (moment, moment))
    assert sorted((first, old, second, older), key=releases.order) == [older, old, first, second]
    assert releases.next_publication(home) == 3


def test_the_months_after_a_corrected_one_are_told(tmp_path: Path) -> None:
    home = Home(tmp_path)
    for number, name in enumerate(("2022-09-a", "2022-11-a", "2022-10-a", "2022-11-b")):
        published(home, name, number)
    published(home, "2022-12-a", 9, ("992",))
    corrected = releases.find(home, "2022-09-a")
    assert corrected and releases.later_months(home, corrected) == ["2022-10", "2022-11"]


def test_a_month_is_another_release_where_the_one_before_it_was_corrected(tmp_path: Path) -> None:
    home = Home(tmp_path)
    for month in ("2022-10", "2022-11"):
        folder = home.landing / LA / month / "ssd"
        folder.mkdir(parents=True)
        (folder / "ssd_person.csv").write_text("pers_person_id,pers_dob\n7,2010-02-01\n")
        land(home, LA, month, settle_seconds=0)

    def ids() -> list[str]:
        return [candidates.choose(home, [LA], f"2022-{n}").release_id for n in (10, 11)]

    alone = ids()
    bad = history(home, "2022-10", "2022-10-bad")  # of before there were numbers
    built_on_bad = ids()
    assert built_on_bad[0] == alone[0] and built_on_bad[1] != alone[1]
    good = history(home, "2022-10", "000001_2022-10-good")
    os.utime(bad, (2e9, 2e9))
    os.utime(good, (1, 1))
    built_on_good = ids()
    assert built_on_good[1] not in (alone[1], built_on_bad[1])
    quality.stands_again(home, "2022-10", "2022-10-bad")
    assert ids() == built_on_bad
    assert quality.standing(home, [LA], "2022-11") == {"2022-10-bad"}
    assert sorted(path.name for path in good.parent.iterdir()) == [
        "000001_2022-10-good.parquet",
        "000002_2022-10-bad.parquet",
    ]
