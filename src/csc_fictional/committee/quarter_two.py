"""993, as at 30 September 2022: the quarter that the second document reports (rows 1.x)."""

from __future__ import annotations

from datetime import date, datetime, timedelta

from csc_fictional.committee.council import Council, month_days, spread, years_before

LAST_DAY = date(2022, 9, 30)

#: Month: contacts, referrals, of those of children referred half a year before.
FRONT_DOOR = {
    "2020-12": (600, 180, 0),
    "2021-01": (610, 190, 0),
    "2021-02": (600, 180, 0),
    "2021-03": (640, 200, 0),
    "2021-04": (620, 190, 0),
    "2021-05": (640, 200, 0),
    "2021-06": (690, 220, 36),
    "2021-07": (710, 210, 32),
    "2021-08": (530, 160, 26),
    "2021-09": (760, 230, 36),
    "2021-10": (700, 200, 32),
    "2021-11": (690, 200, 32),
    "2021-12": (560, 170, 26),
    "2022-01": (640, 190, 30),
    "2022-02": (620, 180, 28),
    "2022-03": (680, 190, 30),
    "2022-04": (640, 180, 28),
    "2022-05": (660, 190, 28),
    "2022-06": (680, 195, 30),
    "2022-07": (700, 190, 29),
    "2022-08": (520, 140, 21),
    "2022-09": (740, 204, 30),
}
#: Of the contacts of a quarter, those that led to early help: fewer referrals, more early help.
EARLY_HELP = {
    "2021-07": 80,
    "2021-08": 60,
    "2021-09": 90,
    "2022-07": 130,
    "2022-08": 95,
    "2022-09": 145,
}
#: Early help of the quarter that no contact led to: schools began it.
EARLY_HELP_OF_SCHOOLS = {2021: 60, 2022: 40}
#: Assessments finished in the quarter, and late ones among them.
ASSESSMENTS = {2021: (500, 50), 2022: (500, 30)}
#: Children on a plan at the end of September.
PLANS = {2021: 106, 2022: 83}
UNACCOMPANIED = 35


def extract() -> Council:
    """The council's whole extract."""
    council = Council("993", "2022-09")
    referrals = _front_door(council)
    for year, count in EARLY_HELP_OF_SCHOOLS.items():
        for number, day in enumerate(spread(date(year, 7, 5), date(year, 9, 24), count)):
            person = council.child(years_before(LAST_DAY, 6 + number % 9, number))
            council.early_help(person, day, organisation="Fictional Primary School")
    _assessments(council, referrals)
    _plans(council)
    _unaccompanied(council)
    _missing(council)
    return council


def _front_door(council: Council) -> dict[str, list[tuple[str, str, date]]]:
    """Contacts and referrals; the referrals of each month: person, id and day."""
    pool = [council.child(years_before(LAST_DAY, 3 + n % 12, n % 300)) for n in range(900)]
    made: dict[str, list[tuple[str, str, date]]] = {}
    months = list(FRONT_DOOR)
    for number, (month, (contacts, referrals, again)) in enumerate(FRONT_DOOR.items()):
        for each, day in enumerate(month_days(month, contacts)):
            council.contact(pool[each % len(pool)], day, early_help=each < EARLY_HELP.get(month, 0))
        # Every other month they come back after eight months, not six. The first of each month are
        # the ones seen again: those who come back are the last, or others before them.
        ago, place = (8, -100) if number % 2 and number > 8 else (6, -again)
        earlier = [person for person, _, _ in made[months[number - ago]]] if again else []
        known = earlier[place:][:again]
        made[month] = []
        for each, day in enumerate(month_days(month, referrals)):
            person = (
                known[each]
                if each < again
                else council.child(years_before(LAST_DAY, 2 + each % 13, each))
            )
            closed = day + timedelta(days=120)
            referral = council.referral(person, day, closed if closed <= LAST_DAY else None)
            made[month].append((person, referral, day))
    return made


