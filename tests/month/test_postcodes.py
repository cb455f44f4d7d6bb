"""Distance and authority from two postcodes: worked out at landing, and no postcode kept."""

from __future__ import annotations

from collections.abc import Collection
from pathlib import Path
from typing import Any

import duckdb
import pyarrow as pa
import pyarrow.parquet as pq
import pytest

from csc_warehouse import lake
from csc_warehouse.intake import postcodes
from csc_warehouse.intake.landing import land
from csc_warehouse.intake.postcodes import Measure, Place
from csc_warehouse.places import Home
from library.built import built

LA, MONTH = "991", "2022-03"
HEADER = "CHILD,SEX,DOB,ETHNIC\n7,1,01/02/2010,WBRI\n"
EPISODES = "CHILD,DECOM,RNE,LS,PLACE,HOME_POST,PL_POST"


class MadeUp:
    """A directory of postcodes that nobody has: a square of 20 miles in two authorities."""

    version = "made-up"
    mile = postcodes.METRES_IN_A_MILE

    def places(self, postcodes: Collection[str]) -> dict[str, Place]:
        known = {
            "ZZ11AA": Place(0, 0, "E1"),
            "ZZ11AB": Place(0, 0.04 * self.mile, "E1"),
            "ZZ12AA": Place(12 * self.mile, 16 * self.mile, "E2"),
            "ZZ12AB": Place(0, 21 * self.mile, "E1"),
            "ZZ12AD": Place(0, 21 * self.mile, "E2"),
        }
        return {postcode: known[postcode] for postcode in postcodes if postcode in known}


def measured(homes: list[str | None], placements: list[str | None]) -> list[tuple[Any, Any]]:
    placed = Measure(MadeUp()).placed(pa.array(homes), pa.array(placements))
    return list(
        zip(
            placed.placement_distance_miles.to_pylist(),
            placed.is_in_home_authority.to_pylist(),
            strict=True,
        )
    )


@pytest.mark.parametrize(
    ("home", "placement", "expected"),
    [
        ("ZZ1 1AA", "zz12aa", (20.0, False)),
        ("ZZ1 1AA", "ZZ1  1AA ", (0.0, True)),
        ("ZZ1 1AA", "ZZ1 1AB", (0.0, True)),
        (None, "ZZ1 1AA", (None, None)),
        ("ZZ1 1AA", None, (None, None)),
        ("ZZ1 1AA", "nope", (None, None)),
        ("", "", (None, None)),
    ],
)
def test_miles_in_a_straight_line(home: str | None, placement: str | None, expected: Any) -> None:
    assert measured([home], [placement]) == [expected]


def test_each_row_has_its_own() -> None:
    homes = ["ZZ1 1AA", None, "ZZ1 2AA", "ZZ1 1AA"]
    assert measured(homes, ["ZZ1 2AA", "ZZ1 2AA", "ZZ1 2AA", "?"]) == [
        (20.0, False), (None, None), (0.0, True), (None, None),
    ]  # fmt: skip


def drop(home: Home, header: str, rows: str) -> None:
    folder = home.landing / LA / MONTH / "ssda903"
    folder.mkdir(parents=True, exist_ok=True)
    (folder / "header.csv").write_text(header)
    (folder / "episodes.csv").write_text(f"{EPISODES}\n{rows}")


def landed(home: Home, rows: str) -> tuple[lake.LoadManifest, list[dict[str, Any]]]:
    drop(home, HEADER, rows)
    (manifest,) = land(home, LA, MONTH, settle_seconds=0)
    (path,) = lake.parquet_files(home, manifest, "episodes")
    return manifest, pq.ParquetFile(path).read().to_pylist()


@pytest.fixture
def home(tmp_path: Path) -> Home:
    return Home(tmp_path)


FAR = "7,01/06/2021,S,C2,U6,ZZ1 1AA,ZZ1 2AA\n"
UNKNOWN = "7,01/06/2021,S,C2,U6,ZZ9 9ZZ,ZZ1 2AA\n"


