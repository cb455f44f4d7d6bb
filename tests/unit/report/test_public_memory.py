"""What the public saw is remembered over all releases, whatever ran in between."""

from __future__ import annotations

from dataclasses import replace
from datetime import date
from pathlib import Path

import pytest

from csc_warehouse import report
from csc_warehouse.disclosure import Cell, protect
from csc_warehouse.places import Home
from csc_warehouse.report import PUBLIC_FIGURES
from csc_warehouse.report.memory import MEMORY, Memory
from csc_warehouse.run_month.publication import ever_public


def month(la_code: str, number: int, value: int) -> Cell:
    start = date(2022, number, 1)
    end = date(2022, number + 1, 1) - date.resolution
    return Cell(
        *(la_code, "A", "month", start, end, "all", "all", "count_of_records", value, None, value)
    )


def quarter(la_code: str, value: int) -> Cell:
    return replace(
        month(la_code, 4, value), period_type="quarter", period_end_date=date(2022, 6, 30)
    )


def publish(folder: Path, full: list[Cell], now: list[Cell], earlier: list[Path]) -> list[Cell]:
    """Protect and remember a release of one authority; `now`: all that it knows."""
    folder.mkdir(parents=True)
    memory = Memory(earlier)
    *before, (previous, was) = memory.seen({full[0].la_code}) or [([], [])]
    public = protect(full, previous, was=was, now=now, earlier=before, relations=(), identities=())
    memory.write(public, full, folder / MEMORY)
    return public


def shown(cells: list[Cell]) -> list[float | None]:
    return [cell.numerator for cell in cells]


@pytest.mark.parametrize("removed", [False, True])
def test_another_authority_in_between_changes_nothing(tmp_path: Path, removed: bool) -> None:
    """991, 992, 991: the month that 991 hid does not come out of its quarter."""
    folders = [tmp_path / str(number) for number in range(3)]
    months = [month("991", 4, 3), month("991", 5, 7), month("991", 6, 10)]
    assert shown(publish(folders[0], months, months, [])) == [None, 7, 10]
    others = [month("992", 4, 8)]
    assert shown(publish(folders[1], others, others, folders[:1])) == [8]
    at_hand = folders[:2]
    if removed:
        # Withdrawn, or removed by an erasure: a reader may have kept it.
        (folders[0] / MEMORY).unlink()
        folders[0].rmdir()
        at_hand = folders[1:2]
    total = quarter("991", 20)
    assert shown(protect([total], relations=(), identities=())) == [20]
    assert shown(publish(folders[2], [total], [*months, total], at_hand)) == [None]


def test_a_figure_is_remembered_as_it_was_before_each_correction(tmp_path: Path) -> None:
    """June was 10 and is 6: beside the first report the quarter tells that April was 3."""
    folders = [tmp_path / str(number) for number in range(3)]
    was = [month("991", 4, 3), month("991", 5, 7), month("991", 6, 10)]
    publish(folders[0], was, was, [])
    now = [month("991", 4, 7), month("991", 5, 7), month("991", 6, 6), quarter("991", 20)]
    assert shown(publish(folders[1], now[2:3], now, folders[:1])) == [6]
    before, newest = Memory(folders[:2]).seen({"991"})
    assert shown(before[0]) == [None, 7, 10]
    assert shown(before[1]) == [3, 7, 10]
    assert shown(newest[0]) == [6]
    assert shown(publish(folders[2], now[3:], now, folders[:2])) == [None]


def test_what_did_not_change_is_kept_once(tmp_path: Path) -> None:
    folders = [tmp_path / str(number) for number in range(4)]
    cells = [month("991", 4, 3), month("991", 5, 7)]
    for number, folder in enumerate(folders):
        publish(folder, cells, cells, folders[:number])
    (only,) = Memory(folders).seen({"991"})
    assert shown(only[0]) == [None, 7]
    assert Memory(folders).seen({"992"}) == []


def test_a_release_that_is_gone_before_another_came_out_is_remembered(tmp_path: Path) -> None:
    """By the home's own memory, which comes before those of the releases at hand."""
    home = Home(tmp_path)
    months = [month("991", 4, 3), month("991", 5, 7), month("991", 6, 10)]
    publish(home.published / "2022-06-a", months, months, ever_public(home))
    gone = home.published / "2022-06-a"
    report.remember(gone, home.remembered)
    kept, file = (home.remembered / MEMORY).read_bytes(), (home.remembered / MEMORY).stat()
    report.remember(gone, home.remembered)
    assert (home.remembered / MEMORY).stat() == file
    assert Memory([home.remembered]).seen({"991"}) == Memory([gone]).seen({"991"})
    (gone / MEMORY).unlink()
    # One that knows less takes nothing from it.
    others = [month("992", 4, 8)]
    publish(gone.with_name("2022-05-a"), others, others, [])
    report.remember(gone.with_name("2022-05-a"), home.remembered)
    assert Memory([home.remembered]).seen({"991"}) and Memory([home.remembered]).seen({"992"})
    (home.remembered / MEMORY).write_bytes(kept)
    assert ever_public(home) == [home.remembered]
    total = quarter("991", 20)
    public = publish(home.published / "2022-07-b", [total], [*months, total], ever_public(home))
    assert shown(public) == [None]
    figures = home.published / "2022-07-b" / PUBLIC_FIGURES
    figures.parent.mkdir(parents=True)
    figures.touch()
    (home.published / "2022-07-b" / "manifest.json").write_text('{"publication": 1}')
    (home.published / "current").symlink_to("2022-07-b")
    assert ever_public(home) == [home.remembered, home.published / "2022-07-b"]
