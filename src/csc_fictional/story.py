"""Whole life stories: everything that happens to the children first heard of in one year."""

from __future__ import annotations

import numpy as np

from csc_fictional import care, codes, front_door, leaving, local
from csc_fictional.clock import (
    NEVER,
    Ints,
    birthday,
    day_number,
    working_days_later,
    years_old,
)
from csc_fictional.dice import Dice
from csc_fictional.rows import (
    Rows,
    finish,
    first_of_each,
    length,
    look_up,
    repeat_each,
    stack,
    take,
)
from csc_fictional.setting import Setting

Truth = dict[str, Rows]
"""Tables of the simulated truth by short name (`contacts`, `referrals`, ...)."""

CONTACT_ONLY_BASE, ARRIVAL_BASE, BREAKS_BASE, MOTHER_BASE, DUPLICATE_BASE = (
    300_000, 900_000, 940_000, 960_000, 980_000,
)  # fmt: skip
"""Where the person and family numbers of each kind of child start within a year's million."""


def simulate_year(setting: Setting) -> Truth:
    """The stories of one year's children, the same whichever extracts show them."""
    children, referrals = front_door.referral_chains(setting, care.plan_exit)
    base = setting.person_base
    children["person"] = base + np.arange(length(children))
    children["family"] = base + children["family"]
    children["is_estimated"] = setting.dice("estimates").chance(0.004, length(children))
    referrals["family"] += base
    arrivals, arrival_referrals = _arrivals(setting)
    breaks, break_referrals = _short_breaks(setting)
    people = stack(
        {name: part[name] for name in children if name != "is_first"}
        for part in (children, arrivals, breaks)
    )
    shift = np.asarray([0, length(children), length(children) + length(arrivals)])
    for number, part in ((1, arrival_referrals), (2, break_referrals)):
        part["child"] = part["child"] + shift[number]
    referrals["care_type"] = np.where(referrals["care_start"] < NEVER, care.ORDINARY, -1)
    everything = stack(
        {name: part[name] for name in referrals}
        for part in (referrals, arrival_referrals, break_referrals)
    )
    everything["rid"] = setting.rid_base + np.arange(length(everything))
    everything["known_by"] = _next_recorded(everything)
    person = people["person"]
    truth: Truth = {}
    ordinary = take(everything, everything["care_type"] <= care.ORDINARY)
    contacts = front_door.contact_rows(setting, people, ordinary, person)
    contacts = stack([contacts, _own_contacts(everything, person)])
    only, only_contacts = front_door.contact_only_families(setting)
    only["person"] = base + CONTACT_ONLY_BASE + np.arange(length(only))
    only["family"] = base + CONTACT_ONLY_BASE + only["family"]
    only["is_estimated"] = np.zeros(length(only), dtype=bool)
    contacts = stack(
        [
            contacts,
            {
                "person": only["person"][only_contacts["child"]],
                "family": only["family"][only_contacts["child"]],
                "link": np.zeros(length(only_contacts), dtype=np.int64),
                **{name: only_contacts[name] for name in ("day", "source", "outcome", "rec")},
            },
        ]
    )
    people = stack([people, {name: only[name] for name in people}])
    contacts["keep"] = contacts["day"]
    truth["contacts"] = finish(contacts, setting.rid_base)
    _front_door(setting, truth, everything, person)
    periods = _care(setting, truth, everything, people)
    _close_after_everything(truth, everything["known_by"])
    _around_care(setting, truth, everything, periods, people)
    deaths = _leaving(setting, truth, periods, everything, people)
    truth["people"] = _people(setting, people, truth, deaths)
    truth["immigration"]["keep"] = look_up(
        truth["people"]["person"],
        truth["people"]["keep"],
        truth["immigration"]["person"],
        -NEVER,
    )
    _about_people(setting, truth)
    _corrections_and_deletions(setting, truth)
    _merges(setting, truth, everything, person)
    _local_extensions(setting, truth, everything, people)
    return truth


def _next_recorded(referrals: Rows) -> Ints:
    """The day on which the child's next referral is recorded: all before it is known by then."""
    order = np.lexsort((referrals["number"], referrals["child"]))
    child, rec = referrals["child"][order], referrals["rec"][order]
    following = np.where(np.append(child[1:] == child[:-1], False), np.append(rec[1:], 0), NEVER)
    known_by = np.empty_like(following)
    known_by[order] = following
    return known_by


