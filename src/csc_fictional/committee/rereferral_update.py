"""995, as at 30 June 2022: the re-referral update that the fourth document minutes (rows 3.x).

The first document only announces it: the same question, to the council 992 with other children.
Beside those whom a figure counts there are always some whom only an easy misreading would count.
"""

from __future__ import annotations

from datetime import date, timedelta

from csc_fictional.committee.council import Council, spread, years_before

LAST_DAY = date(2022, 6, 30)
DISCHARGED = 4_300
AGAIN = 422
#: Of those referred again: in the half year that ends the window, and in it still open.
AGAIN_LATELY, OPEN_LATELY = 273, 189
CARE_LEAVERS = 110
#: Young people in aftercare who were never referred again.
OTHER_CARE_LEAVERS = 40
#: Of those referred again: home from a children's home or from their parents under a care order,
#: while the case goes on; and from foster carers by agreement, when it closed on that day.
OPEN_AFTER_CARE, CLOSED_WITH_CARE = 42, 30
#: Suspended in the year before they were referred again, in the half year and before it; suspended
#: longer ago, and after it; and of children of whose first referral nothing had come.
EXCLUDED_LATELY, EXCLUDED_BEFORE = 25, 12
EXCLUDED_LONG_AGO, EXCLUDED_SINCE = 30, 40
NOTHING_CAME, EXCLUDED_NOTHING_CAME = 40, 15
#: Of those known again before 2022, one in so many comes back in the holidays, beside the usual.
HOLIDAY_SHARE = 30
#: Referrals of the half year, and of its last four weeks, with the ones of children known before.
HALF_YEAR, FOUR_WEEKS, AGAIN_IN_FOUR_WEEKS = 1_000, 150, 30
#: Why children are referred again: mostly for support, three in ten for harm. Of the first
#: referrals seven in ten are for harm.
NEEDS_AGAIN = ("N5", "N4", "N1", "N5", "N3", "N1", "N2", "N4", "N5", "N1")
NEEDS_FIRST = ("N1", "N1", "N5", "N1", "N1", "N4", "N1", "N1", "N1", "N5")
#: What their assessments find: in seven of ten a parent's need, though of all the factors that are
#: found fewer than half are of parents.
FACTORS_AGAIN = (
    ("4B", "16A", "17A"), ("3B", "17A"), ("16A", "15A"), ("2B", "4B", "16A", "17A"), ("6B", "7A"),
    ("18C",), ("4A", "20"), ("1B", "3B", "16A", "17A"), ("4B", "17A", "15A"), ("5B", "16A"),
)  # fmt: skip
#: Episodes of early help that ended in a winter, and of those the ones referred within six months:
#: a year before the strategy of November 2021, since it, and those of half a year before it.
EARLY_HELP, BEFORE_STRATEGY, SINCE_STRATEGY, MEANWHILE = 60, 24, 9, 18
#: Episodes that began in the first quarter of 2021 and of 2022.
EARLY_HELP_BEGAN = {2021: 40, 2022: 70}
#: Looked after at the end; of those, who came in the last twelve months; and who left in them.
LOOKED_AFTER, CAME, LEFT = 110, 60, 18
#: Years since social workers began with the council; of agency workers, who know the place best.
YEARS_OF_SERVICE = (0, 0, 0, 1, 1, 1, 2, 2, 3, 3, 4, 6, 8, 9, 12, 15, 20)
AGENCY_YEARS = (14, 16, 18, 19, 21, 22)
#: Of those workers the last ones, who began anew in another post a year ago.
MOVED_POST = 5


def extract() -> Council:
    """The council's whole extract."""
    return tell(Council("995", "2022-06"))


def tell(council: Council, share: int = 1) -> Council:
    """The story, with one in `share` of the children."""
    early, late = _discharged(council, share)
    _again_before(council, early, share)
    new = _half_year(council, late, share)
    _nothing_came(council, share)
    _early_help(council, new)
    _looked_after(council)
    _workforce(council)
    for number in range(OTHER_CARE_LEAVERS):
        person = council.child(years_before(LAST_DAY, 19, 30 + number))
        council.leaver(person, date(2022, 6, 20), activity="F2")
    return council


