"""How figures are said: values, periods, changes and the sentence that opens a measure."""

from __future__ import annotations

from datetime import date
from decimal import ROUND_HALF_UP, Decimal
from functools import lru_cache

from markupsafe import Markup, escape

from csc_warehouse.disclosure.cells import (
    CONFIDENTIAL,
    NOT_APPLICABLE,
    REMEMBERED,
    Cell,
    Key,
    rounded,
)
from csc_warehouse.report.concentration import Place
from csc_warehouse.report.control_chart import Assurance, Kind, Variation
from csc_warehouse.report.drawing import drawn
from csc_warehouse.report.measures import Measure
from csc_warehouse.report.signals import Confidence

SYMBOLS = {
    CONFIDENTIAL: "hidden, so that no child can be recognised",
    NOT_APPLICABLE: "there was nothing to count it out of",
    "x": "not available",
}

#: The same in a few words, where nothing explains a letter. Not "fewer than 6": what is hidden may
#: be a large number that protects a small one, and nobody is to know which is which.
BRIEFLY = {
    CONFIDENTIAL: "hidden to protect children",
    NOT_APPLICABLE: "nothing to count",
    "x": "not available",
}

#: What stands after a value; a count has nothing, and other units their own name.
_UNITS = {"percent": "%", "count": "", "per 10,000": " per 10,000"}


def day(value: date) -> str:
    """`value` for people: 30 September 2022."""
    return f"{value.day} {value:%B %Y}"


def span(start: date, end: date) -> str:
    """Months of one year for people: July to September 2022."""
    return f"{start:%B} to {end:%B %Y}"


def period(cell: Cell, *, short: bool = False) -> str:
    """The cell's period for people: "12 months to 30 September 2022"; `short` for table heads."""
    start, end = cell.period_start_date, cell.period_end_date
    match cell.period_type:
        case "month":
            return f"{end:%b %Y}" if short else f"{end:%B %Y}"
        case "quarter":
            return f"{start:%b}–{end:%b %Y}" if short else span(start, end)
        case "year":
            return f"{start.year}/{end:%y}" if short else f"year to {day(end)}"
        case "month_end":
            return f"{end:%b %Y}" if short else f"at {day(end)}"
        case "rolling_12_months":
            return f"12 months to {end:%b %Y}" if short else f"12 months to {day(end)}"
        case "rolling_6_months":
            return f"6 months to {end:%b %Y}" if short else f"6 months to {day(end)}"
        case "rolling_4_weeks":
            return f"{end:%b %Y}" if short else f"4 weeks to {day(end)}"
        case "year_to_date":
            return f"to {end:%b %Y}" if short else f"year so far, to {day(end)}"
        case _:
            return f"{day(start)} to {day(end)}"


def frequency(cell: Cell) -> str:
    """What one point of a line is."""
    return {
        "month": "each month",
        "quarter": "each quarter",
        "year": "each reporting year",
        "month_end": "at the end of each month",
        "rolling_4_weeks": "the four weeks to each month's end",
    }.get(cell.period_type, cell.period_type.replace("_", " "))


def unit(register_unit: str) -> str:
    return _UNITS.get(register_unit, f" {register_unit}")


def number(
    measure: Measure, value: float | None, *, whole: bool = False, with_unit: bool = True
) -> str:
    """A value in the measure's unit: a percentage has one decimal (none if `whole`)."""
    if value is None:
        return "–"
    after = unit(measure.register["unit"]) if with_unit else ""
    return decimal(value, 0 if measure.is_count or whole else 1) + after


@lru_cache(maxsize=REMEMBERED)
def decimal(value: float, places: int) -> str:
    """`value` with thousands separated, half up, with a real minus sign."""
    scaled = Decimal(repr(float(value))).quantize(Decimal(1).scaleb(-places), ROUND_HALF_UP)
    # Adding zero takes the sign off a zero.
    return f"{scaled + 0:,}".replace("-", "−")


def shown(measure: Measure, cell: Cell | None, *, with_unit: bool = True) -> str:
    """The cell as every format prints it: its value, or the symbol that stands for it."""
    if cell is None:
        return ""
    if cell.symbol == CONFIDENTIAL and cell.value is None:
        return CONFIDENTIAL
    value = rounded(cell.aggregation, cell.value, cell.numerator, cell.denominator)
    if value is None:
        return cell.symbol or NOT_APPLICABLE
    after = unit(measure.register["unit"]) if with_unit else ""
    return f"{value:,}".replace("-", "−") + after