def _blank_story(like: dict[str, np.dtype], count: int) -> Rows:
    """Referral rows in which nothing but the referral has happened."""
    never = {"care_start", "care_end", "plan_start", "plan_end", "first_review", "s47_start",
             "s47_end", "conference", "conference_target", "in_need_start", "in_need_end",
             "assessment_start", "assessment_end"}  # fmt: skip
    rows: Rows = {}
    for name, kind in like.items():
        value: float = NEVER if name in never else 0
        if name in ("later_category", "care_kind", "care_type"):
            value = -1
        rows[name] = np.full(count, value, dtype=kind)
    return rows


_WHOLE = np.dtype(np.int64)
_STORY_COLUMNS = {
    **dict.fromkeys(
        ("child", "number", "day", "path", "contact_day", "source", "need", "assessment_start",
         "assessment_end", "s47_start", "s47_end", "conference_target", "conference",
         "plan_start", "plan_end", "first_review", "reviews", "category", "later_category",
         "in_need_start", "in_need_end", "case_end", "team", "worker", "rec", "family",
         "care_start", "care_end", "care_kind", "close", "care_type"),
        _WHOLE,
    ),
    **dict.fromkeys(("is_transfer_in", "is_other_authority"), np.dtype(bool)),
    "care_draw": np.dtype(float),
}  # fmt: skip


def _arrivals(setting: Setting) -> tuple[Rows, Rows]:
    """Unaccompanied asylum-seeking children: people and their referrals, with the way into care.

    More arrive in summer (minutes: "spike in June and July").
    """
    dice = setting.dice("arrivals")
    count = dice.count(setting.rates.unaccompanied_arrivals * setting.size * setting.pace)
    month = dice.pick((5, 5, 6, 7, 9, 15, 15, 10, 9, 8, 6, 5), count)
    day = np.asarray([day_number(setting.year, m, 1) for m in range(1, 13)])[month]
    day = day + dice.between(0, 27, count)
    age = 13 + dice.pick((0.015, 0.06, 0.165, 0.36, 0.40), count)
    birth = day - (365.25 * (age + 0.97 * dice.share(count))).astype(np.int64)
    months = birth.astype("datetime64[D]").astype("datetime64[M]")
    years = months.astype("datetime64[Y]")
    estimate = dice.pick((0.4, 0.35, 0.25), count)
    birth = np.select(
        [estimate == 1, estimate == 2],
        [
            months.astype("datetime64[D]").astype(np.int64) + 14,
            years.astype("datetime64[D]").astype(np.int64),
        ],
        birth,
    )
    start = day + dice.pick((0.6, 0.3, 0.1), count)
    birth = np.maximum(birth, day - 6540)
    end, kind = care.unaccompanied_exit(dice, birth, start)
    base = setting.person_base + ARRIVAL_BASE
    people = {
        "family": base + np.arange(count),
        "birth": birth,
        "expected": birth,
        "sex": (dice.chance(0.93, count)).astype(np.int64),
        "ethnicity": np.asarray(codes.ETHNICITY.numbers("BAFR", "OOTH", "AOTH", "WOTH"))[
            dice.pick((0.4, 0.3, 0.25, 0.05), count)
        ],
        "person": base + np.arange(count),
        "is_estimated": estimate > 0,
    }
    rows = _blank_story(_STORY_COLUMNS, count)
    assessed = working_days_later(start, dice.between(10, 44, count))
    team, worker = setting.workforce.assign(dice, codes.LOOKED_AFTER, day)
    rows |= {
        "child": np.arange(count),
        "day": day,
        "path": np.full(count, front_door.ASSESSED),
        "contact_day": day,
        "source": np.asarray(codes.SOURCE.numbers("6", "5C", "7"))[
            dice.pick((0.5, 0.3, 0.2), count)
        ],
        "need": np.full(count, codes.NEED.number("N8")),
        "assessment_start": day,
        "assessment_end": assessed,
        "case_end": end,
        "close": np.maximum(end, assessed) + dice.between(0, 14, count),
        "care_start": start,
        "care_end": end,
        "care_kind": kind,
        "care_type": np.full(count, care.UNACCOMPANIED),
        "family": people["family"],
        "team": team,
        "worker": worker,
        "rec": day + dice.lag(0.03, 0.0, count),
    }
    return people, rows


