"""Which loads a month is built from, and manifests that survive damage."""

from __future__ import annotations

import json
from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path

import pytest

from csc_warehouse import lake
from csc_warehouse.errors import CscError
from csc_warehouse.lake import LoadManifest, TableEntry
from csc_warehouse.places import Home
from csc_warehouse.run_month import deliveries


def manifest(
    load_id: str,
    month: str,
    sequence: int = 1,
    la_code: str = "991",
    source: str = "ssd",
    outcome: str = lake.ACCEPTED,
    tables: tuple[TableEntry, ...] = (),
) -> LoadManifest:
    return LoadManifest(
        load_id=load_id,
        la_code=la_code,
        source_system=source,
        extract_month=month,
        sequence=sequence,
        outcome=outcome,
        reasons=(),
        notes=(),
        rows_in=0,
        rows_kept=0,
        rows_quarantined=0,
        files=(),
        tables=tables,
        content_sha256="",
        declaration="",
        key_id="",
    )


def chosen(home: Home, month: str, la_codes: list[str] | None = None) -> list[str]:
    return [load.load_id for load in lake.current_loads(home, month, la_codes)]


@pytest.fixture
def home(tmp_path: Path) -> Home:
    return Home(tmp_path)


def test_an_empty_lake_has_no_loads(home: Home) -> None:
    assert chosen(home, "2022-09") == []


def test_a_snapshot_source_gives_its_latest_month_up_to_the_month(home: Home) -> None:
    for load_id, month in (("a", "2022-07"), ("b", "2022-08"), ("c", "2022-10")):
        lake.write_manifest(home, manifest(load_id, month))
    assert chosen(home, "2022-09") == ["b"]
    assert chosen(home, "2022-10") == ["c"]
    assert chosen(home, "2022-06") == []


def test_a_source_by_year_gives_all_years_newest_last(home: Home) -> None:
    for load_id, month in (("c", "2018-03"), ("a", "2019-03"), ("b", "2020-03")):
        lake.write_manifest(home, manifest(load_id, month, source="ssda903"))
    assert chosen(home, "2019-09") == ["c", "a"]


def test_the_highest_sequence_counts_and_refused_loads_never(home: Home) -> None:
    lake.write_manifest(home, manifest("z", "2022-09", sequence=1))
    lake.write_manifest(home, manifest("a", "2022-09", sequence=2))
    lake.write_manifest(home, manifest("b", "2022-09", sequence=3, outcome=lake.REFUSED))
    assert chosen(home, "2022-09") == ["a"]


def test_each_authority_has_its_own_and_can_be_chosen(home: Home) -> None:
    lake.write_manifest(home, manifest("a", "2022-09"))
    lake.write_manifest(home, manifest("b", "2022-07", la_code="992"))
    lake.write_manifest(home, manifest("c", "2022-03", la_code="992", source="ssda903"))
    assert chosen(home, "2022-09") == ["a", "b", "c"]
    assert chosen(home, "2022-09", ["992"]) == ["b", "c"]


def test_a_manifest_is_read_back_as_written(home: Home) -> None:
    table = TableEntry("ssd_person", 2, 1, 1, ("pers_sex",), (), ("shoe_size",), "x.parquet", 9)
    written = manifest("a", "2022-09", tables=(table,))
    lake.write_manifest(home, written)
    assert lake.read_manifest(home, "a") == written
    assert written.table("ssd_person") == table
    assert written.table("ssd_contacts") is None


def test_a_damaged_manifest_says_what_to_do(home: Home) -> None:
    lake.write_manifest(home, manifest("a", "2022-09"))
    lake.manifest_path(home, "a").write_text('{"load_id": "a"')
    with pytest.raises(CscError, match="land the month again"):
        lake.all_manifests(home)


def test_a_table_file_that_is_gone_says_what_to_do(home: Home) -> None:
    table = TableEntry("ssd_person", 0, 0, 0, (), (), (), "ssd/gone.parquet", 9)
    load = manifest("a", "2022-09", tables=(table,))
    assert lake.parquet_files(home, load, "ssd_contacts") == []
    with pytest.raises(CscError, match="Land 991 2022-09 again"):
        lake.parquet_files(home, load, "ssd_person")


@pytest.fixture
def region(home: Home) -> Home:
    """A lake of so many loads that an index is worth it."""
    for number in range(120):
        load_id = f"{number:012}"
        lake.write_manifest(home, manifest(load_id, f"{2017 + number // 12}-{number % 12 + 1:02}"))
    return home


def test_what_has_not_changed_is_not_read_again(
    region: Home, monkeypatch: pytest.MonkeyPatch
) -> None:
    every = lake.heads(region)
    read: list[str] = []
    real = LoadManifest.from_json
    monkeypatch.setattr(LoadManifest, "from_json", lambda text: read.append(text) or real(text))
    assert lake.heads(region) == every
    assert read == []
    lake.write_manifest(region, manifest("new", "2030-01"))
    lake.write_manifest(region, replace(manifest(every[0].load_id, "2017-01"), sequence=2))
    (region.manifests / f"{every[1].load_id}.json").unlink()
    found = lake.heads(region)
    assert len(read) == 2
    assert [head for head in found if head not in every] == [
        replace(every[0], sequence=2),
        replace(every[0], load_id="new", extract_month="2030-01"),
    ]
    assert every[1] not in found
    # What went is forgotten too.
    assert len(json.loads(region.loads_index.read_text())) == len(found)


@pytest.mark.parametrize("damage", ["", "{", "[[1]]", '[["a", [1], [2]]]', "\udcff", None])
def test_an_index_that_is_damaged_or_missing_is_made_again(
    region: Home, damage: str | None
) -> None:
    every = lake.heads(region)
    whole = region.loads_index.read_text()
    if damage is None:
        region.loads_index.unlink()
    else:
        region.loads_index.write_bytes(damage.encode(errors="surrogateescape"))
    assert lake.heads(region) == every
    assert sorted(json.loads(region.loads_index.read_text())) == sorted(json.loads(whole))


def test_published_statistics_are_no_authoritys_load(home: Home) -> None:
    lake.write_manifest(home, manifest("a", "2022-07"))
    published = manifest("p", lake.PUBLISHED, la_code=lake.PUBLISHED, source=lake.PUBLISHED)
    lake.write_manifest(home, published)
    assert [head.load_id for head in lake.heads(home)] == ["a"]
    assert [head.load_id for head in lake.every_head(home)] == ["a", "p"]
    assert lake.published_load(home) == published
    assert chosen(home, "2022-09") == ["a"]
    # Nobody waits for them with a month's files.
    assert deliveries.known_authorities(home, lake.heads(home)) == ["991"]
    found = deliveries.look(home, "2022-08", datetime(2022, 9, 20, tzinfo=UTC))
    assert "published" not in str(found)


def test_a_few_loads_have_no_index(home: Home) -> None:
    lake.write_manifest(home, manifest("a", "2022-07"))
    assert len(lake.heads(home)) == 1
    assert not home.loads_index.exists()
