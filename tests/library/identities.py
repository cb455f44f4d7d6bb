"""Linear identities between the figures of fictional releases, found without knowing any.

A series is a count by month: a numerator, a denominator or an average times what it is of, of all
or of one value of a breakdown that the report shows; a stock stands once more as it was a month
before. An identity is up to four series that add up, with signs, to 0 in every month. `proposed`
finds those of one authority, `confirmed` keeps those that hold in several. `counted` is the other
way to them: which records are counted by what. `missing` are those that do not follow from what
disclosure control knows: their vector is no combination of its rows.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from fractions import Fraction
from itertools import pairwise
from pathlib import Path

import duckdb
import numpy as np
from numpy.typing import NDArray

from csc_warehouse.disclosure.relations import AT_MOST, PART_OF, SAME_AS, Identity, Relation

#: Indicator, part, breakdown, value, how many months before.
Series = tuple[str, str, str, str, int]

#: Series with their signs, the first positive.
Sum = tuple[tuple[Series, int], ...]

Figures = Mapping[Series, NDArray[np.float64]]

#: Rows in echelon form, by their first series, which has the weight 1.
Basis = dict[Series, dict[Series, Fraction]]

#: A sum is looked for in the newest months, if there are enough, among series that vary.
_MONTHS, _FEWEST_MONTHS = 36, 18
_FEWEST_VALUES = 4

#: An identity is confirmed by an authority in which it holds in as many months, all there are, and
#: all of its series have as many values. A few children may break it elsewhere, in a few months.
_MONTHS_TO_CONFIRM, _VALUES_TO_CONFIRM = 6, 3
_NEARLY_ALL = 0.9

_FIGURES = """
select
    figure.indicator_code,
    indicator.aggregation,
    indicator.measured_as,
    figure.period_end_date,
    figure.breakdown,
    figure.breakdown_value,
    figure.numerator,
    figure.denominator,
    figure.value
from indicators.rpt_indicator as figure
inner join reference.indicator as indicator using (indicator_code)
where
    figure.la_code = $la_code
    and figure.availability = 'available'
    and figure.period_type in ('month', 'month_end')
    and (
        (figure.breakdown = 'all' and not indicator.aggregation like 'distribution%')
        or exists (
            from reference.report_breakdown as shown
            where
                shown.indicator_code = figure.indicator_code
                and shown.breakdown = figure.breakdown
        )
    )
"""


def authorities(database: Path) -> list[str]:
    """The authorities of a release's analyst database."""
    with duckdb.connect(str(database), read_only=True) as connection:
        rows = connection.execute(
            "select distinct la_code from indicators.rpt_indicator order by la_code"
        ).fetchall()
    return [la_code for (la_code,) in rows]


def figures(database: Path, la_code: str) -> Figures:
    """All series of an authority, by month; not a number where there is no figure."""
    with duckdb.connect(str(database), read_only=True) as connection:
        rows = connection.execute(_FIGURES, {"la_code": la_code}).fetchall()
    months = {end: place for place, end in enumerate(sorted({row[3] for row in rows}))}
    found: dict[Series, NDArray[np.float64]] = defaultdict(lambda: np.full(len(months), np.nan))
    stocks = {code for code, _, measured_as, *_ in rows if measured_as == "snapshot"}
    for code, aggregation, _, end, breakdown, value, *numbers in rows:
        for part, number in _parts(aggregation, *numbers).items():
            spread = aggregation.startswith("distribution") and part == "denominator"
            name, of = (f"all by {breakdown}", "all") if spread else (breakdown, value)
            found[code, part, name, of, 0][months[end]] = number
    # A value of a breakdown that nobody has in a month has no row there.
    for (code, part, breakdown, _, _), line in found.items():
        whole = found.get((code, part, "all", "all", 0))
        if breakdown != "all" and whole is not None:
            line[np.isnan(line) & ~np.isnan(whole)] = 0
    before = {
        (*series[:4], 1): np.concatenate([[np.nan], line[:-1]])
        for series, line in found.items()
        if series[0] in stocks
    }
    return {**found, **before}


_COUNTED = """
with

part as (
    select
        detail.record_table,
        detail.record_key,
        detail.event_date,
        coalesce(detail.numerator_date, detail.event_date) as counted_date,
        detail.indicator_code,
        'numerator' as part
    from indicators.fct_indicator_detail as detail
    inner join reference.indicator as indicator using (indicator_code)
    inner join reference.aggregation as aggregation using (aggregation)
    where
        detail.la_code = $la_code
        and detail.numerator = 1
        and aggregation.counts <> 'quantity'

    union all

    select
        detail.record_table,
        detail.record_key,
        detail.event_date,
        detail.event_date as counted_date,
        detail.indicator_code,
        'denominator' as part
    from indicators.fct_indicator_detail as detail
    inner join reference.indicator as indicator using (indicator_code)
    where
        detail.la_code = $la_code
        and detail.denominator = 1
        and not indicator.aggregation like 'distribution%'
),

record as (
    select list(indicator_code || ' ' || part order by indicator_code, part) as parts
    from part
    group by
        record_table,
        record_key,
        event_date,
        counted_date
)

select distinct parts
from record
order by parts
"""


