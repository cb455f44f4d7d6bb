"""The easy misreading of each figure of the committee documents, by its row in their list.

Another base, children for episodes, days of the calendar for working days … : the councils' records
make each another number than the figure (`tests/month/test_committee.py`).
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

from library.committee import (
    PERFORMANCE,
    QUARTER,
    REQUEST,
    UPDATE,
    WINDOW,
    YEAR,
    Figures,
    expected_unaccompanied,
    net_of_the_year,
    share_for_harm,
    share_of_health_and_schools,
    shown,
)


@dataclass(frozen=True)
class Misreading:
    """What an easy misreading takes, the figure and what it makes of it."""

    takes: str
    figure: Callable[[Figures], object]
    misread: Callable[[Figures], object]


def growth(figures: Figures, la_code: str, code: str, end: str, base: str) -> str:
    """The change of a quarter or a year from another, in percent."""
    period = "year" if end.endswith("03-31") else "quarter"
    now, then = (figures.value(la_code, code, period, day) for day in (end, base))
    return shown(100 * (now - then) / then, 1)


def in_quarter(code: str, end: str = "2022-09-30") -> Callable[[Figures], object]:
    return lambda figures: figures.value(QUARTER, code, "quarter", end)


def at_quarter_end(code: str, end: str = "2022-09-30") -> Callable[[Figures], object]:
    return lambda figures: figures.value(QUARTER, code, "month_end", end)


def at_year_end(code: str) -> Callable[[Figures], object]:
    return lambda figures: figures.value(YEAR, code, "month_end", "2023-03-31")


def three_years(code: str) -> Callable[[Figures], object]:
    return lambda figures: [
        figures.value(YEAR, code, "month_end", f"{year}-03-31") for year in (2021, 2022, 2023)
    ]


def in_window(code: str, part: str = "value") -> Callable[[Figures], object]:
    return lambda figures: figures.between(UPDATE, code, *WINDOW)[part]


def lately(code: str, period_type: str = "rolling_6_months") -> Callable[[Figures], object]:
    return lambda figures: figures.value(UPDATE, code, period_type, "2022-06-30")


def in_year(code: str) -> Callable[[Figures], object]:
    return lambda figures: figures.value(PERFORMANCE, code, "year", "2024-03-31")


def asked(sql: str, *values: object) -> Callable[[Figures], object]:
    return lambda figures: figures.one(sql, *values)


def in_45_days_of_the_calendar(la_code: str, first: str, last: str) -> Callable[[Figures], object]:
    return asked(
        "select round(100 * avg((authorised_date - start_date <= 45)::integer)) "
        "from marts.fct_assessment where la_code = ? and authorised_date between ? and ?",
        la_code,
        first,
        last,
    )


def all_series(code: str, la_code: str = YEAR) -> Callable[[Figures], object]:
    return lambda figures: figures.series(la_code, code, "month", "2022-03-31")


MISSED = (
    "from marts.fct_missing_episode where la_code = '993' and missing_type_code = 'M' "
    "and start_date between '2022-07-01' and '2022-09-30'"
)
IN_CARE_IN_A_YEAR = (
    "select count(distinct child_key) from marts.fct_period_of_care where la_code = ? "
    "and start_date <= ? and coalesce(end_date > ?, true)"
)

MISREAD = {
    "0.1": Misreading(
        "re-referrals, whichever way the first referral ended",
        lambda figures: figures.between(REQUEST, "RE-REF-DIS", *WINDOW)["numerator"],
        lambda figures: figures.between(REQUEST, "REF-03", *WINDOW)["numerator"],
    ),
    "1.1": Misreading(
        "the second quarter of the calendar",
        in_quarter("REF-01"),
        in_quarter("REF-01", "2022-06-30"),
    ),
    "1.2": Misreading(
        "the quarter before",
        lambda figures: growth(figures, QUARTER, "CON-01", "2022-09-30", "2021-09-30"),
        lambda figures: growth(figures, QUARTER, "CON-01", "2022-09-30", "2022-06-30"),
    ),
    "1.3": Misreading(
        "the quarter before as the base",
        in_quarter("REF-01", "2021-09-30"),
        in_quarter("REF-01", "2022-06-30"),
    ),
    "1.4": Misreading(
        "days of the calendar",
        in_quarter("ASM-02"),
        in_45_days_of_the_calendar(QUARTER, "2022-07-01", "2022-09-30"),
    ),
    "1.5": Misreading(
        "plans that began in the twelve months",
        at_quarter_end("CPP-01"),
        lambda figures: figures.value(QUARTER, "CPP-03", "rolling_12_months", "2022-09-30"),
    ),
    "1.6": Misreading(
        "the change in percent",
        lambda figures: figures.comparison(QUARTER, "CPP-01", "month_end", "2022-09-30")[
            "change_absolute"
        ],
        lambda figures: figures.comparison(QUARTER, "CPP-01", "month_end", "2022-09-30")[
            "change_relative_pct"
        ],
    ),
    "1.7": Misreading(
        "the share of the new scheme",
        at_quarter_end("UASC-03", "2022-06-30"),
        at_quarter_end("UASC-03"),
    ),
    "1.8": Misreading(
        "the share of the old scheme",
        at_quarter_end("UASC-03"),
        at_quarter_end("UASC-03", "2022-06-30"),
    ),
    "1.9": Misreading(
        "children out of the old quota",
        at_quarter_end("UASC-04"),
        lambda figures: 100 * 35 / figures.value(QUARTER, "UASC-03", "month_end", "2022-06-30"),
    ),
    "1.10": Misreading(
        "the old quota less those who are here",
        lambda figures: expected_unaccompanied(figures, "2022-09-30"),
        lambda figures: expected_unaccompanied(figures, "2022-06-30"),
    ),
    "1.11": Misreading("children", in_quarter("MIS-01"), in_quarter("MIS-02")),
    "1.12": Misreading(
        "the three months added up",
        in_quarter("MIS-02"),
        lambda figures: sum(
            figures.value(QUARTER, "MIS-02", "month", f"2022-{end}")
            for end in ("07-31", "08-31", "09-30")
        ),
    ),
    "1.13": Misreading(
        "episodes of those under 16",
        lambda figures: figures.split(QUARTER, "MIS-03", "quarter", "2022-09-30", "age_band")[
            "under 16"
        ],
        asked(f"select count(*) {MISSED} and age_years < 16"),
    ),
    "1.14": Misreading(
        "the quarter before",
        lambda figures: growth(figures, QUARTER, "REF-01", "2022-09-30", "2021-09-30"),
        lambda figures: growth(figures, QUARTER, "REF-01", "2022-09-30", "2022-06-30"),
    ),
    "1.15": Misreading("held within 72 hours", in_quarter("RHI-06"), in_quarter("RHI-04")),
    "1.16": Misreading(
        "episodes that needed no interview among them",
        in_quarter("RHI-01"),
        asked(f"select 100 * avg((is_interview_offered)::integer) {MISSED}"),
    ),
    "1.17": Misreading(
        "out of all episodes",
        in_quarter("RHI-02"),
        asked(f"select 100 * avg((is_interview_accepted)::integer) {MISSED}"),
    ),
    "1.18": Misreading(
        "the year to date",
        in_quarter("RHI-02", "2021-09-30"),
        lambda figures: figures.value(QUARTER, "RHI-02", "year_to_date", "2021-09-30"),
    ),
    "1.19": Misreading(
        "percent for points",
        lambda figures: figures.comparison(QUARTER, "RHI-02", "quarter", "2022-09-30")[
            "change_percentage_points"
        ],
        lambda figures: figures.comparison(QUARTER, "RHI-02", "quarter", "2022-09-30")[
            "change_relative_pct"
        ],
    ),
    "1.20": Misreading(
        "August beside the August before",
        lambda figures: (
            figures.value(QUARTER, "CON-01", "month", "2022-08-31")
            - figures.value(QUARTER, "CON-01", "month", "2022-07-31")
        ),
        lambda figures: (
            figures.value(QUARTER, "CON-01", "month", "2022-08-31")
            - figures.value(QUARTER, "CON-01", "month", "2021-08-31")
        ),
    ),
    "1.21": Misreading(
        "all early help that began, whoever asked for it",
        lambda figures: figures.row(QUARTER, "EH-02", "quarter", "2022-09-30")[1],
        in_quarter("EH-01"),
    ),
    "1.22": Misreading(
        "a look-back of six months",
        lambda figures: figures.value(QUARTER, "REF-03", "year", "2022-03-31"),
        lambda figures: figures.value(QUARTER, "REF-04", "year", "2022-03-31"),
    ),
    "1.23": Misreading(
        "episodes by age",
        lambda figures: figures.split(QUARTER, "MIS-02", "quarter", "2022-09-30", "age_in_years"),
        lambda figures: dict(
            figures.rows(f"select age_years::varchar, count(*) {MISSED} group by all")
        ),
    ),
    "1.24": Misreading(
        "children for interviews",
        asked(f"select count(*) {MISSED} and missing_reason_code = 'FRIENDS'"),
        asked(f"select count(distinct child_key) {MISSED} and missing_reason_code = 'FRIENDS'"),
    ),
    "2.1": Misreading(
        "everybody who was in care in the year",
        at_year_end("CLA-01"),
        asked(IN_CARE_IN_A_YEAR, YEAR, "2023-03-31", "2022-03-31"),
    ),
    "2.2": Misreading(
        "observations for young people",
        at_year_end("CL-01"),
        asked("select count(*) from marts.fct_care_leaver_outcome where la_code = ?", YEAR),
    ),
    "2.3": Misreading(
        "England for statistical neighbours",
        lambda figures: figures.comparison(YEAR, "CLA-02", "month_end", "2023-03-31")[
            "statistical_neighbours_value"
        ],
        lambda figures: figures.comparison(YEAR, "CLA-02", "month_end", "2023-03-31")[
            "england_value"
        ],
    ),
    "2.4": Misreading(
        "all who came in the month",
        lambda figures: figures.split(YEAR, "CLA-03", "month", "2022-06-30", "uasc")[
            "unaccompanied"
        ],
        lambda figures: figures.value(YEAR, "CLA-03", "month", "2022-06-30"),
    ),
    "2.5": Misreading(
        "the last quarter for the year",
        lambda figures: [
            shown(max(figures.series(YEAR, "CLA-07", "month_end", since)))
            for since in ("2022-03-31",)
        ],
        lambda figures: [
            shown(max(figures.series(YEAR, "CLA-07", "month_end", since)))
            for since in ("2022-12-31",)
        ],
    ),
    "2.6": Misreading("children", all_series("MIS-01"), all_series("MIS-02")),
    "2.7": Misreading(
        "assessed at all",
        lambda figures: shown(figures.value(YEAR, "HLT-01", "year", "2023-03-31")),
        asked(
            "select round(100 * avg((initial_health_assessment_date is not null)::integer))"
            "::integer::varchar from marts.fct_period_of_care where la_code = ? "
            "and start_date >= '2022-04-01'",
            YEAR,
        ),
    ),
    "2.8": Misreading(
        "those whose distance is not known as near",
        lambda figures: figures.row(YEAR, "PLC-05K", "month_end", "2023-03-31")[2],
        lambda figures: figures.row(YEAR, "PLC-05", "month_end", "2023-03-31")[2],
    ),
    "2.9": Misreading(
        "observations of every year",
        lambda figures: figures.row(YEAR, "CL-02", "month_end", "2023-03-31")[1],
        asked(
            "select count(*) from marts.fct_care_leaver_outcome where la_code = ? "
            "and in_touch_code = 'YES'",
            YEAR,
        ),
    ),
    "2.10": Misreading(
        "fostered out of all unaccompanied children",
        at_year_end("UASC-05"),
        lambda figures: (
            figures.split(YEAR, "UASC-01", "month_end", "2023-03-31", "placement_type")[
                "Foster placement"
            ]
            * 100
            / figures.value(YEAR, "UASC-01", "month_end", "2023-03-31")
        ),
    ),
    "2.11": Misreading(
        "the age at which they came", at_year_end("UASC-06"), at_year_end("UASC-06E")
    ),
    "2.12": Misreading(
        "under 16 when they came",
        at_year_end("UASC-07"),
        asked(
            "select count(*) from indicators.fct_indicator_detail where la_code = ? "
            "and indicator_code = 'UASC-01' and event_date = '2023-03-31' "
            "and entry_age::integer < 16",
            YEAR,
        ),
    ),
    "2.13": Misreading(
        "14 when they came",
        lambda figures: figures.split(YEAR, "UASC-07", "month_end", "2023-03-31", "age_in_years")[
            "14"
        ],
        lambda figures: figures.split(YEAR, "UASC-07", "month_end", "2023-03-31", "entry_age")[
            "14"
        ],
    ),
    "2.14": Misreading("education alone", at_year_end("CL-05"), at_year_end("CL-05d")),
    "2.15": Misreading("education alone", three_years("CL-05"), three_years("CL-05d")),
    "3.1": Misreading(
        "re-referrals out of referrals", in_window("RE-REF-DIS"), in_window("REF-03")
    ),
    "3.2": Misreading(
        "referrals of children referred before",
        in_window("RE-REF-DIS", "numerator"),
        in_window("REF-03", "numerator"),
    ),
    "3.3": Misreading(
        "what the other two groups leave", in_window("RE-REF-CLO"), lambda _: 422 - 110 - 42
    ),
    "3.4": Misreading("all care leavers", in_window("RE-REF-CL"), lately("CL-01", "month_end")),
    "3.5": Misreading(
        "all of them who left care",
        in_window("RE-REF-OPEN"),
        asked(
            "select count(distinct care.child_key) from marts.fct_period_of_care as care "
            "inner join marts.fct_referral as referral on care.child_key = referral.child_key "
            "where care.la_code = ? and care.end_date is not null "
            "and referral.is_last_case_closed and referral.next_referral_date is not null",
            UPDATE,
        ),
    ),
    "3.6": Misreading("a look-back of six months", lately("REF-03"), lately("REF-04")),
    "3.7": Misreading(
        "similar authorities for the region",
        lambda figures: figures.comparison(UPDATE, "REF-03", "rolling_6_months", "2022-06-30")[
            "region_value"
        ],
        lambda figures: figures.comparison(UPDATE, "REF-03", "rolling_6_months", "2022-06-30")[
            "statistical_neighbours_value"
        ],
    ),
    "3.8": Misreading("the month", lately("REF-05", "rolling_4_weeks"), lately("REF-03", "month")),
    "3.9": Misreading("children", lately("REF-06"), lately("REF-03")),
    "3.10": Misreading(
        "the needs of all referrals; of all factors, those of parents",
        lambda figures: (
            share_for_harm(figures, "REF-07") > 50,
            shown(figures.value(UPDATE, "REF-07P", "rolling_12_months", "2022-06-30")),
        ),
        lambda figures: (
            share_for_harm(figures, "REF-01") > 50,
            shown(
                figures.one(
                    "select 100 * avg((factor_code similar to '[1-6]B')::integer) "
                    "from marts.fct_assessment_factor where la_code = ?",
                    UPDATE,
                )
            ),
        ),
    ),
    "3.12": Misreading(
        "excluded children of all re-referrals",
        in_window("RE-REF-EX"),
        in_window("REF-08", "numerator"),
    ),
    "3.13": Misreading(
        "what followed within twelve months, of help that ended before the strategy",
        lambda figures: figures.between(UPDATE, "EH-05", "2022-05-01", "2022-06-30")["value"],
        lambda figures: figures.between(UPDATE, "EH-03", "2022-05-01", "2022-06-30")["value"],
    ),
    "3.14": Misreading(
        "referrals for assessments",
        lambda figures: growth(figures, UPDATE, "ASM-01", "2022-03-31", "2021-03-31"),
        lambda figures: growth(figures, UPDATE, "REF-01", "2022-03-31", "2021-03-31"),
    ),
    "3.15": Misreading(
        "how many, not the share",
        lambda figures: max(
            terms := figures.split(UPDATE, "REF-03", "quarter", "2021-09-30", "school_term"),
            key=lambda name: terms[name],
        ),
        lambda figures: max(
            terms := figures.counts(UPDATE, "REF-03", "quarter", "2021-09-30", "school_term"),
            key=lambda name: terms[name],
        ),
    ),
    "3.16": Misreading(
        "the whole year",
        lambda figures: figures.between(PERFORMANCE, "REF-03", "2022-10-01", "2023-03-31")[
            "denominator"
        ],
        lambda figures: figures.row(PERFORMANCE, "REF-03", "year", "2023-03-31")[2],
    ),
    "3.17": Misreading(
        "those who come, without those who leave",
        net_of_the_year,
        lately("CLA-03", "rolling_12_months"),
    ),
    "3a": Misreading(
        "years in the post of today, agency workers too",
        lately("WRK-07", "month_end"),
        asked(
            "select median(date_diff('day', start_date, date '2022-06-30') // 365) "
            "from marts.fct_worker_post where la_code = ? and end_date is null",
            UPDATE,
        ),
    ),
    "4.1": Misreading(
        "children",
        in_year("CON-01"),
        asked(
            "select count(distinct child_key) from marts.fct_contact where la_code = ? "
            "and contact_date between '2023-04-01' and '2024-03-31'",
            PERFORMANCE,
        ),
    ),
    "4.2": Misreading(
        "the year before",
        lambda figures: growth(figures, PERFORMANCE, "CON-01", "2024-03-31", "2021-03-31"),
        lambda figures: growth(figures, PERFORMANCE, "CON-01", "2024-03-31", "2023-03-31"),
    ),
    "4.3": Misreading(
        "how many, not the share",
        lambda figures: growth(figures, PERFORMANCE, "CON-05", "2024-03-31", "2023-03-31"),
        lambda figures: shown(
            100
            * (figures.row(PERFORMANCE, "CON-05", "year", "2024-03-31")[1] or 0)
            / (figures.row(PERFORMANCE, "CON-05", "year", "2023-03-31")[1] or 1)
            - 100,
            1,
        ),
    ),
    "4.4": Misreading(
        "the year of the calendar",
        in_year("REF-01"),
        lambda figures: figures.between(PERFORMANCE, "REF-01", "2023-01-01", "2023-12-31")["value"],
    ),
    "4.5": Misreading(
        "the base of the sentence after it",
        lambda figures: growth(figures, PERFORMANCE, "REF-01", "2024-03-31", "2023-03-31"),
        lambda figures: growth(figures, PERFORMANCE, "REF-01", "2024-03-31", "2022-03-31"),
    ),
    "4.6": Misreading(
        "the base of the contacts",
        lambda figures: growth(figures, PERFORMANCE, "REF-01", "2024-03-31", "2022-03-31"),
        lambda figures: growth(figures, PERFORMANCE, "REF-01", "2024-03-31", "2021-03-31"),
    ),
    "4.7": Misreading(
        "everybody who was in care in the year",
        lambda figures: figures.value(PERFORMANCE, "CLA-01", "month_end", "2024-03-31"),
        asked(IN_CARE_IN_A_YEAR, PERFORMANCE, "2024-03-31", "2023-03-31"),
    ),
    "4.8": Misreading(
        "days of the calendar",
        in_year("ASM-02"),
        in_45_days_of_the_calendar(PERFORMANCE, "2023-04-01", "2024-03-31"),
    ),
    "4.9": Misreading(
        "moves for children",
        lambda figures: figures.row(PERFORMANCE, "PLC-01", "month_end", "2024-03-31")[1],
        lambda figures: figures.row(PERFORMANCE, "PLC-04", "year", "2024-03-31")[2],
    ),
    "4.10": Misreading(
        "who refers",
        lambda figures: shown(share_of_health_and_schools(figures)),
        lambda figures: shown(
            sum(
                share
                for name, share in figures.split(
                    PERFORMANCE, "REF-02", "year", "2024-03-31", "referral_source"
                ).items()
                if name in ("Health services", "Schools", "Education services")
            )
        ),
    ),
    "4.11": Misreading(
        "all who left care",
        lambda figures: figures.row(PERFORMANCE, "PRM-05", "year", "2024-03-31")[1],
        lambda figures: figures.row(PERFORMANCE, "PRM-05", "year", "2024-03-31")[2],
    ),
    "4.12": Misreading(
        "all care leavers",
        lambda figures: figures.row(PERFORMANCE, "CL-07", "month_end", "2024-03-31")[1],
        lambda figures: figures.value(PERFORMANCE, "CL-01", "month_end", "2024-03-31"),
    ),
    "4a": Misreading("all moves that nobody planned", in_year("PLC-16"), in_year("PLC-04")),
    "4b": Misreading(
        "all decisions for adoption",
        lambda figures: figures.value(PERFORMANCE, "PRM-09", "month_end", "2024-03-31"),
        asked(
            "select count(*) from marts.fct_permanence_plan where la_code = ? "
            "and decision_date is not null",
            PERFORMANCE,
        ),
    ),
}
