"""994, as at 31 March 2023: the year that the third document reports (rows 2.x)."""

from __future__ import annotations

from datetime import date, datetime, timedelta

from csc_fictional.committee.council import (
    Council,
    month_days,
    months,
    years_before,
)

LAST_DAY = date(2023, 3, 31)

#: Children looked after when the year begins, and how many of them leave in each month.
AT_FIRST = 250
LEAVING = (3, 4, 3, 4, 4, 4, 4, 3, 4, 4, 4, 2)
#: Starters of each month: others, and unaccompanied children, with their summer.
STARTING = (4, 4, 4, 4, 4, 4, 4, 4, 4, 4, 4, 4)
ARRIVING = (1, 1, 13, 13, 1, 1, 1, 1, 1, 1, 1, 1)
#: Disabled children stay all year, so that their share falls from 10.7% to 9.3% as others come.
DISABLED = 27
#: Ages of the unaccompanied children of less than 16 at the end of the year: two are 14.
YOUNG = (14, 14, 15, 15, 15, 15, 15, 15)
CARE_LEAVERS = 260
#: Of the hundred who are 19 to 21, those in education, employment or training, year by year.
AGED_19_TO_21, IN_EDUCATION = 100, {2021: 46, 2022: 49, 2023: 52}
MISSING = (30, 29, 28, 27, 26, 24, 23, 22, 20, 19, 18, 16)


def extract() -> Council:
    """The council's whole extract."""
    council = Council("994", "2023-03")
    people = _looked_after(council)
    _arrivals(council)
    _care_leavers(council)
    _missing(council, people)
    return council


def _looked_after(council: Council) -> list[str]:
    """Children of the council: here all year, leaving, and starting."""
    year = months("2022-04", "2023-03")
    leaving = [
        day for month, count in zip(year, LEAVING, strict=True) for day in month_days(month, count)
    ]
    people = []
    for number in range(AT_FIRST):
        person = council.child(
            years_before(LAST_DAY, 4 + number % 12, 20 + number % 300),
            disability="LD" if number < DISABLED else "NONE",
        )
        people.append(person)
        leaves = number - (AT_FIRST - len(leaving))
        start = date(2018, 1, 15) + timedelta(days=number * 5)
        council.care(
            person,
            max(start, years_before(LAST_DAY, 1, 600) + timedelta(days=number % 200)),
            leaving[leaves] if leaves >= 0 else None,
        )
    for month, count in zip(year, STARTING, strict=True):
        for number, day in enumerate(month_days(month, count)):
            person = council.child(years_before(LAST_DAY, 4 + number * 3, 40 + number))
            # Half of the first assessments are late: the area for improvement.
            council.care(person, day, assessed=_assessed(day, number))
    return people


def _assessed(start: date, number: int) -> date | None:
    """The day of an initial health assessment: every other one is late, some have not been yet."""
    day = start + timedelta(days=20 if number % 2 else 60)
    return day if day <= LAST_DAY else None


def _arrivals(council: Council) -> None:
    """Unaccompanied children: under 16 with foster carers, the others in supported homes."""
    year = months("2022-04", "2023-03")
    days = [
        day for month, count in zip(year, ARRIVING, strict=True) for day in month_days(month, count)
    ]
    for number, day in enumerate(days):
        young = number < len(YOUNG)
        if young:
            # The first turned 14 a week ago, so came at 13; the second had been 14 for some days.
            born = years_before(LAST_DAY, YOUNG[number], 7 if number == 0 else 345)
        else:
            born = years_before(LAST_DAY, 17, number * 7)
        placements: tuple[tuple[date, str], ...] = ((day, "U4" if young else "H5"),)
        if number == len(YOUNG):
            # Came at 15, and is 16 since.
            born = years_before(LAST_DAY, 16, 30)
            placements = ((day, "U4"), (born.replace(year=born.year + 16), "H5"))
        person = council.child(born, arrived=day)
        council.care(
            person,
            day,
            legal_status="V2",
            need="N8",
            placements=placements,
            moved_because=("CARPL",),
            # They have no home in the country from which to measure.
            miles=None,
            assessed=_assessed(day, number),
        )


def _care_leavers(council: Council) -> None:
    """260 in aftercare; of those aged 19 to 21 more study, train or work each year."""
    for number in range(CARE_LEAVERS):
        middle = number < AGED_19_TO_21
        age = 21 if middle else (18 if number % 2 else 23)
        person = council.child(years_before(LAST_DAY, age, 30 + number))
        for year, active in IN_EDUCATION.items():
            if year < 2023 and not middle:
                continue
            council.leaver(
                person,
                date(year, 3, 10) - timedelta(days=number % 20),
                in_touch="NO" if number % 10 == 9 and number > 52 else "YES",
                # Of those who study, train or work two in three study.
                activity=("F1", "F2", "F5" if year > 2021 else "F3")[number % 3]
                if (number < active if middle else number % 2)
                else "G5",
            )


def _missing(council: Council, people: list[str]) -> None:
    """Fewer spells each month."""
    for month, count in zip(months("2022-04", "2023-03"), MISSING, strict=True):
        for number, day in enumerate(month_days(month, count)):
            start = datetime(day.year, day.month, day.day, 20)
            council.missing(
                people[number % 20 + 40],
                start,
                start + timedelta(hours=6),
                offered="Y",
                accepted="Y" if number % 3 else "N",
            )