def in_words(measure: Measure, cell: Cell | None) -> Markup:
    """The cell where it stands alone: its value, or in words why there is none."""
    if cell is None or cell.value is not None:
        return figure(cell, "value", cell.value if cell else None, shown(measure, cell))
    text = shown(measure, cell)
    return drawn('<span class="in-words">{}</span>', BRIEFLY.get(text, text))


def behind(cell: Cell | None) -> Markup:
    """Numerator and denominator of a share or a rate; how many stand behind an average."""
    if cell is None or cell.denominator is None:
        return Markup("")
    bottom = figure(cell, "denominator", cell.denominator, decimal(cell.denominator, 0))
    if not (cell.is_share or cell.is_rate):
        return drawn("of {}", bottom)
    top = CONFIDENTIAL if cell.numerator is None else decimal(cell.numerator, 0)
    return drawn("{} of {}", figure(cell, "numerator", cell.numerator, top), bottom)


def change(measure: Measure) -> Markup:
    """Since a year before: points for a percentage, absolute and relative for the rest."""
    if measure.headline is None or measure.before is None:
        return Markup("")
    now, then = measure.headline.value, measure.before.value
    if now is None or then is None:
        return Markup("")
    moved = now - then
    places = 0 if measure.is_count else 1
    if measure.is_share:
        return figure(measure.headline, "change", moved, f"{signed(moved, 1)} points")
    said = figure(measure.headline, "change", moved, signed(moved, places))
    if not then:
        return said
    share = 100 * moved / then
    return Markup("{} ({})").format(
        said, figure(measure.headline, "change-percent", share, f"{signed(share, 0)}%")
    )


def signed(value: float, places: int) -> str:
    text = decimal(value, places)
    return text if text.startswith("−") or not text.strip("0.,") else f"+{text}"


def points_apart(measure: Measure, other: float | None, part: str, name: str) -> Markup:
    """ "4 points above statistical neighbours"; the unit is points for a percentage."""
    cell = measure.headline
    if cell is None or cell.value is None or other is None:
        return Markup("")
    apart = cell.value - other
    places = 0 if measure.is_share and abs(apart) >= 2 else 1
    text = decimal(abs(apart), places)
    if not text.strip("0.,"):
        return Markup("the same as {}").format(name)
    if measure.is_share:
        text += " points"
    else:
        text += unit(measure.register["unit"])
    return Markup("{} {} {}").format(
        figure(cell, part, abs(apart), text), "above" if apart > 0 else "below", name
    )


VARIATION = {
    Variation.COMMON: "no change beyond chance",
    Variation.IMPROVEMENT_HIGH: "improvement, higher than before",
    Variation.IMPROVEMENT_LOW: "improvement, lower than before",
    Variation.CONCERN_HIGH: "change for the worse, higher than before",
    Variation.CONCERN_LOW: "change for the worse, lower than before",
    Variation.NEUTRAL_HIGH: "change, higher than before",
    Variation.NEUTRAL_LOW: "change, lower than before",
}

CONFIDENCE = {
    Confidence.POSSIBLE: "weak, or seen in this report only: wait for the next",
    Confidence.LIKELY: "strong, and seen in two reports in a row",
    Confidence.ESTABLISHED: "strong, and seen in three reports in a row or more",
}

KIND = {
    Kind.COUNT: "Events happen by chance: the limits are those of a Poisson distribution, wider "
    "where the months differ by more (Laney’s chart). Where school holidays bring fewer or more, "
    "the limits follow them.",
    Kind.SHARE: "A share of few moves more by chance than one of many: each point has the limits "
    "of its own denominator, wider where the months differ by more (Laney’s chart).",
    Kind.AVERAGE: "The limits follow from how much neighbouring values differ (XmR), each by how "
    "many stand behind it.",
    Kind.STOCK: "Most children are the same as the month before: the limits stand around what it "
    "leads to expect, by how many usually come and go.",
    Kind.STOCK_SHARE: "Most children are the same as the month before: the limits stand around "
    "what it leads to expect, by how many usually come and go.",
    Kind.STOCK_AVERAGE: "Most of what is averaged is the same as the month before: the limits "
    "stand around its value.",
}


def chance(measure: Measure) -> str:
    """What chance does to a measure: which limits it has, in a sentence or two."""
    quiet = measure.quiet_limit
    rare = (
        f" They are rare: up to {quiet} {'month' if quiet == 1 else 'months'} in a row "
        "without any may be chance, more would not be."
    )
    return KIND[measure.kind] + (rare if quiet is not None else "")


_STEP_BY_STEP = {"month": " month by month", "quarter": " quarter by quarter"}


