"""996, as at 31 March 2024: the performance update that the fifth document minutes (rows 4.x)."""

from __future__ import annotations

from datetime import date, timedelta

from csc_fictional.committee.council import Council, spread, years_before

LAST_DAY = date(2024, 3, 31)

#: Reporting year: contacts, referrals.
FRONT_DOOR = {
    2019: (5_010, 505),
    2020: (5_240, 510),
    2021: (5_317, 500),
    2022: (6_120, 515),
    2023: (7_280, 812),
    2024: (8_401, 768),
}
LOOKED_AFTER = 358
#: Of the assessments finished in a year, the late ones.
ASSESSMENTS = {2023: (500, 50), 2024: (600, 30)}
#: Of those looked after at the end of a year, the ones who moved twice in it.
MOVED = {2023: 34, 2024: 50}
#: Why, in turn: of five moves two because carers or the child asked for it, two others were not
#: planned either, and one was.
MOVED_BECAUSE = ("CREQB", "CLOSE", "CARPL", "CHILD", "ALLEG")
#: Adoption was decided for them: those who wait for a match, who have one, and for whom it was
#: decided otherwise since.
WAITING, MATCHED, DECIDED_OTHERWISE = 7, 4, 2
#: Children who ceased to be looked after in a year, and of those who returned home.
CEASED = {2023: (60, 12), 2024: (60, 21)}
CARE_LEAVERS, WITH_ADVISER = 120, 118
#: Who refers: the police and the family most often.
SOURCES = ("6", "2A", "6", "1A", "3A", "6", "5A", "6", "1A", "7")
#: Who helps early in the last year: external agencies, most of them health and education.
ASSISTING = {
    "Fictional Health Visitors": 24,
    "Fictional Primary School": 13,
    "Fictional Academy": 9,
    "Fictional early help service": 8,
    "Fictional Family Charity": 6,
}


def extract() -> Council:
    """The council's whole extract."""
    council = Council("996", "2024-03")
    started = _care(council)
    _front_door(council, started)
    for organisation, count in ASSISTING.items():
        for number, day in enumerate(spread(date(2023, 4, 11), date(2024, 3, 18), count)):
            person = council.child(years_before(LAST_DAY, 5 + number % 10, number))
            council.early_help(person, day, organisation=organisation)
    for number in range(CARE_LEAVERS):
        person = council.child(years_before(LAST_DAY, 18 + number % 3, 60 + number))
        council.leaver(person, date(2024, 3, 1), adviser=number < WITH_ADVISER)
    return council


def _front_door(council: Council, started: dict[int, int]) -> None:
    """Contacts, referrals and assessments; whoever started to be looked after was referred too."""
    pool = [council.child(years_before(LAST_DAY, 7 + n % 10, n % 300)) for n in range(2_000)]
    for year, (contacts, referrals) in FRONT_DOOR.items():
        first, last = date(year - 1, 4, 1), date(year, 3, 31)
        for number, day in enumerate(spread(first, last, contacts)):
            council.contact(pool[number % len(pool)], day)
        finished, late = ASSESSMENTS.get(year, (0, 0))
        # Those of the last two months are assessed in the year after.
        wanted = referrals - started.get(year, 0)
        for number, day in enumerate(spread(first, last, wanted)):
            person = council.child(years_before(date(year, 3, 31), 3 + number % 12, number % 300))
            closed = day + timedelta(days=150)
            referral = council.referral(
                person,
                day,
                closed if closed <= LAST_DAY else None,
                source=SOURCES[number % len(SOURCES)],
            )
            if number < finished:
                # More at once weighs on the children of the last year.
                is_complex = number % (4 if year == LAST_DAY.year else 8) == 0
                council.assessment(
                    person,
                    referral,
                    day,
                    # Some in time by working days, though not by days of the calendar.
                    day + timedelta(days=90 if number < late else 55 if number % 5 == 0 else 30),
                    factors=("3A", "4B", "16A") if is_complex else ("16A",),
                )


def _care(council: Council) -> dict[int, int]:
    """Children looked after; returns the starters of each reporting year."""
    started: dict[int, int] = {}

    def start(day: date) -> date:
        year = day.year + (day.month > 3)
        started[year] = started.get(year, 0) + 1
        return day

    for number in range(LOOKED_AFTER):
        # One in ten came in the last year.
        came = (
            date(2023, 4, 10) + timedelta(days=(number - LOOKED_AFTER + 36) * 9)
            if number >= LOOKED_AFTER - 36
            else date(2018, 5, 1) + timedelta(days=number * 5)
        )
        person = council.child(years_before(came, 1 + number % 9, 40 + number % 200))
        began = start(came)
        moves = [
            (date(year - 1, month, 5), "U4")
            for year, count in MOVED.items()
            for month in (6, 10)
            if number < count
        ]
        council.care(
            person,
            began,
            placements=((began, "U4"), *moves),
            moved_because=MOVED_BECAUSE[number % 5 :] + MOVED_BECAUSE[: number % 5],
        )
        if 100 <= number < 100 + WAITING:
            council.adoption(person, date(2023, 6, 1))
        elif 120 <= number < 120 + MATCHED:
            council.adoption(person, date(2023, 6, 1), matched=date(2024, 1, 10))
        elif 130 <= number < 130 + DECIDED_OTHERWISE:
            council.adoption(person, date(2023, 6, 1), reversed_on=date(2023, 12, 1))
    for year, (count, home) in CEASED.items():
        for number, day in enumerate(spread(date(year - 1, 4, 20), date(year, 3, 20), count)):
            person = council.child(years_before(date(year - 1, 4, 1), 4 + number % 12, number))
            council.care(
                person,
                start(day - timedelta(days=700)),
                day,
                reason="E4A" if number < home else "E45",
            )
    return started
