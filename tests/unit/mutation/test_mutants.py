"""What the mutation run changes: every rule once, and nothing that is no rule."""

from __future__ import annotations

import pytest
from mutation.mutants import mutants
from mutation.mutate import accepted, all_mutants


def changes(path: str, source: str) -> list[str]:
    return [each.change for each in mutants(path, source)]


@pytest.mark.parametrize(
    ("source", "found"),
    [
        ("where a <= 5 and b > 2", ["<= → <", "5 → 6", "and → or", "> → >=", "2 → 3"]),
        ("where a between 16 and 24", ["16 → 17", "24 → 25"]),
        ("where not a and b is not null", ["not → gone", "and → or", "not → gone (2)"]),
        ("where a < b < c", ["< → <=", "< → <= (2)"]),
        ("select min(a), greatest(b), max as c", ["min → max", "greatest → least"]),
        ("where code = 'RHI-04' -- a < b\n", ["= → <>"]),
        ("{# a < b #} {% set a = 1 %}{{ f(a='b >= 3') }}", ["1 → 2", ">= → >", "3 → 4"]),
        ("select col_1, 1.5, a.x2", []),
        (
            "from a left join b on a.x = b.x and a.y < b.y where true",
            ["a.x = b.x and → gone", "= → <>", "and → or", "and a.y < b.y → gone", "< → <="],
        ),
        ("from (a inner join b on a.x = b.x)", ["a.x = b.x → true", "= → <>"]),
        (
            "on a between 1 and 2 and b = c",
            [
                "a between 1 and 2 and → gone",
                "1 → 2",
                "2 → 3",
                "and → or",
                "and b = c → gone",
                "= → <>",
            ],
        ),
    ],
)
def test_rules_of_sql(source: str, found: list[str]) -> None:
    assert changes("x.sql", source) == found


@pytest.mark.parametrize(
    ("source", "found"),
    [
        ("if a < 5 and not b:\n    pass\n", ["< → <=", "5 → 6", "and → or", "not → gone"]),
        ("x = a not in b or min(a) == max\n", ["not → gone", "or → and", "min → max", "== → !="]),
        ('"""Where a < b and 5."""\nx: int = 0  # 1 < 2\n', ["0 → 1"]),
        ('q = """\n    select 1\n    where a > b\n"""\n', ["1 → 2", "> → >="]),
        ("x = 0.5 if a is not None else 1_000\n", ["not → gone", "1_000 → 1001"]),
        ("rows: int = 50_000_000\n", []),
    ],
)
def test_rules_of_python(source: str, found: list[str]) -> None:
    assert changes("x.py", source) == found


def test_a_mutant_is_the_file_with_one_place_changed() -> None:
    source = "select a\nfrom b\nwhere a < 5\n"
    first, second = mutants("x.sql", source)
    assert first.applied(source) == "select a\nfrom b\nwhere a <= 5\n"
    assert second.applied(source) == "select a\nfrom b\nwhere a < 6\n"
    assert (first.line, first.place) == (3, "where a < 5")
    # It is the same one when lines before it come and go.
    assert mutants("x.sql", "\n" + source)[0].name == first.name


def test_what_is_accepted_is_a_mutant_of_today() -> None:
    assert accepted() - {mutant.name for _, mutant, _ in all_mutants()} == set()
