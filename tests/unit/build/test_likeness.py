"""What Spark is sent for `jaro_winkler_similarity` is DuckDB's, to the last digit."""

from __future__ import annotations

from random import Random

import duckdb

from csc_warehouse.build.likeness import jaro_winkler_similarity


def test_it_is_duckdbs_to_the_last_digit() -> None:
    chance = Random(7)
    words = ["".join(chance.choices("ABC 1", k=chance.randrange(0, 14))) for _ in range(600)]
    words += ["MARTHA", "MARHTA", "NEGLECT", "NEGLECTED", "PHYSICAL ABUSE", "ABUSE PHYSICAL"]
    pairs = [(chance.choice(words), chance.choice(words)) for _ in range(4000)]
    pairs += [(word, word[1:] + word[:1]) for word in words]
    with duckdb.connect() as connection:
        expected = connection.execute(
            "select jaro_winkler_similarity(first, second) "
            "from (select unnest(?) as first, unnest(?) as second)",
            [list(side) for side in zip(*pairs, strict=True)],
        ).fetchall()
    found = [jaro_winkler_similarity(*pair) for pair in pairs]
    assert {
        pair: (ours, theirs)
        for pair, ours, (theirs,) in zip(pairs, found, expected, strict=True)
        if ours != theirs
    } == {}
    assert len(set(found)) > 500


def test_of_nothing_it_is_nothing() -> None:
    assert jaro_winkler_similarity(None, "A") is jaro_winkler_similarity("A", None) is None