def counted(database: Path, la_code: str) -> Figures:
    """Which records each numerator and denominator counts, not how many: 1 or 0 by kind of record.

    Records are of a kind if the same indicators count them on the same day. What adds up here adds
    up by definition: the sets are the same, or without overlap are all of another.
    """
    with duckdb.connect(str(database), read_only=True) as connection:
        rows = connection.execute(_COUNTED, {"la_code": la_code}).fetchall()
    found: dict[Series, NDArray[np.float64]] = defaultdict(lambda: np.zeros(len(rows)))
    for place, (parts,) in enumerate(rows):
        for each in parts:
            code, part = each.split()
            found[code, part, "all", "all", 0][place] = 1
    return found


def _parts(
    aggregation: str, numerator: float | None, denominator: float | None, value: float | None
) -> dict[str, float]:
    """The counts that a figure tells, and what its values add up to."""
    found: dict[str, float | None] = {}
    if aggregation in ("median", "mean", "minimum", "maximum"):
        found["denominator"] = denominator
        if aggregation == "mean" and value is not None and denominator is not None:
            found["total"] = round(value * denominator, 3)
    else:
        found["numerator"] = numerator
        if aggregation.startswith(("share", "distribution", "records_per")):
            found["denominator"] = denominator
    return {part: number for part, number in found.items() if number is not None}


def proposed(known: Figures) -> set[Sum]:
    """The identities of up to four series that hold in an authority's newest months."""
    lines = {
        series: newest
        for series, line in known.items()
        if not np.isnan(newest := line[-_MONTHS:]).any()
        and len(newest) >= _FEWEST_MONTHS
        and len(np.unique(newest)) >= _FEWEST_VALUES
    }
    return sums(lines)


def sums(lines: Figures) -> set[Sum]:
    """The sums of up to four lines, with signs, that are 0 everywhere.

    Every line is mapped to one whole number, so that what adds up maps to numbers that add up; sums
    of two are then looked up among one another.
    """
    if len(lines) < 2:
        return set()
    ordered = sorted(lines)
    thousandths = np.round(1000 * np.array([lines[each] for each in ordered])).astype(np.int64)
    weights = np.random.default_rng(0).integers(1, 2**40, thousandths.shape[1])
    images = (thousandths * weights).sum(axis=1)
    alike: dict[int, list[Series]] = defaultdict(list)
    for series, image in zip(ordered, images.tolist(), strict=True):
        alike[image].append(series)
    found = {
        _sum([(one, 1), (other, -1)]) for each in alike.values() for one, other in pairwise(each)
    }
    single = np.array(list(alike))
    names = [each[0] for each in alike.values()]
    left, right = np.triu_indices(len(single), 1)
    pairs = single[left] + single[right]

    def named(*terms: tuple[int, int]) -> None:
        if len({place for place, _ in terms}) == len(terms):
            found.add(_sum([(names[place], sign) for place, sign in terms]))

    for pair, whole in _matches(pairs, single):
        named((whole, 1), (left[pair], -1), (right[pair], -1))
    for pair, other in _matches(pairs, pairs):
        if pair < other:
            named((left[pair], 1), (right[pair], 1), (left[other], -1), (right[other], -1))
    for more, less in ((left, right), (right, left)):
        for apart, pair in _matches(single[more] - single[less], pairs):
            named((more[apart], 1), (less[apart], -1), (left[pair], -1), (right[pair], -1))
    return found


def _matches(wanted: NDArray[np.int64], among: NDArray[np.int64]) -> Iterator[tuple[int, int]]:
    """All places of `wanted` and `among` with the same number."""
    order = np.argsort(among, kind="stable")
    first = np.searchsorted(among[order], wanted, "left")
    last = np.searchsorted(among[order], wanted, "right")
    for place in np.flatnonzero(last > first).tolist():
        for other in order[first[place] : last[place]].tolist():
            yield place, other


def _sum(terms: Iterable[tuple[Series, int]]) -> Sum:
    ordered = sorted(terms)
    return tuple((series, sign * ordered[0][1]) for series, sign in ordered)


