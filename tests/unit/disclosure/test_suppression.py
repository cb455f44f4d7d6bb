"""The search for what to hide, step by step on a few counts, and how little it hides of many."""

from __future__ import annotations

import numpy as np
import pytest

from csc_warehouse.disclosure import suppression
from csc_warehouse.disclosure.suppression import _Search, _smallest_whole_multiple, find_pattern
from csc_warehouse.disclosure.unknowns import Unknowns
from library.attacker import Attack
from library.disclosure_tables import cases


def unknowns(*values: float, ties: str = "", small: str = "", known: str = "") -> Unknowns:
    """Printed counts; ties like `0=1+2 3=1`, and the numbers of those that are small or known."""
    made = Unknowns()
    for number, value in enumerate(values):
        made.add(value, is_small=str(number) in small.split())
        made.costs[number] = 1.0
        made.is_printed[number] = True
        made.is_known[number] = str(number) in known.split()
    for tie in ties.split():
        whole, parts = tie.split("=")
        made.equations.append(
            [(int(whole), 1.0), *((int(part), -1.0) for part in parts.split("+"))]
        )
    return made


def search(*values: float, ties: str = "", small: str = "", known: str = "") -> _Search:
    return _Search(unknowns(*values, ties=ties, small=small, known=known), 5)


# --- What is to be protected ----------------------------------------------------------------------


def test_a_small_count_is_hidden_and_one_that_is_known_given_away() -> None:
    found = search(9, 3, 4, ties="0=1+2", small="1 2", known="2")
    assert found.hidden == {1, 2}
    assert (list(found.queue), found.given_away) == ([1, 2], {2})
    made = unknowns(9, 3, 4, ties="0=1+2", small="1 2", known="2")
    made.is_printed[1] = made.is_printed[2] = False
    made.was_hidden[0] = True
    found = _Search(made, 5)
    # What no cell prints needs no hiding, and must be protected all the same.
    assert (found.hidden, list(found.queue), found.given_away) == ({0}, [0, 1, 2], set())


def test_a_count_is_safe_where_its_worlds_lie_as_far_apart_as_the_threshold() -> None:
    found = search(9, 3, 4, known="2")
    found.highest[:] = found.lowest + 5
    assert not any(map(found._is_open, range(3)))
    found.highest[:] = found.lowest + 4
    assert [found._is_open(number) for number in range(3)] == [True, True, False]


def test_hiding_is_done_once_and_of_what_is_printed() -> None:
    found = search(9, 3)
    found.is_printed[1] = False
    for _ in range(2):
        found._hide(np.array([0, 1]))
    assert (found.hidden, list(found.queue)) == ({0}, [0])
    assert found.costs[0] < 0.1 < found.costs[1]


def test_what_never_moved_is_shown_again() -> None:
    made = unknowns(9, 9, 0, 9, 3, 1, small="4")
    made.was_hidden[1] = made.was_hidden[2] = made.was_hidden[5] = True
    found = _Search(made, 5)
    found._hide(np.arange(6))
    found.highest[3] += 1
    found.given_away = {0, 1}
    found._show_what_never_moved()
    # Kept: hidden before and no zero, moved, small. A zero that was hidden before may be shown.
    assert (found.hidden, found.given_away) == ({1, 3, 4, 5}, {1})


# --- Worlds ---------------------------------------------------------------------------------------


@pytest.mark.parametrize("whole", [False, True])
@pytest.mark.parametrize("falls", [False, True])
def test_two_worlds_agree_with_all_that_is_known_and_lie_apart(falls: bool, whole: bool) -> None:
    found = search(60, 3, 20, 37, 20, ties="0=1+2+3 4=2", small="1")
    first, second = found._moved(np.arange(5), [1], must=True, whole=whole, falls=np.array([falls]))
    apart = first - second
    assert apart[1] == (-5 if falls else 5)
    for steps in (first, second):
        assert not (found.matrix @ steps).any()
        assert (found.base + steps >= 0).all()
    # The whole and the part that stands once are cheaper than the one that stands twice.
    assert not apart[2] and not apart[4]