def _discharged(council: Council, share: int) -> tuple[list[str], list[str]]:
    """Children whose case opened and closed; those referred again before 2022, and in it."""
    again = AGAIN // share
    lately = AGAIN_LATELY // share
    count = DISCHARGED // share
    in_holidays = (again - lately) // HOLIDAY_SHARE
    people: list[str] = []
    starts = [
        # Those known again in 2022 were first referred in the twelve months before.
        *spread(date(2021, 7, 12), date(2021, 12, 20), lately),
        # The first of those known again before come back in the summer holidays.
        *spread(date(2020, 9, 7), date(2021, 2, 1), in_holidays),
        # Of the others, those who come back by May do it more than twelve months after the first.
        *spread(date(2019, 11, 18), date(2021, 3, 1), again - lately - in_holidays),
        *spread(date(2019, 7, 1), date(2021, 12, 20), count - again),
    ]
    for number, day in enumerate(starts):
        is_leaver = number < CARE_LEAVERS // share
        born = (
            years_before(date(2022, 1, 1), 17, 30 + number)
            if is_leaver
            else years_before(LAST_DAY, 3 + number % 12, number % 300)
        )
        sibling = people[number - number % 3] if number % 3 and number < lately else None
        person = council.child(born, family=sibling)
        people.append(person)
        # Closed in the window, a first case on its first day at the earliest.
        closed = max(day + timedelta(days=20 if number < lately else 150), date(2020, 1, 1))
        council.referral(person, day, min(closed, date(2022, 6, 15)), need=NEEDS_FIRST[number % 10])
        if is_leaver:
            council.leaver(person, date(2022, 6, 20), eligibility="Relevant", activity="F2")
    return people[lately:again], people[:lately]


def _again_before(council: Council, people: list[str], share: int) -> None:
    """Referred again in 2021 and closed since; more of it in the summer holidays."""
    in_holidays = len(people) // HOLIDAY_SHARE
    open_after = OPEN_AFTER_CARE // share
    in_care = open_after + CLOSED_WITH_CARE // share
    excluded = in_care + EXCLUDED_BEFORE // share
    days = [
        *spread(date(2021, 7, 26), date(2021, 8, 30), in_holidays),
        *spread(date(2021, 1, 4), date(2021, 12, 20), len(people) - in_holidays),
    ]
    for number, (person, day) in enumerate(zip(people, days, strict=True)):
        end = min(day + timedelta(days=100), date(2022, 6, 10))
        referral = _again(council, person, day, end, number)
        came = day + timedelta(days=10)
        if number < open_after:
            # By an interim order with foster carers, then by a full one; home while the case goes
            # on, so that the way out of care is gradual.
            settled = day + timedelta(days=30)
            council.care(
                person,
                came,
                day + timedelta(days=60),
                legal_status="C1",
                order=(settled, "C2"),
                placements=((came, "U4"), (settled, "P1" if number % 2 else "K2")),
                moved_because=("CARPL",),
                referral=referral,
            )
        elif number < in_care:
            council.care(person, came, end, legal_status="V2", referral=referral)
        elif number < excluded:
            council.suspension(person, day - timedelta(days=30))


def _again(council: Council, person: str, day: date, end: date | None, number: int) -> str:
    """A referral of a child known before, assessed by the day a month on if there is one."""
    referral = council.referral(person, day, end, need=NEEDS_AGAIN[number % 10])
    assessed = day + timedelta(days=30)
    if assessed < date(2022, 6, 20):
        council.assessment(
            person, referral, day, assessed, factors=FACTORS_AGAIN[number % len(FACTORS_AGAIN)]
        )
    return referral