def _short_breaks(setting: Setting) -> tuple[Rows, Rows]:
    """Disabled children who get short breaks: people and referrals (periods: see `_care`)."""
    dice = setting.dice("short breaks")
    count = dice.count(setting.rates.short_break_children * setting.size)
    day = working_days_later(day_number(setting.year, 1, 1) + dice.between(0, 364, count), 0)
    birth = day - dice.between(3 * 365, 14 * 365, count)
    start = day + dice.between(40, 90, count)
    end = np.minimum(start + dice.between(300, 1500, count), birthday(birth, 18))
    single = dice.chance(0.34, count)
    base = setting.person_base + BREAKS_BASE
    people = {
        "family": base + np.arange(count),
        "birth": birth,
        "expected": birth,
        "sex": dice.pick((0.4, 0.6), count),
        "ethnicity": dice.pick(codes.ETHNICITY.weights, count),
        "person": base + np.arange(count),
        "is_estimated": np.zeros(count, dtype=bool),
    }
    rows = _blank_story(_STORY_COLUMNS, count)
    team, worker = setting.workforce.assign(dice, codes.DISABLED, day)
    assessed = working_days_later(day, dice.between(15, 40, count))
    rows |= {
        "child": np.arange(count),
        "day": day,
        "path": np.full(count, front_door.IN_NEED),
        "contact_day": day,
        "source": np.full(count, codes.SOURCE.number("1A")),
        "need": np.full(count, codes.NEED.number("N2")),
        "assessment_start": day,
        "assessment_end": assessed,
        "in_need_start": assessed,
        "in_need_end": np.maximum(end, assessed + 100),
        "case_end": np.maximum(end, assessed + 100),
        "close": np.maximum(end, assessed + 100) + 7,
        "care_start": start,
        "care_end": end,
        "care_kind": np.full(count, codes.EPISODE_END.number("E8")),
        "care_type": np.where(single, care.BREAKS_SINGLE, care.BREAKS_AGREED),
        "family": people["family"],
        "team": team,
        "worker": worker,
        "rec": day + 1,
    }
    return people, rows


def _own_contacts(referrals: Rows, person: Ints) -> Rows:
    """The contact with which an arrival or a short break began."""
    rows = take(referrals, referrals["care_type"] > care.ORDINARY)
    return {
        "person": person[rows["child"]],
        "family": rows["family"],
        "day": rows["contact_day"],
        "source": rows["source"],
        "outcome": np.zeros(length(rows), dtype=np.int64),
        "link": rows["number"],
        "rec": rows["rec"],
    }


def _front_door(setting: Setting, truth: Truth, referrals: Rows, person: Ints) -> None:
    """Early help, referrals, assessments, enquiries, conferences, plans, visits, workers."""
    base = setting.rid_base
    dice = setting.dice("closures")
    truth["early_help"] = finish(front_door.early_help_rows(setting, truth["contacts"]), base)
    reason = front_door.close_reasons(dice, referrals)
    truth["referrals"] = finish(
        {
            **{
                name: referrals[name]
                for name in ("day", "need", "source", "path", "team", "worker", "rec", "rid",
                             "family")
            },
            "person": person[referrals["child"]],
            "link": referrals["number"],
            "is_no_action": referrals["path"] == front_door.NO_ACTION,
            "in_care": referrals["care_kind"] >= 0,
            "end": referrals["close"],
            "end_rec": referrals["close"] + dice.lag(0.08, 0.01, length(referrals)),
            "end_reason": _reason_after_care(referrals, reason),
            "keep": referrals["close"],
        },
        base,
    )  # fmt: skip
    assessments = front_door.assessment_rows(setting, referrals, person)
    arrived = np.isin(
        assessments["referral"], referrals["rid"][referrals["care_type"] == care.UNACCOMPANIED]
    )
    factors = front_door.factor_lists(setting.dice("factors"), assessments)
    number_9a = codes.FACTOR.number("9A")
    factors["factor_4"] = np.where(arrived, number_9a, factors["factor_4"])
    assessments |= factors
    truth["assessments"] = finish(assessments, base)
    own = take(referrals, ~referrals["is_other_authority"])
    truth["s47"] = finish(front_door.s47_rows(own, person), base)
    truth["conferences"] = finish(
        front_door.conference_rows(setting, referrals, truth["s47"], person), base
    )
    truth["cp_plans"] = finish(front_door.plan_rows(referrals, truth["conferences"], person), base)
    truth["cp_reviews"] = finish(front_door.plan_review_rows(setting, truth["cp_plans"]), base)
    truth["cin_plans"] = finish(front_door.in_need_rows(referrals, person), base)
    late = setting.rates.late_share
    truth["cin_visits"] = finish(
        front_door.visit_rows(setting.dice("cin visits"), truth["cin_plans"], "plan", 30, late),
        base,
    )
    truth["cp_visits"] = finish(
        front_door.visit_rows(setting.dice("cp visits"), truth["cp_plans"], "plan", 14, late),
        base,
    )
    truth["involvements"] = finish(front_door.involvement_rows(setting, referrals, person), base)