def test_a_world_costs_more_than_it_is_worth_unless_it_must_be() -> None:
    found = search(60, 3, 57, ties="0=1+2", small="1")
    found.costs[:] = [9.0, 0.001, 9.0]
    for must, moved in ((False, False), (True, True)):
        worlds = found._moved(np.arange(3), [1], must=must)
        assert any(steps.any() for steps in worlds) is moved
        assert found._failed(np.arange(3), [1], worlds) == ([] if moved else [1])
    assert found._failed(np.arange(3), [1, 2], []) == [1, 2]


def test_a_world_has_no_count_below_zero_nor_moves_what_is_known() -> None:
    # Nothing but the whole can move with the small count: its other part is zero.
    found = search(3, 3, 0, ties="0=1+2", small="1")
    first, second = found._moved(np.arange(3), [1], must=True)
    assert first[1] - second[1] == 5
    assert (found.base + first >= 0).all() and (found.base + second >= 0).all()
    # Two that go opposite ways: one more of this is one less of that.
    found = search(60, 30, 30, ties="0=1+2", small="", known="0")
    first, second = found._moved(np.array([1, 2]), [1, 2], must=True, falls=np.array([False, True]))
    assert (first - second).tolist() == [5, -5]


def test_near_enough_is_apart_and_a_little_less_is_not() -> None:
    found = search(9, 9)
    near = np.arange(2)
    worlds = [np.array([5.0, 4.0]), np.array([0.0, 0.0])]
    assert found._failed(near, [0, 1], worlds) == [1]
    assert found._failed(near, [0], [worlds[1], worlds[0]]) == []
    assert found._failed(near, [0], [np.array([5.0 - 1e-9, 0]), worlds[1]]) == []


def test_what_hangs_together_with_a_step_that_is_not_whole_is_not_done() -> None:
    found = search(9, 9, 9, 9, 9, ties="0=1 2=3")
    steps = np.array([0.5, 0.5, 2.0, 2.0 + 1e-9, 0.0])
    assert found._whole_steps(np.arange(5), steps).tolist() == [0, 0, 2, 2, 0]
    assert found._without(np.arange(5), steps, np.array([2])).tolist() == [0.5, 0.5, 0, 0, 0]
    assert found._without(np.arange(5), steps, np.array([], dtype=int)) is steps


@pytest.mark.parametrize(
    ("way", "times"),
    [([1.0, 2.0], 1), ([0.5, 1.0], 2), ([1.0, 1 / 3], 3), ([1 / 60], 60), ([1 / 61], 1), ([], 1)],
)
def test_a_way_is_taken_as_many_times_as_it_needs_to_be_whole(way: list[float], times: int) -> None:
    found = _smallest_whole_multiple(np.array(way))
    assert found.tolist() == pytest.approx([times * each for each in way])


# --- Surroundings ---------------------------------------------------------------------------------


def test_surroundings_are_so_many_and_those_that_cost_nothing_first() -> None:
    # 0 is tied to 1 and 2; 2 is hidden and tied to 3 and 6, 1 to 4 and 5, 4 to 7.
    found = search(*[9.0] * 8, ties="0=1+2 2=3 1=4 5=1 6=2 4=7", small="2")
    assert found._neighbourhood(0, 1) == {0}
    assert found._neighbourhood(0, 3) == {0, 1, 2}
    assert found._neighbourhood(0, 4) == {0, 1, 2, 3, 6}
    assert found._neighbourhood(0, 6) == {0, 1, 2, 3, 6, 4, 5}
    assert found._neighbourhood(0, 99) == set(range(8))
    # What no cell prints costs nothing either.
    found = search(*[9.0] * 8, ties="0=1+2 2=3 1=4 5=1 6=2 4=7")
    found.is_printed[2] = False
    assert found._neighbourhood(0, 4) == {0, 1, 2, 3, 6}


def test_surroundings_end_at_what_is_known_and_are_none_where_another_has_them() -> None:
    found = search(*[9.0] * 5, ties="0=1+2 2=3 3=4", known="2")
    assert found._neighbourhood(0, 99) == {0, 1}
    assert found._neighbourhood(0, 99, {1}) is None
    assert found._neighbourhood(0, 99, {2, 3}) == {0, 1}


# --- The search -----------------------------------------------------------------------------------