def _half_year(council: Council, known: list[str], share: int) -> list[tuple[str, date]]:
    """The referrals from January to June 2022; returns the children new in it, with the day."""
    four_weeks, again_in_them = FOUR_WEEKS // share, AGAIN_IN_FOUR_WEEKS // share
    lately, first_four = len(known), date(2022, 6, 3)
    # Brothers and sisters come together, three on a day.
    again_days = [
        day
        for first, last, count in (
            (date(2022, 1, 10), date(2022, 6, 1), lately - again_in_them),
            (first_four, LAST_DAY, again_in_them),
        )
        for day in [each for each in spread(first, last, -(-count // 3)) for _ in range(3)][:count]
    ]
    closing = lately - OPEN_LATELY // share
    excluded = closing + EXCLUDED_LATELY // share
    long_ago = excluded + EXCLUDED_LONG_AGO // share
    since = long_ago + EXCLUDED_SINCE // share
    for number, (person, day) in enumerate(zip(known, again_days, strict=True)):
        end = day + timedelta(days=35) if number < closing else None
        referral = _again(council, person, day, end, number)
        if number >= closing and number % 10 == 0 and day < date(2022, 5, 20):
            # On a Monday: no conference is held at a weekend.
            council.plan(person, referral, day + timedelta(days=38 - day.weekday()))
        if closing <= number < excluded:
            council.suspension(person, day - timedelta(days=30))
        elif excluded <= number < long_ago:
            council.suspension(person, day - timedelta(days=400))
        elif long_ago <= number < since:
            council.suspension(person, day)
    new = HALF_YEAR // share - lately
    new_in_four_weeks = four_weeks - again_in_them
    new_days = [
        *spread(date(2022, 1, 3), date(2022, 6, 2), new - new_in_four_weeks),
        *spread(first_four, LAST_DAY, new_in_four_weeks),
    ]
    people = []
    for number, day in enumerate(new_days):
        person = council.child(years_before(LAST_DAY, 2 + number % 13, number % 300))
        referral = council.referral(person, day, need=NEEDS_FIRST[number % 10])
        if number % 3 == 0 and day < date(2022, 5, 20):
            council.assessment(person, referral, day, day + timedelta(days=30))
        people.append((person, day))
    return people


def _nothing_came(council: Council, share: int) -> None:
    """Children referred again in 2021, after a referral of which nothing came: not discharged."""
    days = spread(date(2021, 2, 1), date(2021, 11, 1), NOTHING_CAME // share)
    for number, day in enumerate(days):
        person = council.child(years_before(LAST_DAY, 12, number))
        before = day - timedelta(days=90)
        council.referral(person, before, before, no_action=True)
        council.referral(person, day, need="N1")
        if number < EXCLUDED_NOTHING_CAME // share:
            council.suspension(person, day - timedelta(days=30))


def _early_help(council: Council, new: list[tuple[str, date]]) -> None:
    """Early help that ended, and who was referred within six months of it; and what began."""

    def ended(first: date, followed: int) -> None:
        for number, end in enumerate(spread(first, first + timedelta(days=40), EARLY_HELP)):
            person = council.child(years_before(LAST_DAY, 8, number))
            council.early_help(person, end - timedelta(days=200), end)
            if number < followed:
                council.referral(person, end + timedelta(days=60))

    ended(date(2020, 11, 16), BEFORE_STRATEGY)
    # What became of these is known twelve months on, in June 2022, and says nothing about the
    # strategy.
    ended(date(2021, 5, 10), MEANWHILE)
    # Of those since the strategy the ones referred are among the children of the half year.
    ends = list(spread(date(2021, 11, 15), date(2021, 12, 28), EARLY_HELP))
    for (person, _), end in zip(new[:SINCE_STRATEGY], ends, strict=False):
        council.early_help(person, end - timedelta(days=200), end)
    for number, end in enumerate(ends[SINCE_STRATEGY:]):
        person = council.child(years_before(LAST_DAY, 8, number))
        council.early_help(person, end - timedelta(days=200), end)
    for year, count in EARLY_HELP_BEGAN.items():
        for number, day in enumerate(spread(date(year, 1, 11), date(year, 3, 20), count)):
            council.early_help(council.child(years_before(LAST_DAY, 9, number)), day)


def _looked_after(council: Council) -> None:
    """Children in care at the end; more came in the last twelve months than left."""
    for number in range(LOOKED_AFTER + LEFT):
        person = council.child(years_before(LAST_DAY, 5 + number % 9, number))
        came = (
            date(2021, 7, 5) + timedelta(days=number * 2)
            if number < CAME
            else date(2019, 8, 5) + timedelta(days=number * 5)
        )
        left = date(2021, 8, 2) + timedelta(days=(number - LOOKED_AFTER) * 12)
        # The case goes on after care, so that none of them is discharged.
        council.care(
            person,
            came,
            left if number >= LOOKED_AFTER else None,
            referral=council.referral(person, came - timedelta(days=20)),
        )


def _workforce(council: Council) -> None:
    """Social workers: half of them have been with the council for three years or more."""
    worker = 2001
    for number, years in enumerate(YEARS_OF_SERVICE):
        began = years_before(LAST_DAY, years, 30)
        if number >= len(YEARS_OF_SERVICE) - MOVED_POST:
            moved = years_before(LAST_DAY, 1, 30)
            council.post(worker, began, moved)
            council.post(worker, moved)
        else:
            council.post(worker, began)
        worker += 1
    for years in AGENCY_YEARS:
        council.post(worker, years_before(LAST_DAY, years, 30), is_agency=True)
        worker += 1