def changed(measure: Measure) -> str:
    """What the line says; where its periods are not the headline's, of which it says it."""
    if measure.variation is None or measure.signal is None:
        return "" if measure.variation is None else VARIATION[measure.variation]
    said = f"{measure.signal.confidence} {VARIATION[measure.variation]}"
    kind = measure.line[-1].period_type
    same = measure.headline is None or kind == measure.headline.period_type
    return said + ("" if same else _STEP_BY_STEP.get(kind, ""))


ASSURANCE = {
    Assurance.PASS: "the target is met, by more than chance",
    Assurance.FAIL: "the target is missed, by more than chance",
    Assurance.INCONSISTENT: "chance alone explains the distance from the target",
}


def why(measure: Measure) -> str:
    """How much a measure changed and since when, each with what is left open."""
    if measure.signal is None:
        return ""
    found, line = measure.signal.evidence, measure.line
    size = f"about {_amount(measure, abs(found.size))} {'higher' if found.is_higher else 'lower'}"
    if found.error:
        size += f", give or take {_amount(measure, 1.96 * found.error)}"
    since = f"since {_when_of(line[found.since])}"
    if found.earliest != found.latest:
        first, last = _when_of(line[found.earliest]), _when_of(line[found.latest])
        since += f" (it began between {first} and {last})"
    return f"{size}, {since}"


def flows(measure: Measure) -> str:
    """What moved a stock: "Fewer left: children who …, about 3.1 a month fewer"."""
    return " ".join(
        f"{'More' if flow.evidence.is_higher else 'Fewer'} {'came' if flow.is_coming else 'left'}: "
        f"{flow.title[:1].lower()}{flow.title[1:]}, about "
        f"{_rounded(abs(flow.evidence.size))} a month "
        f"{'more' if flow.evidence.is_higher else 'fewer'}, "
        f"give or take {_rounded(1.96 * flow.evidence.error)}."
        for flow in measure.flows
    )


def recording(measure: Measure) -> str:
    """What is recorded otherwise since a measure changed, which need be no change of the work."""
    found = measure.recording
    if found is None:
        return ""
    if found.title is None:
        said = "so many records are in doubt since then that nothing need have changed"
    elif found.before is None or found.since is None:
        said = found.title
    else:
        said = (
            f"{found.title} ({_rounded(found.since)}% of the records have it since then, "
            f"{_rounded(found.before)}% before)"
        )
    return f"Recording changed at the same time: {said}. It need be no change in the work itself."


def places(measure: Measure) -> str:
    """Where most of a change is: "Most of it is among those aged 16 and over; without …"."""
    return " ".join(
        f"Most of it is {_place(place)}; without that "
        + ("it changed too." if place.rest_changed else "nothing changed beyond chance.")
        for place in measure.places
    )


def _place(place: Place) -> str:
    if place.value == "not known":
        return f"where the {_KIND_OF_PLACE[place.breakdown]} is not known"
    match place.breakdown:
        case "uasc" if place.value == "unaccompanied":
            return "among unaccompanied children"
        case "uasc":
            return "among children who are not unaccompanied"
        case "age_band":
            return f"among those aged {place.value}"
        case "referral_source":
            return f"where the source is “{place.value}”"
        case _:
            return f"in {place.value}"


_KIND_OF_PLACE = {
    "uasc": "status of unaccompanied children",
    "age_band": "age",
    "referral_source": "source",
    "team": "team",
}


def _rounded(amount: float) -> str:
    return decimal(amount, 0 if amount >= 10 else 1)


def _amount(measure: Measure, amount: float) -> str:
    """A size with its unit: points for a percentage, whole numbers from ten."""
    text = _rounded(amount)
    if measure.is_share:
        return f"{text} points"
    each = " a quarter" if measure.line[-1].period_type == "quarter" else " a month"
    return text + unit(measure.register["unit"]) + (each if measure.kind is Kind.COUNT else "")


def _when_of(cell: Cell) -> str:
    return period(cell, short=cell.period_type != "month")


def about(measure: Measure) -> Markup:
    """What follows the value in the headline: change, neighbours, target, what is hidden."""
    parts = [Markup(changed(measure))]
    if measure.recording is not None:
        parts.append(Markup("recording changed at the same time"))
    parts.append(standing(measure))
    if measure.interval and (
        measure.assurance is Assurance.INCONSISTENT
        or _is_close(measure, measure.comparison.neighbours)
    ):
        lower, upper = (number(measure, limit) for limit in measure.interval)
        parts.append(Markup("chance alone could make it {} to {}").format(lower, upper))
    if measure.hidden is not None:
        window = _when(measure.hidden).removeprefix("in ")
        of = window if window.startswith("at ") else f"for {window}"
        parts.append(Markup("the figure {} is hidden to protect children").format(of))
    return Markup("; ").join(part for part in parts if part)