def confirmed(proposals: Iterable[Sum], releases: Sequence[Figures], fewest: int) -> list[Sum]:
    """Those that at least `fewest` of the authorities confirm, and that hold nearly everywhere."""
    found = []
    for each in sorted(proposals):
        confirming = held = months = 0
        for known in releases:
            if any(series not in known for series, _ in each):
                continue
            left = np.sum([sign * known[series] for series, sign in each], axis=0)
            stand = ~np.isnan(left)
            holds = np.abs(left[stand]) < 0.01
            held, months = held + int(holds.sum()), months + len(holds)
            varies = all(
                len(np.unique(known[series][stand])) >= _VALUES_TO_CONFIRM for series, _ in each
            )
            confirming += varies and len(holds) >= _MONTHS_TO_CONFIRM and bool(holds.all())
        if confirming >= fewest and held >= _NEARLY_ALL * months:
            found.append(each)
    return found


def holds(terms: Sum, known: Figures) -> bool:
    """Whether it is 0 everywhere; a series that counts nothing there is 0."""
    return not np.any(sum(sign * known[series] for series, sign in terms if series in known))


def missing(
    mined: Sequence[Sum],
    relations: Sequence[Relation],
    identities: Sequence[Identity],
    releases: Iterable[Figures] = (),
) -> list[Sum]:
    """The mined identities that are no combination of what disclosure control knows.

    What is always 100% in one of `releases` is a fact of that place, and known there: so are the
    shares, and counts that are a part of another (`same_counts` finds them equal).
    """
    series = {each for terms in mined for each, _ in terms}
    rows = [dict(row) for row in _equations(series, relations, identities)]
    shares = {((code, "numerator"), (code, "denominator")) for code in {each[0] for each in series}}
    parts = {
        (each.part, each.related_part) for each in relations if each.relation in (PART_OF, AT_MOST)
    }
    for known in releases:
        for part, whole in shares | parts:
            for each, line in known.items():
                other = (*whole, *each[2:])
                other_line = known.get(other, np.array([]))
                if each[:2] == part and np.array_equal(line, other_line, equal_nan=True):
                    rows.append({each: 1.0, other: -1.0})
    basis: Basis = {}
    for row in rows:
        if left := _left(row, basis):
            first = min(left)
            basis[first] = {each: weight / left[first] for each, weight in left.items()}
    return [each for each in mined if _left(dict(each), basis)]


def _left(row: Mapping[Series, float], basis: Basis) -> dict[Series, Fraction]:
    """What is left of a row once all that the basis knows is taken off: nothing, if it follows."""
    left = {series: Fraction(weight) for series, weight in row.items()}
    while known := left.keys() & basis.keys():
        weight = left[first := min(known)]
        for series, of_basis in basis[first].items():
            left[series] = left.get(series, Fraction(0)) - weight * of_basis
        left = {series: each for series, each in left.items() if each}
    return left


def _equations(
    series: Collection[Series], relations: Sequence[Relation], identities: Sequence[Identity]
) -> Iterator[list[tuple[Series, float]]]:
    """What disclosure control knows of these series, each 0: by the seeds, and of a breakdown."""
    where = sorted({each[2:] for each in series})
    for relation in relations:
        if relation.relation == SAME_AS:
            for place in where:
                yield [((*relation.part, *place), 1.0), ((*relation.related_part, *place), -1.0)]
    for identity in identities:
        for breakdown, value, months in where:
            parts = [((*part, breakdown, value, months), sign) for part, sign in identity.parts]
            if not identity.is_balance:
                yield [((*identity.whole, breakdown, value, months), -1.0), *parts]
            elif not months:
                after, before = ((*identity.whole, breakdown, value, each) for each in (0, 1))
                yield [(after, -1.0), (before, 1.0), *parts]
    values = defaultdict(set)
    for _, _, breakdown, value, months in series:
        values[breakdown, months].add(value)
    counted = {each[:2] for each in series}.union(
        *((relation.part, relation.related_part) for relation in relations)
    )
    for part in sorted(counted):
        for (breakdown, months), each in values.items():
            if breakdown != "all":
                parts = [((*part, breakdown, value, months), 1.0) for value in sorted(each)]
                yield [((*part, "all", "all", months), -1.0), *parts]


def said(terms: Sum) -> str:
    """An identity for people: `CLA-01 before + CLA-03 - CLA-01 - CLA-04`."""
    return " ".join(("+ " if sign > 0 else "- ") + _name(series) for series, sign in terms)[2:]


def _name(series: Series) -> str:
    code, part, breakdown, value, months = series
    return (
        code
        + ("" if part == "numerator" else f".{part}")
        + ("" if breakdown == "all" else f" ({breakdown} {value})")
        + (" before" if months else "")
    )
