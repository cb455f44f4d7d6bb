"""A figure as columns in a terminal."""

from __future__ import annotations

from csc_warehouse.command.column_chart import column_chart


def test_a_column_is_as_high_as_its_value_and_a_gap_is_a_dot() -> None:
    assert column_chart([8, None, 4, 0, 0.1], ("Jan 2022", "May 2022"), height=2) == [
        "8 │██",
        "  │██··██  ▁▁",
        "0 └──────────────────",
        "   Jan 2022  May 2022",
    ]


def test_eighths_of_a_line_are_told_apart() -> None:
    top, bottom, *_ = column_chart([16, 9, 3], ("a", "b"), height=2)
    assert (top, bottom) == ("16 │██▁▁", "   │████▃▃")


def test_nothing_to_compare_is_no_chart() -> None:
    for values in ([], [1.0], [None, 2.0], [0.0, 0.0], [1.0, -1.0]):
        assert column_chart(values, ("a", "b")) == []