def _assessments(council: Council, referrals: dict[str, list[tuple[str, str, date]]]) -> None:
    """Assessments finished in each second quarter, of that spring's and summer's referrals."""
    for year, (finished, late) in ASSESSMENTS.items():
        in_time = [
            each
            for month in ("06", "07", "08")
            for each in referrals[f"{year}-{month}"]
            if date(year, 6, 5) <= each[2] <= date(year, 8, 26)
        ][: finished - late]
        slow = [each for month in ("04", "05") for each in referrals[f"{year}-{month}"]][-late:]
        for number, (person, referral, day) in enumerate(in_time):
            # In time by working days, though not by days of the calendar.
            days = 55 if number % 3 == 0 and day <= date(year, 8, 4) else 30
            council.assessment(person, referral, day, day + timedelta(days=days))
        for person, referral, day in slow:
            council.assessment(
                person, referral, day, max(day + timedelta(days=90), date(year, 7, 4))
            )


def _plans(council: Council) -> None:
    """Plans: those of last September have ended but for thirty, and others began since."""
    stay = 30
    for number in range(PLANS[2021]):
        start = date(2020, 11, 2) + timedelta(weeks=number // 4)
        end = None if number < stay else date(2022, 1, 10) + timedelta(days=number)
        person = council.child(years_before(LAST_DAY, 3 + number % 12, number))
        _plan(council, person, start, end)
    for number in range(PLANS[2022] - stay):
        start = date(2021, 11, 8) + timedelta(weeks=number // 3)
        person = council.child(years_before(LAST_DAY, 3 + number % 12, number))
        _plan(council, person, start, None)


def _plan(council: Council, person: str, start: date, end: date | None) -> None:
    """A plan, three weeks after the referral that it came of, which was assessed by then."""
    referred = start - timedelta(days=21)
    referral = council.referral(person, referred, end)
    council.assessment(person, referral, referred, start - timedelta(days=1))
    council.plan(person, referral, start, end)


def _unaccompanied(council: Council) -> None:
    for number, arrived in enumerate(spread(date(2021, 10, 4), date(2022, 6, 27), UNACCOMPANIED)):
        person = council.child(years_before(LAST_DAY, 16, 20 + number * 9), arrived=arrived)
        council.care(
            person,
            arrived,
            legal_status="V2",
            need="N8",
            miles=None,
            assessed=arrived + timedelta(days=14),
        )


def _missing(council: Council) -> None:
    """218 spells of 28 children; a year before, 150 spells of 30."""
    ages = [14, 14, 15, 15] + [16] * 10 + [17] * 14
    people = []
    for number, age in enumerate(ages):
        # Of those aged 17 at their first spell, eight turn 18 within eight weeks of it.
        days = 330 + number if age == 17 and number >= 20 else 60 + number
        people.append(council.child(years_before(date(2022, 7, 1), age, days)))
    for number in range(218):
        # A third each month; nobody twice on one day.
        start = datetime(2022, 7, 2, 20) + timedelta(days=number // 28 * 10 + number % 7)
        wanted = number < 200
        council.missing(
            people[number % 28],
            start,
            start + timedelta(hours=10),
            offered="Y" if wanted else "NA",
            accepted=("Y" if number < 144 else "N") if wanted else "NA",
            reason=("FRIENDS", "FRIENDS", "LATE")[number % 3],
            # Offered in time, some of them were held later.
            hours=24 if number < 100 else 96,
        )
    others = [council.child(years_before(date(2021, 7, 1), 16, 60 + n)) for n in range(30)]
    for number in range(20):
        # In the spring of 2021 fewer had accepted.
        start = datetime(2021, 5, 4, 20) + timedelta(days=number)
        council.missing(
            others[number],
            start,
            start + timedelta(hours=10),
            offered="Y",
            accepted="Y" if number < 2 else "N",
        )
    for number in range(150):
        start = datetime(2021, 7, 2, 20) + timedelta(days=number // 30 * 14 + number % 7)
        council.missing(
            others[number % 30],
            start,
            start + timedelta(hours=10),
            offered="Y",
            accepted="Y" if number < 84 else "N",
            hours=24 if number < 60 else 96,
        )