def _close_after_everything(truth: Truth, known_by: Ints) -> None:
    """A closure is recorded when all that belongs to the case has ended in the records."""
    referrals = truth["referrals"]
    referrals["end_rec"] = np.minimum(referrals["end_rec"], known_by)
    for table in ("assessments", "s47", "cp_plans", "cin_plans", "episodes"):
        rows = truth[table]
        at = np.searchsorted(referrals["rid"], rows["referral"])
        rows["end_rec"] = np.minimum(rows["end_rec"], known_by[at])
        np.maximum.at(referrals["end_rec"], at, rows["end_rec"])


def _reason_after_care(referrals: Rows, reason: Ints) -> Ints:
    """The closure reason that goes with the way out of care."""
    kind = referrals["care_kind"]
    number = codes.CLOSE_REASON.number

    def left(*ways: str) -> np.ndarray:
        return np.isin(kind, codes.EPISODE_END.numbers(*ways))

    return np.select(
        [left("E11", "E12"), left("E2"), left("E41"),
         left("E43", "E44", "E45", "E46", "E47", "E48"), left("E3"), left("E7"), kind >= 0],
        [number(code) for code in ("RC1", "RC2", "RC3", "RC4", "RC5", "RC6", "RC7")],
        reason,
    )  # fmt: skip