def standing(measure: Measure) -> Markup:
    """How the headline stands to neighbours, or to England, and to the target."""
    cell, others = measure.headline, measure.comparison
    if cell is None:
        return Markup("")
    parts = [
        _beside(measure, others.neighbours, "above-neighbours", "statistical neighbours")
        or _beside(measure, others.england, "above-england", "England")
    ]
    if others.target is not None and cell.value is not None:
        parts.append(
            Markup(_TARGET[measure.assurance] if measure.assurance else "the target is {}").format(
                held(measure, "target", others.target)
            )
        )
    return Markup("; ").join(part for part in parts if part)


_TARGET = {
    Assurance.PASS: "meets the target of {}",
    Assurance.FAIL: "misses the target of {}",
    Assurance.INCONSISTENT: "not told apart from the target of {}",
}


def _is_close(measure: Measure, other: float | None) -> bool:
    """Whether chance alone explains how far the headline is from `other`."""
    interval = measure.interval
    return other is not None and interval is not None and interval[0] <= other <= interval[1]


def _beside(measure: Measure, other: float | None, part: str, name: str) -> Markup:
    """How far the headline is from `other`, where that is more than chance."""
    if measure.interval is None:
        return Markup("")
    if _is_close(measure, other):
        return Markup("not told apart from {}").format(name)
    return points_apart(measure, other, part, name)


def held(measure: Measure, part: str, value: float | None) -> Markup:
    """A target or a comparator, in the measure's unit."""
    whole = value is not None and value == int(value) and part == "target"
    return figure(measure.headline, part, value, number(measure, value, whole=whole))


def headline(measure: Measure) -> Markup:
    """The sentence that opens a measure, made from the data."""
    cell = measure.headline
    if cell is None:
        return Markup("{}: not available").format(measure.title)
    if measure.is_distribution:
        return Markup("{}: {}").format(measure.title, mostly(measure))
    rest = about(measure)
    value = (
        Markup("hidden, so that no child can be recognised")
        if cell.value is None and cell.symbol == CONFIDENTIAL
        else figure(cell, "value", cell.value, shown(measure, cell))
    )
    # An older figure stands in the place of a hidden one: it says of when it is.
    when = f" {_when(cell)}" if measure.hidden is not None else ""
    return Markup("{}: {}{}{}{}").format(measure.title, value, when, ", " if rest else "", rest)


def opening(measure: Measure) -> Markup:
    """The same under a heading that names the measure already: value, window, and the rest."""
    cell = measure.headline
    if cell is None:
        return Markup("Not available")
    if measure.is_distribution:
        said = mostly(measure)
        return Markup("{} {}").format(Markup(said[:1].upper() + said[1:]), _when(cell))
    rest = about(measure)
    value = (
        Markup("Hidden, so that no child can be recognised,")
        if cell.value is None and cell.symbol == CONFIDENTIAL
        else figure(cell, "value", cell.value, shown(measure, cell))
    )
    return Markup("{} {}{}{}").format(value, _when(cell), ": " if rest else "", rest)


def _when(cell: Cell) -> str:
    window = period(cell)
    return window if window.startswith("at ") else f"in the {window}"


def mostly(measure: Measure) -> Markup:
    """What most of a distribution is: "most often Neglect (41.0%), then Multiple (22.4%)"."""
    parts = [
        Markup("{} ({})").format(
            cell.breakdown_value, figure(cell, "value", cell.value, shown(measure, cell))
        )
        for cell in measure.most_common
    ]
    if not parts:
        return Markup("hidden, so that no child can be recognised")
    return Markup("most often ") + Markup(", then ").join(parts)


def address(cell: Cell) -> Markup:
    """The cell's key as an attribute, so that a page can be read back and checked."""
    return _address(cell.key)


@lru_cache(maxsize=REMEMBERED)
def _address(key: Key) -> Markup:
    return escape("|".join(map(str, key)))


def figure(cell: Cell | None, part: str, value: float | None, text: str) -> Markup:
    """A number on a page: what it says, which cell it is of, and the value unrounded.

    `part` is a column of the cell, or how the number is made of it (change, target, …).
    """
    if cell is None or value is None:
        return drawn("<span>{}</span>", text)
    return drawn(
        '<data value="{!r}" data-part="{}" data-cell="{}">{}</data>',
        float(value),
        part,
        address(cell),
        text,
    )
