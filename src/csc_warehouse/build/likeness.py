"""How much two texts are alike, as DuckDB's `jaro_winkler_similarity` says it, for Spark.

Spark's workers are sent this module as it is, so it imports nothing of ours.
"""

from __future__ import annotations

from fractions import Fraction

#: A likeness above this gains by what the texts begin with, a tenth for each of the first four.
_THRESHOLD, _WEIGHT, _LONGEST = 0.7, 0.1, 4


def jaro_winkler_similarity(first: str | None, second: str | None) -> float | None:
    """0 to 1, of texts without accents (ASCII); null if either is.

    The arithmetic is in DuckDB's order, so that what ties there ties here.
    """
    if first is None or second is None:
        return None
    likeness = _jaro(first, second)
    if likeness > _THRESHOLD:
        begins = 0
        for one, other in zip(first[:_LONGEST], second[:_LONGEST], strict=False):
            if one != other:
                break
            begins += 1
        # Multiplied and added exactly, and rounded once, as the processor does it for DuckDB.
        gained = Fraction(begins * _WEIGHT) * Fraction(1.0 - likeness)
        likeness = float(gained + Fraction(likeness))
    return likeness


def _jaro(first: str, second: str) -> float:
    if not first or not second:
        return 0.0
    reach = max(len(first), len(second)) // 2 - 1 if len(first) + len(second) > 2 else 0
    taken: list[int] = []
    common: list[str] = []
    for place, sign in enumerate(second):
        for at in range(max(0, place - reach), min(len(first), place + reach + 1)):
            if first[at] == sign and at not in taken:
                taken.append(at)
                common.append(sign)
                break
    if not common:
        return 0.0
    count = len(common)
    in_order = [first[at] for at in sorted(taken)]
    moved = sum(one != other for one, other in zip(in_order, common, strict=True)) // 2
    likeness = count / len(first)
    likeness += count / len(second)
    likeness += (count - moved) / count
    return likeness / 3.0