def test_a_return_has_the_distance_and_no_postcode(
    home: Home, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(postcodes, "installed", MadeUp)
    manifest, (far, unknown) = landed(home, FAR + UNKNOWN)
    assert (far["placement_distance_miles"], far["is_in_home_authority"]) == (20.0, False)
    assert (unknown["placement_distance_miles"], unknown["is_in_home_authority"]) == (None, None)
    assert not any(str(value).startswith("ZZ") for row in (far, unknown) for value in row.values())
    episodes = manifest.table("episodes")
    assert episodes is not None
    assert {"placement_distance_miles", "is_in_home_authority"} <= set(episodes.columns_known)
    assert "placement_distance_miles" not in episodes.columns_missing


@pytest.mark.parametrize("directory", [None, MadeUp()])
def test_nothing_is_derived_of_postcodes_that_nobody_knows(
    home: Home, monkeypatch: pytest.MonkeyPatch, directory: MadeUp | None
) -> None:
    """Nor without a directory: the indicators that need a distance are then not available."""
    monkeypatch.setattr(postcodes, "installed", lambda: directory)
    manifest, (row,) = landed(home, UNKNOWN if directory else FAR)
    assert row.get("placement_distance_miles") is None
    episodes = manifest.table("episodes")
    assert episodes is not None
    assert "placement_distance_miles" not in episodes.columns_known


def test_a_directory_that_comes_later_is_used_when_landing_again(
    home: Home, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(postcodes, "installed", lambda: None)
    before, _ = landed(home, FAR)
    monkeypatch.setattr(postcodes, "installed", MadeUp)
    after, (row,) = landed(home, FAR)
    assert row["placement_distance_miles"] == 20.0
    assert after.load_id == before.load_id


@pytest.mark.slow
def test_a_release_counts_who_lives_outside_the_authority_or_far_from_home(
    home: Home, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Of seven children one moved back, one has an address that nobody knows, one has left care.

    PLC-05B by the DfE's sentence (LACDistance): of all looked after at 31 March, those who were
    placed more than 20 miles from home, outside the boundary.
    """
    monkeypatch.setattr(postcodes, "installed", MadeUp)
    near, outside, far = "ZZ1 1AB", "ZZ1 2AA", "ZZ1 2AB"
    placements = [
        ("1", "01/06/2021,S,C2", near, "", ""),
        ("2", "01/06/2021,S,C2", outside, "", ""),
        ("3", "01/06/2021,S,C2", far, "", ""),
        ("4", "01/06/2021,S,C2", "ZZ9 9ZZ", "", ""),
        ("5", "01/06/2021,S,C2", outside, "01/09/2021", "X1"),
        ("5", "01/09/2021,P,C2", near, "", ""),
        ("6", "01/06/2021,S,C2", outside, "31/03/2022", "E4A"),
        ("7", "01/06/2021,S,C2", "ZZ1 2AD", "", ""),
    ]
    drop(
        home,
        HEADER.splitlines()[0] + "\n" + "".join(f"{n},1,01/02/2010,WBRI\n" for n in range(1, 8)),
        "".join(
            f"{child},{began},U6,ZZ1 1AA,{place},{ended},{reason}\n"
            for child, began, place, ended, reason in placements
        ),
    )
    episodes = home.landing / LA / MONTH / "ssda903" / "episodes.csv"
    episodes.write_text(episodes.read_text().replace(EPISODES, f"{EPISODES},DEC,REC"))
    analyst_db = built(home, [LA], MONTH, judged=False).analyst_db
    with duckdb.connect(str(analyst_db), read_only=True) as connection:
        found = connection.execute(
            "select indicator_code, numerator, denominator from indicators.rpt_indicator "
            "where indicator_code in ('PLC-05', 'PLC-05B', 'PLC-05K', 'PLC-05U', 'PLC-06') "
            "and period_end_date = date '2022-03-31' and breakdown = 'all' order by all"
        ).fetchall()
        outside_now = connection.execute(
            "select count(*) from indicators.fct_indicator_detail as detail "
            "inner join marts.fct_placement as placement "
            "on placement.child_key = detail.child_key and placement.end_date is null "
            "where detail.indicator_code = 'PLC-06' and detail.numerator = 1 "
            "and detail.event_date = date '2022-03-31' and not placement.is_in_home_authority"
        ).fetchone()
    assert found == [
        ("PLC-05", 2, 6), ("PLC-05B", 1, 6), ("PLC-05K", 2, 5), ("PLC-05U", 1, None),
        ("PLC-06", 2, 6),
    ]  # fmt: skip
    assert outside_now == (2,)


def test_the_directory_of_the_extra_knows_public_buildings() -> None:
    """Parliament and Downing Street, Manchester's town hall, county halls and two districts."""
    directory = postcodes.installed()
    if directory is None:
        pytest.skip("the extra postcodes is not installed")
    homes = pa.array(["SW1A 0AA"] * 3 + ["SW1A 0AA", "OX1 1ND"])
    placements = pa.array(["SW1A 2AA", "M2 5DB", "BT4 3XX", "ZZ1 1AA", "OX16 5QB"])
    placed = Measure(directory).placed(homes, placements)
    near, far, northern, unknown, _ = placed.placement_distance_miles.to_pylist()
    assert near < 1
    assert 160 < far < 166
    assert (northern, unknown) == (None, None)
    # Oxford and Cherwell are two districts of one county.
    assert placed.is_in_home_authority.to_pylist() == [True, False, None, None, True]