def test_the_cheaper_of_two_ways_is_hidden() -> None:
    made = unknowns(60, 3, 20, 37, ties="0=1+2+3", small="1")
    made.costs[:] = [4.0, 1.0, 2.0, 3.0]
    assert find_pattern(made, 5).hidden == {1, 2}
    made.costs[:] = [4.0, 1.0, 3.0, 2.0]
    assert find_pattern(made, 5).hidden == {1, 3}


def test_what_can_be_worked_out_all_the_same_is_given_away_and_hides_nothing() -> None:
    made = unknowns(60, 3, 57, 20, ties="0=1+2", small="1", known="0 2")
    found = find_pattern(made, 5)
    assert (found.hidden, found.given_away) == ({1}, {1})


def test_the_last_resort_is_taken_where_all_attempts_failed(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    tried: list[tuple[int, bool]] = []

    def moved(_: _Search, near: np.ndarray, __: list[int], **how: bool) -> list[np.ndarray]:
        if how["must"]:
            tried.append((len(near), how["whole"]))
        return []

    monkeypatch.setattr(suppression, "_ATTEMPTS", ((2, False), (3, False), (2, True)))
    monkeypatch.setattr(_Search, "_moved", moved)
    found = find_pattern(unknowns(9, 3, 6, 9, ties="0=1 0=2 2=3", small="1"), 5)
    assert tried == [(2, False), (3, False), (2, True)]
    assert found.hidden == {0, 1, 2, 3}


def test_many_far_from_one_another_are_protected_at_once(monkeypatch: pytest.MonkeyPatch) -> None:
    """Each beside its own other part; and none is in the way of the next."""
    batches: list[list[int]] = []
    moved = _Search._moved

    def heard(self: _Search, near: np.ndarray, wanted: list[int], **how: bool) -> list[np.ndarray]:
        if how["must"]:
            batches.append(list(wanted))
        return moved(self, near, wanted, **how) if how["must"] else []

    monkeypatch.setattr(_Search, "_moved", heard)
    made = unknowns(*(60, 3, 57) * 3, ties="0=1+2 3=4+5 6=7+8", small="1 4 7", known="0 3 6")
    assert find_pattern(made, 5).hidden == {1, 2, 4, 5, 7, 8}
    assert batches == [[1, 4, 7]]
    batches.clear()
    monkeypatch.setattr(suppression, "_POOL", 4)
    assert find_pattern(made, 5).hidden == {1, 2, 4, 5, 7, 8}
    assert batches == [[1, 4], [7]]
    # Two in one another's way wait for one another.
    batches.clear()
    made = unknowns(60, 3, 4, 53, ties="0=1+2+3", small="1 2", known="0")
    assert find_pattern(made, 5).hidden == {1, 2}
    assert batches == [[1]]


def test_bargains_are_looked_for_among_what_hangs_together(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    """Not among what no equation ties to a wanted count, nor beyond what is known."""
    found = search(9, 3, 4, 2, 8, 5, 20, 60, ties="0=1+2+3 4=5 3=6", small="1 2 5", known="3 5")
    assert found.together[[1, 2]].tolist() == [found.together[0]] * 2
    assert found.together[[3, 5]].tolist() == [-1, -1]
    assert len(set(found.together[[0, 4, 6, 7]])) == 4
    looked: list[list[int]] = []
    moved = found._moved

    def seen(near: np.ndarray, wanted: list[int], **how: bool) -> list[np.ndarray]:
        looked.append(near.tolist())
        return moved(near, wanted, **how)

    monkeypatch.setattr(found, "_moved", seen)
    found._look_for_bargains()
    assert looked[0] == [0, 1, 2]
    # Where everything is known, nothing is tied.
    assert search(9, 3, ties="0=1", known="0 1").together.tolist() == [-1, -1]


def test_random_authorities_lose_little_and_give_nothing_away() -> None:
    """A search that keeps fewer of these cells has become a worse one."""
    made = cases(range(60))
    assert not any(Attack([case.table for case in made]).found(5))
    cells = [cell for case in made for release in case.table.releases for cell in release]
    assert (sum(cell.symbol != "c" for cell in cells), len(cells)) == (261, 685)
