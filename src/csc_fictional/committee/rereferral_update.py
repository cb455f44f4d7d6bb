"""995, as at 30 June 2022: the re-referral update that the fourth document minutes (rows 3.x).

The first document only announces it: the same question, to the council 992 with other children.
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
OPEN_AFTER_CARE = 42
#: Of those known again before 2022, one in so many comes back in the holidays, beside the usual.
HOLIDAY_SHARE = 25
#: Referrals of the half year, and of its last four weeks, with the ones of children known before.
HALF_YEAR, FOUR_WEEKS, AGAIN_IN_FOUR_WEEKS = 1_000, 150, 30


def extract() -> Council:
    """The council's whole extract."""
    return tell(Council("995", "2022-06"))


def tell(council: Council, share: int = 1) -> Council:
    """The story, with one in `share` of the children."""
    early, late = _discharged(council, share)
    _again_before(council, early)
    _half_year(council, late, share)
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
        *spread(date(2020, 7, 6), date(2021, 3, 1), again - lately - in_holidays),
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
        council.referral(person, day, min(closed, date(2022, 6, 15)))
        if number < lately // 4 or number % 60 == 0:
            # Before the new strategy most came back from early help; since, fewer do.
            ended = date(2020, 11, 16) if number < lately // 4 else date(2021, 12, 13)
            if ended >= born + timedelta(days=400):
                council.early_help(person, ended - timedelta(days=90), ended)
        if is_leaver:
            council.leaver(person, date(2022, 6, 20), eligibility="Relevant", activity="F2")
    return people[lately:again], people[:lately]


def _again_before(council: Council, people: list[str]) -> None:
    """Referred again in 2021 and closed since; more of it in the summer holidays."""
    in_holidays = len(people) // HOLIDAY_SHARE
    days = [
        *spread(date(2021, 7, 26), date(2021, 8, 30), in_holidays),
        *spread(date(2021, 1, 4), date(2021, 12, 20), len(people) - in_holidays),
    ]
    for number, (person, day) in enumerate(zip(people, days, strict=True)):
        end = min(day + timedelta(days=100), date(2022, 6, 10))
        referral = council.referral(person, day, end, need="N1")
        council.assessment(person, referral, day, day + timedelta(days=30))
        if number < OPEN_AFTER_CARE:
            # Home from care while the case goes on.
            council.care(
                person,
                day + timedelta(days=10),
                day + timedelta(days=60),
                legal_status="C1",
                referral=referral,
            )
        elif number % 4 == 0:
            council.suspension(person, day - timedelta(days=30))


def _half_year(council: Council, known: list[str], share: int) -> None:
    """The referrals from January to June 2022."""
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
    still_open = OPEN_LATELY // share
    for number, (person, day) in enumerate(zip(known, again_days, strict=True)):
        closes = number < lately - still_open
        referral = council.referral(person, day, day + timedelta(days=28) if closes else None)
        if day < date(2022, 5, 20):
            council.assessment(person, referral, day, day + timedelta(days=30))
    new = HALF_YEAR // share - lately
    new_in_four_weeks = four_weeks - again_in_them
    new_days = [
        *spread(date(2022, 1, 3), date(2022, 6, 2), new - new_in_four_weeks),
        *spread(first_four, LAST_DAY, new_in_four_weeks),
    ]
    for number, day in enumerate(new_days):
        person = council.child(years_before(LAST_DAY, 2 + number % 13, number % 300))
        council.referral(person, day)