def _care(setting: Setting, truth: Truth, referrals: Rows, people: Rows) -> Rows:
    """Periods of care with their statuses, placements and episodes."""
    base = setting.rid_base
    cared = take(referrals, referrals["care_start"] < NEVER)
    periods = {
        "person": people["person"][cared["child"]],
        "birth": people["birth"][cared["child"]],
        "day": cared["care_start"],
        "end": cared["care_end"],
        "exit": cared["care_kind"],
        "kind": cared["care_type"],
        "referral": cared["rid"],
        "need": cared["need"],
        "link": cared["number"],
        "known_by": cared["known_by"],
        "rec": np.maximum(cared["rec"], cared["care_start"]),
    }
    # breaks recorded one by one: two or three days every few weeks
    dice = setting.dice("single breaks")
    single = periods["kind"] == care.BREAKS_SINGLE
    length_of = np.where(single, np.minimum((periods["end"] - periods["day"]) // 42, 14), 1)
    source, number = repeat_each(np.maximum(length_of, 1))
    periods = take(periods, source)
    single = single[source]
    day = periods["day"] + number * 42
    stay = dice.pick((0.1, 0.45, 0.35, 0.1), len(day))
    periods["day"] = np.where(single, day, periods["day"])
    periods["end"] = np.where(single, day + stay, periods["end"])
    periods["rec"] = np.maximum(periods["rec"], periods["day"])
    need = np.isin(periods["need"], codes.NEED.numbers("N9", "N0"))
    periods["need"] = np.where(need, codes.NEED.number("N1"), periods["need"])
    periods["keep"] = periods["end"]
    periods = finish(periods, base)
    legal = care.legal_rows(setting, periods)
    placements = care.placement_rows(setting, periods, legal)
    episodes = care.episode_rows(periods, legal, placements)
    changes = care.record_days(setting, periods, episodes)

    def common(rows: Rows) -> Rows:
        at = rows["period"]
        return {
            **rows,
            "person": periods["person"][at],
            "keep": periods["keep"][at],
            "rec": care.recorded(changes, at, rows["day"]),
            "end_rec": care.recorded(changes, at, rows["end"]),
        }

    statuses = common(legal)
    left = np.isin(
        periods["exit"], codes.EPISODE_END.numbers("E43", "E44", "E45", "E46", "E47", "E48")
    )
    supervised = np.isin(periods["exit"], codes.EPISODE_END.numbers("E4A", "E13")) & dice.chance(
        0.15, length(periods)
    )
    after = take(periods, left | supervised)
    is_order = left[left | supervised]
    statuses = {name: statuses[name] for name in
                ("person", "day", "end", "status", "rec", "end_rec", "keep")}  # fmt: skip
    until = np.where(is_order, birthday(after["birth"], 18), after["end"] + 365)
    number_of = codes.LEGAL_STATUS.number
    statuses = stack(
        [
            statuses,
            {
                "person": after["person"],
                "day": after["end"],
                "end": until,
                "status": np.where(is_order, number_of("SG"), number_of("SO")),
                "rec": after["end"] + 5,
                "end_rec": until + 2,
                "keep": after["keep"],
            },
        ]
    )
    truth["legal_statuses"] = finish(statuses, base)
    placed = common(placements)
    placed["care"] = periods["rid"][placements["period"]]
    truth["placements"] = finish(placed, base)
    episodes["placement"] = truth["placements"]["rid"][episodes["placement"]]
    lived = common(episodes)
    lived |= {
        "care": periods["rid"][episodes["period"]],
        "entered": periods["day"][episodes["period"]],
        "need": periods["need"][episodes["period"]],
        "referral": periods["referral"][episodes["period"]],
    }
    truth["episodes"] = finish(lived, base)
    del truth["placements"]["period"], truth["episodes"]["period"]
    return periods


def _around_care(
    setting: Setting, truth: Truth, referrals: Rows, periods: Rows, people: Rows
) -> None:
    """What goes with care: reviews, health, visits, missing spells, and the smaller tables."""
    base = setting.rid_base
    truth["cla_reviews"] = finish(care.review_rows(setting, periods), base)
    truth["health"] = finish(care.health_rows(setting, periods), base)
    settled = take(periods, periods["kind"] <= care.UNACCOMPANIED)
    truth["cla_visits"] = finish(
        front_door.visit_rows(
            setting.dice("care visits"), settled, "care", 42, setting.rates.late_share
        ),
        base,
    )
    at_home = {
        "person": people["person"][referrals["child"]],
        "birth": people["birth"][referrals["child"]],
        "day": referrals["day"],
        "rec": referrals["rec"],
    }
    at_home = take(at_home, referrals["care_kind"] < 0)
    at_home = take(at_home, ~np.isin(at_home["person"], periods["person"]))
    truth["missing"] = finish(leaving.missing_rows(setting, periods, at_home), base)
    dice = setting.dice("smaller tables")
    yearly = _yearly(dice, settled, 365, 90)
    age = years_old(yearly["birth"], yearly["day"])
    of_age = take(yearly, (age >= 4) & (age <= 16))
    count = length(of_age)
    truth["sdq"] = finish(
        {
            **_simple(of_age),
            "score": leaving.sdq_scores(dice, count),
            "reason": dice.chance(0.06, count).astype(np.int64),
        },
        base,
    )
    truth["immunisations"] = finish(
        {**_simple(yearly), "is_done": dice.chance(0.86, length(yearly))}, base
    )
    older = (age >= 11) & dice.chance(0.04, len(age))
    truth["substance"] = finish(
        {**_simple(take(yearly, older)), "is_treated": dice.chance(0.45, int(older.sum()))}, base
    )
    convicted = (age >= 10) & dice.chance(0.025, len(age))
    truth["convictions"] = finish(_simple(take(yearly, convicted)), base)
    adopted = take(settled, np.isin(settled["exit"], codes.EPISODE_END.numbers("E11", "E12")))
    truth["permanence"] = finish(
        {
            **_simple(adopted),
            "care": adopted["rid"],
            "order": adopted["end"],
            "placed": adopted["end"] - 200,
            "decided": adopted["end"] - 420,
            "rec": adopted["rec"] + 60,
        },
        base,
    )
    before = take(
        settled, (settled["kind"] == care.ORDINARY) & dice.chance(0.05, len(settled["day"]))
    )
    truth["previous_permanence"] = finish(
        {
            **_simple(before),
            "option": dice.pick((0.2, 0.45, 0.3, 0.05), length(before)),
            "precision": dice.pick((0.4, 0.3, 0.2, 0.1), length(before)),
            "order": before["day"] - dice.between(200, 2500, length(before)),
        },
        base,
    )
    involved = take(settled, settled["end"] - settled["day"] > 20)
    team, worker = setting.workforce.assign(dice, codes.REVIEWING, involved["day"])
    count = length(involved)
    officers = {
        "person": involved["person"],
        "referral": involved["referral"],
        "link": involved["link"],
        "day": involved["day"] + 2,
        "end": involved["end"],
        "role": np.ones(count, dtype=np.int64),
        "team": team,
        "worker": worker,
        "change": np.full(count, -1),
        "rec": involved["rec"] + 3,
        "end_rec": involved["end"] + 1,
        "keep": involved["keep"],
    }
    known = truth["involvements"]
    truth["involvements"] = finish(
        stack([{name: known[name] for name in officers}, officers]), base
    )


def _yearly(dice: Dice, periods: Rows, every: int, offset: int) -> Rows:
    """A row a year for each period of care."""
    days = np.maximum(periods["end"] - periods["day"] - offset, 0)
    source, number = repeat_each(-(-days // every))
    rows = take(periods, source)
    day = rows["day"] + offset + number * every + dice.between(0, 20, len(source))
    rows["day"] = working_days_later(day, 0)
    return take(rows, rows["day"] <= rows["end"])


def _simple(rows: Rows) -> Rows:
    """Person, day, and when it was recorded."""
    return {
        "person": rows["person"],
        "day": rows["day"],
        "rec": np.maximum(rows["rec"], rows["day"] + 2),
        "keep": rows["keep"],
    }


def _leaving(setting: Setting, truth: Truth, periods: Rows, referrals: Rows, people: Rows) -> Rows:
    """Care leavers and immigration statuses; returns deaths (person, day)."""
    base = setting.rid_base
    observations, deaths = leaving.care_leaver_rows(setting, periods)
    truth["care_leavers"] = finish(observations, base)
    dice = setting.dice("immigration")
    arrived = take(referrals, referrals["care_type"] == care.UNACCOMPANIED)
    arrivals = {
        "person": people["person"][arrived["child"]],
        "birth": people["birth"][arrived["child"]],
        "day": arrived["day"],
    }
    lead = take(referrals, first_of_each(referrals["child"]))
    some = take(lead, (lead["care_type"] < care.UNACCOMPANIED) & dice.chance(0.006, length(lead)))
    immigration = leaving.immigration_rows(
        dice, arrivals, people["person"][some["child"]], some["day"]
    )
    truth["immigration"] = finish(immigration, base)
    died = take(periods, periods["exit"] == codes.EPISODE_END.number("E2"))
    return stack([deaths, {"person": died["person"], "day": died["end"]}])


def _people(setting: Setting, people: Rows, truth: Truth, deaths: Rows) -> Rows:
    """Persons with any record: first and last day on which an extract has them."""
    order = np.argsort(people["person"])
    people = take(people, order)
    count = length(people)
    rec = np.full(count, NEVER, dtype=np.int64)
    keep = np.full(count, -NEVER, dtype=np.int64)
    for rows in truth.values():
        at = np.searchsorted(people["person"], rows["person"])
        np.minimum.at(rec, at, rows["rec"])
        np.maximum.at(keep, at, rows["keep"])
    dice = setting.dice("people")
    died = look_up(deaths["person"], deaths["day"], people["person"], NEVER)
    disabled = np.isin(people["person"] // 10_000 % 100, (94, 95)) | dice.chance(0.05, count)
    looked_after = np.isin(people["person"], truth["episodes"]["person"])
    arrived = people["person"] % 1_000_000 // 40_000 == ARRIVAL_BASE // 40_000
    disabled |= looked_after & ~arrived & dice.chance(setting.rates.disability_share * 0.65, count)
    young = people["birth"] > day_number(setting.year, 1, 1)
    fixed = arrived & dice.chance(setting.rates.birth_corrected_share, count)
    return finish(
        {
            **people,
            "rec": rec,
            "keep": keep,
            "died": died,
            "is_disabled": disabled,
            "is_looked_after": looked_after,
            "is_arrival": arrived,
            "is_unborn_at_first": young,
            "is_adult": np.zeros(count, dtype=bool),
            "fixed": np.where(fixed, rec + dice.between(40, 300, count), 0),
            "birth_was": people["birth"] + np.where(fixed, dice.between(100, 360, count), 0),
            "send": dice.share(count),
            "gone": np.full(count, NEVER, dtype=np.int64),
            "is_duplicate": np.zeros(count, dtype=bool),
        },
        setting.rid_base,
    )


def _about_people(setting: Setting, truth: Truth) -> None:
    """Disabilities, addresses, families, identifiers, special needs, mothers."""
    base = setting.rid_base
    people = truth["people"]
    dice = setting.dice("about people")
    disabled = take(people, people["is_disabled"])
    source, number = repeat_each(1 + dice.pick((0.6, 0.3, 0.1), length(disabled)))
    code = dice.pick(codes.DISABILITY.weights, len(source))
    rows = {
        "person": disabled["person"][source],
        "code": code,
        "rec": disabled["rec"][source],
        "keep": disabled["keep"][source],
    }
    rows = take(rows, first_of_each(rows["person"], rows["code"]))
    plain = take(people, ~people["is_disabled"] & (people["send"] > 0.93))
    nothing = {
        "person": plain["person"],
        "code": np.zeros(length(plain), dtype=np.int64),
        "rec": plain["rec"],
        "keep": plain["keep"],
    }
    truth["disabilities"] = finish(stack([rows, nothing]), base)
    moves = dice.pick((0.8, 0.2), length(people))
    source, number = repeat_each(1 + moves)
    known = np.minimum(people["rec"][source], 60_000)
    moved = known + dice.between(60, 900, length(people))[source]
    has_moved = moves[source] > 0
    truth["addresses"] = finish(
        {
            "person": people["person"][source],
            "house": dice.between(1, 200, len(source)),
            "postcode": dice.between(0, 35_999, len(source)),
            "day": np.where(
                number > 0,
                moved,
                np.minimum(np.maximum(people["birth"][source], known - 900), known),
            ),
            "end": np.where(has_moved & (number == 0), moved, NEVER),
            "end_rec": np.where(has_moved & (number == 0), moved, NEVER),
            "rec": np.where(number > 0, moved, people["rec"][source]),
            "keep": people["keep"][source],
        },
        base,
    )
    truth["families"] = finish(
        {name: people[name] for name in ("person", "family", "rec", "keep")}, base
    )
    age_at = people["rec"] - people["birth"]
    school = take(people, (age_at > 4 * 365) & (people["send"] < 0.55))
    truth["identifiers"] = finish(
        {
            "person": school["person"],
            "kind": dice.pick((0.7, 0.2, 0.1), length(school)),
            "day": school["rec"],
            "rec": school["rec"],
            "keep": school["keep"],
        },
        base,
    )
    pupils = take(people, (age_at > 4 * 365) & (people["send"] < 0.16))
    truth["send"] = finish(
        {
            "person": pupils["person"],
            "unknown": np.where(dice.chance(0.05, length(pupils)), 1, 0),
            "rec": pupils["rec"],
            "keep": pupils["keep"],
        },
        base,
    )
    planned = take(pupils, pupils["send"] < 0.05)
    truth["sen_needs"] = finish(
        {
            "person": planned["person"],
            "need": dice.between(0, 11, length(planned)),
            "rec": planned["rec"],
            "keep": planned["keep"],
        },
        base,
    )
    babies = take(people, people["is_unborn_at_first"])
    count = length(babies)
    mothers = {
        **babies,
        "person": setting.person_base + MOTHER_BASE + np.arange(count),
        "birth": babies["birth"] - dice.between(16 * 365, 40 * 365, count),
        "sex": np.zeros(count, dtype=np.int64),
        "is_adult": np.ones(count, dtype=bool),
        "died": np.full(count, NEVER, dtype=np.int64),
        "is_estimated": np.zeros(count, dtype=bool),
        "is_disabled": np.zeros(count, dtype=bool),
        "is_looked_after": np.zeros(count, dtype=bool),
        "is_unborn_at_first": np.zeros(count, dtype=bool),
        "send": np.ones(count),
        "rid": setting.rid_base + MOTHER_BASE + np.arange(count),
    }
    mothers["expected"] = mothers["birth"]
    mothers["birth_was"] = mothers["birth"]
    truth["mothers"] = finish(
        {
            "person": mothers["person"],
            "child": babies["person"],
            "birth": babies["birth"],
            "rec": babies["rec"],
            "keep": babies["keep"],
        },
        base,
    )
    truth["people"] = stack([people, mothers])


def _corrections_and_deletions(setting: Setting, truth: Truth) -> None:
    """Values put right later (`x_was` until `fixed`) and rows deleted later (`gone`)."""
    rates = setting.rates
    dice = setting.dice("corrections")
    not_in_need, dysfunction = codes.NEED.numbers("N9", "N5")
    need = truth["referrals"]["need"]
    for table, column, other in (
        ("referrals", "need", np.where(need == not_in_need, dysfunction, not_in_need)),
        ("contacts", "source", dice.pick(codes.SOURCE.weights[:14], length(truth["contacts"]))),
        ("placements", "miles", np.round(dice.share(length(truth["placements"])) * 19.0, 1)),
    ):
        rows = truth[table]
        count = length(rows)
        fixed = dice.chance(rates.corrected_share, count)
        rows["fixed"] = np.where(fixed, rows["rec"] + dice.between(20, 300, count), 0)
        rows[f"{column}_was"] = np.where(fixed, other, rows[column])
    for table in ("contacts", "missing", "health", "cin_visits", "cp_visits", "cla_visits",
                  "care_leavers"):  # fmt: skip
        rows = truth[table]
        count = length(rows)
        wrong = dice.chance(rates.deleted_share, count)
        if table == "contacts":
            wrong &= (rows["outcome"] > 0) & (rows["outcome"] != 4)
        deleted = rows["rec"] + dice.between(10, 200, count)
        rows["gone"] = np.where(wrong, deleted, rows["gone"])


LINKED = ("contacts", "referrals", "assessments", "s47", "conferences", "cp_plans", "cp_reviews",
          "cp_visits", "cin_plans", "cin_visits", "involvements")  # fmt: skip
"""Tables whose rows belong to one referral of the child (`link` is its number)."""


def _merges(setting: Setting, truth: Truth, referrals: Rows, person: Ints) -> None:
    """Children who were known under two ids until somebody noticed: `alt` until `alt_until`.

    What belongs to the first referral of such a child is found under another id until then.
    """
    dice = setting.dice("merges")
    order = np.lexsort((referrals["number"], referrals["child"]))
    child = referrals["child"][order]
    second = np.append(False, child[1:] == child[:-1])
    second &= np.append(False, ~second[:-1])
    position = order[second]
    first = order[np.flatnonzero(second) - 1]
    cared = np.zeros(len(person), dtype=bool)
    cared[referrals["child"][referrals["care_kind"] >= 0]] = True
    chosen = dice.chance(setting.rates.merged_share * 3, len(position))
    chosen &= ~cared[referrals["child"][position]] & (referrals["number"][first] == 0)
    children = person[referrals["child"][position[chosen]]]
    until = referrals["day"][position[chosen]] + dice.between(20, 400, int(chosen.sum()))
    numbers = setting.person_base + DUPLICATE_BASE + np.arange(len(children))
    for table in LINKED:
        rows = truth[table]
        early = rows["link"] == 0
        rows["alt"] = np.where(early, look_up(children, numbers, rows["person"], 0), 0)
        rows["alt_until"] = np.where(
            rows["alt"] > 0, look_up(children, until, rows["person"], 0), 0
        )
    people = truth["people"]
    at = look_up(people["person"], np.arange(length(people)), children, -1)
    copies = take(people, at[at >= 0])
    copies |= {
        "person": numbers[at >= 0],
        "gone": until[at >= 0],
        "rid": setting.rid_base + DUPLICATE_BASE + np.arange(len(children))[at >= 0],
        "is_duplicate": np.ones(int((at >= 0).sum()), dtype=bool),
    }
    truth["people"] = stack([people, copies])


def _local_extensions(setting: Setting, truth: Truth, referrals: Rows, people: Rows) -> None:
    """Exclusions and suspensions, and return interviews: of people whom the extracts hold."""
    of_child = {name: people[name][referrals["child"]] for name in ("person", "birth")}
    truth["education"] = local.education_rows(setting, {**referrals, **of_child}, truth["people"])
    truth["interviews"] = local.interview_rows(setting, truth["missing"])
