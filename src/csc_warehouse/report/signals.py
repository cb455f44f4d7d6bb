"""Which measures of an authority changed, when all of them are looked at at once.

A report looks at a hundred measures: of those that nothing happened to, some stray far. Two
promises hold for every report. On average less than one statement of it is so by chance: no
probability is above nine tenths of one in as many as were looked at. And of what it calls likely
or established at most one in ten is (Benjamini and Hochberg's false discovery rate), which must
have been told in the reports before too. The rest is possible.
"""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass
from enum import StrEnum
from itertools import combinations

from csc_warehouse.disclosure.relations import SAME_AS, read_identities, read_relations
from csc_warehouse.report.control_chart import Evidence

#: Of the likely and established statements of a report, the share that chance may make.
FALSE_SHARE = 0.1

#: Statements that chance may make in a report, on average, whatever else is true.
FALSE_STATEMENTS = 0.9

#: The largest probability of a statement, however few measures there are.
LARGEST = 0.009

#: How many reports are looked back at for confirmation, the newest among them.
LOOKS = 3


class Confidence(StrEnum):
    """Weak, or found only now; strong, and found now and a period before; strong, and three times.

    Strong is what the false discovery rate lets through.
    """

    POSSIBLE = "possible"
    LIKELY = "likely"
    ESTABLISHED = "established"


@dataclass(frozen=True)
class Signal:
    """A change that is more than chance, and how sure it is."""

    evidence: Evidence
    confidence: Confidence


def found(looks: Mapping[str, Sequence[Evidence | None]]) -> dict[str, Signal]:
    """The measures that changed, by code.

    `looks` has for each measure what the line says, and what it said a period before, `LOOKS` of
    them, the newest first.
    """
    seen = [
        {
            code: evidence.probability
            for code, of_code in looks.items()
            if number < len(of_code) and (evidence := of_code[number]) is not None
        }
        for number in range(LOOKS)
    ]
    told = [_together_told(each, chosen) for each in seen]
    strong = _together_told(seen[0], discoveries)
    signals = {}
    # In the register's order, so that equals stand on a page as they did before.
    for code in (each for each in looks if each in told[0]):
        newest = looks[code][0]
        assert newest is not None
        confirmed = 1
        for number, earlier in enumerate(looks[code][1:], start=1):
            if earlier is None or code not in told[number]:
                break
            if earlier.is_higher != newest.is_higher:
                break
            confirmed += 1
        sure = confirmed if code in strong else 1
        signals[code] = Signal(newest, tuple(Confidence)[sure - 1])
    return signals


def _together_told(
    probabilities: Mapping[str, float], choose: Callable[[Mapping[str, float]], Collection[str]]
) -> set[str]:
    """The codes that `choose` chooses; a rate and its count are looked at once, told together."""
    first = {code: code for code in probabilities}
    for relation in read_relations():
        (code, part), (other, other_part) = relation.part, relation.related_part
        if (
            relation.relation == SAME_AS
            and part == other_part == "numerator"
            and probabilities.get(code, -1) == probabilities.get(other, -2)
        ):
            first = {each: first[other] if of == first[code] else of for each, of in first.items()}
    told = choose({code: probabilities[code] for code in set(first.values())})
    return {code for code in probabilities if first[code] in told}


def chosen(probabilities: Mapping[str, float]) -> set[str]:
    """Those that are told: none is above either bound."""
    bound = min(LARGEST, FALSE_STATEMENTS / max(len(probabilities), 1))
    return {code for code, probability in probabilities.items() if probability <= bound}


def discoveries(probabilities: Mapping[str, float], false_share: float = FALSE_SHARE) -> list[str]:
    """Of `probabilities` the smallest, among which chance makes at most `false_share`."""
    in_order = sorted(probabilities, key=lambda code: probabilities[code])
    last = 0
    for rank, code in enumerate(in_order, start=1):
        if probabilities[code] <= false_share * rank / len(in_order):
            last = rank
    return in_order[:last]


def together(signals: Mapping[str, Signal]) -> list[list[str]]:
    """The codes of `signals` by statement: one thing happened, and several measures show it.

    The surest statement comes first, and in each the surest measure.
    """
    in_order = sorted(signals, key=lambda code: _unsure(signals[code]))
    leader = {code: code for code in in_order}

    def leading(code: str) -> str:
        return code if leader[code] == code else leading(leader[code])

    for code, other, is_same_way in _one_thing():
        if not {code, other} <= signals.keys():
            continue
        if is_same_way == (signals[code].evidence.is_higher == signals[other].evidence.is_higher):
            first, second = sorted((leading(code), leading(other)), key=in_order.index)
            leader[second] = first
    return [
        [first, *(code for code in in_order if code != first and leading(code) == first)]
        for first in in_order
        if leader[first] == first
    ]


def _one_thing() -> Iterator[tuple[str, str, bool]]:
    """Two measures that one change moves, and whether it moves them the same way.

    A rate and its count, a count and a part of it, a stock and who came: the same way. A count and
    a share out of it, two parts of a whole, a stock and who left: each way the other.
    """
    for relation in read_relations():
        (code, part), (other, other_part) = relation.part, relation.related_part
        if part == other_part == "numerator":
            yield code, other, True
        elif relation.relation == SAME_AS and {part, other_part} == {"numerator", "denominator"}:
            yield code, other, False
    for identity in read_identities():
        parts = [(code, sign > 0) for (code, part), sign in identity.parts if part == "numerator"]
        if identity.whole[1] == "numerator":
            yield from ((identity.whole[0], code, is_added) for code, is_added in parts)
        if not identity.is_balance:
            yield from ((one[0], other[0], False) for one, other in combinations(parts, 2))


def _unsure(signal: Signal) -> tuple[int, float]:
    return -tuple(Confidence).index(signal.confidence), signal.evidence.probability
