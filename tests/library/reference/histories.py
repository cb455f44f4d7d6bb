"""Random fictional SSD extracts whose events sit on, or one day beside, the rules' boundaries.

`random_histories(seed, as_at, folder)` writes one history, of 27-40 made-up children;
`many_histories` those of several seeds as one authority. The same seeds and date give the same
files. By hand, from the folder `tests`:
`python -m library.reference.histories SEED,SEED YYYY-MM FOLDER`.
"""

from __future__ import annotations

import csv
import random
import sys
from collections.abc import Callable, Sequence
from datetime import date, datetime, time, timedelta
from pathlib import Path

from .dates import add_working_days, last_day, months_before

COLUMNS = {
    "ssd_person": """pers_person_id pers_sex pers_gender pers_ethnicity pers_dob
        pers_common_child_id pers_upn_unknown pers_send_flag pers_expected_dob pers_death_date
        pers_is_mother pers_nationality""",
    "ssd_family": "fami_table_id fami_family_id fami_person_id",
    "ssd_disability": "disa_person_id disa_table_id disa_disability_code",
    "ssd_immigration_status": """immi_person_id immi_immigration_status_id immi_immigration_status
        immi_immigration_status_start_date immi_immigration_status_end_date""",
    "ssd_contacts": """cont_contact_id cont_person_id cont_contact_date cont_contact_source_code
        cont_contact_source_desc cont_contact_outcome_json""",
    "ssd_early_help_episodes": """earl_episode_id earl_person_id earl_episode_start_date
        earl_episode_end_date earl_episode_reason earl_episode_end_reason
        earl_episode_organisation earl_episode_worker_id""",
    "ssd_cin_episodes": """cine_referral_id cine_person_id cine_referral_date
        cine_cin_primary_need_code cine_referral_source_code cine_referral_source_desc
        cine_referral_outcome_json cine_referral_nfa cine_close_reason cine_close_date
        cine_referral_team cine_referral_worker_id""",
    "ssd_cin_assessments": """cina_assessment_id cina_person_id cina_referral_id
        cina_assessment_start_date cina_assessment_child_seen cina_assessment_auth_date
        cina_assessment_outcome_json cina_assessment_outcome_nfa cina_assessment_team
        cina_assessment_worker_id""",
    "ssd_assessment_factors": "cinf_table_id cinf_assessment_id cinf_assessment_factors_json",
    "ssd_cin_plans": """cinp_cin_plan_id cinp_referral_id cinp_person_id cinp_cin_plan_start_date
        cinp_cin_plan_end_date cinp_cin_plan_team cinp_cin_plan_worker_id""",
    "ssd_s47_enquiry": """s47e_s47_enquiry_id s47e_referral_id s47e_person_id s47e_s47_start_date
        s47e_s47_end_date s47e_s47_nfa s47e_s47_outcome_json s47e_s47_completed_by_worker_id
        s47e_s47_completed_by_team""",
    "ssd_initial_cp_conference": """icpc_icpc_id icpc_icpc_meeting_id icpc_s47_enquiry_id
        icpc_person_id icpc_cp_plan_id icpc_referral_id icpc_icpc_transfer_in
        icpc_icpc_target_date icpc_icpc_date icpc_icpc_outcome_cp_flag icpc_icpc_outcome_json
        icpc_icpc_team icpc_icpc_worker_id""",
    "ssd_cp_plans": """cppl_cp_plan_id cppl_referral_id cppl_icpc_id cppl_person_id
        cppl_cp_plan_start_date cppl_cp_plan_end_date cppl_cp_plan_initial_category
        cppl_cp_plan_ola cppl_cp_plan_latest_category""",
    "ssd_cp_visits": """cppv_cp_visit_id cppv_person_id cppv_cp_plan_id cppv_cp_visit_date
        cppv_cp_visit_seen cppv_cp_visit_seen_alone cppv_cp_visit_bedroom""",
    "ssd_cp_reviews": """cppr_cp_review_id cppr_person_id cppr_cp_plan_id cppr_cp_review_due
        cppr_cp_review_date cppr_cp_review_meeting_id cppr_cp_review_outcome_continue_cp
        cppr_cp_review_quorate cppr_cp_review_participation""",
    "ssd_legal_status": """lega_legal_status_id lega_person_id lega_legal_status
        lega_legal_status_start_date lega_legal_status_end_date""",
    "ssd_cla_episodes": """clae_cla_episode_id clae_person_id clae_cla_episode_start_date
        clae_cla_episode_start_reason clae_cla_primary_need_code clae_cla_episode_ceased_date
        clae_cla_episode_ceased_reason clae_cla_id clae_referral_id clae_cla_placement_id
        clae_entered_care_date clae_cla_last_iro_contact_date""",
    "ssd_cla_placement": """clap_cla_placement_id clap_cla_placement_start_date
        clap_cla_placement_type clap_cla_placement_urn clap_cla_placement_distance clap_cla_id
        clap_cla_placement_provider clap_cla_placement_postcode clap_cla_placement_end_date
        clap_cla_placement_change_reason clap_person_id""",
    "ssd_cla_reviews": """clar_cla_review_id clar_cla_id clar_cla_review_due_date
        clar_cla_review_date clar_cla_review_cancelled clar_cla_review_participation""",
    "ssd_cla_health": """clah_health_check_id clah_person_id clah_health_check_type
        clah_health_check_date clah_health_check_status""",
    "ssd_missing": """miss_table_id miss_person_id miss_missing_episode_start_date
        miss_missing_episode_type miss_missing_episode_end_date miss_missing_rhi_offered
        miss_missing_rhi_accepted""",
    "ssd_care_leavers": """clea_table_id clea_person_id clea_care_leaver_eligibility
        clea_care_leaver_in_touch clea_care_leaver_latest_contact clea_care_leaver_accommodation
        clea_care_leaver_accom_suitable clea_care_leaver_activity clea_pathway_plan_review_date
        clea_care_leaver_personal_advisor clea_care_leaver_allocated_team
        clea_care_leaver_worker_id""",
    "ssd_involvements": """invo_involvements_id invo_professional_id invo_professional_role_id
        invo_professional_team invo_involvement_start_date invo_involvement_end_date
        invo_worker_change_reason invo_person_id invo_referral_id""",
    "ssd_professionals": """prof_professional_id prof_staff_id prof_professional_name
        prof_social_worker_registration_no prof_professional_job_title
        prof_professional_caseload prof_professional_department prof_full_time_equivalency
        prof_agency_worker_flag""",
    "ssd_department": "dept_team_id dept_team_name dept_team_parent_id dept_team_parent_name",
}

# Days near which the working-day rules are easiest to get wrong.
HOLIDAYS = [
    date(2022, 9, 19),
    date(2022, 4, 15),
    date(2022, 4, 18),
    date(2022, 6, 2),
    date(2021, 12, 27),
    date(2022, 1, 3),
    date(2021, 4, 5),
    date(2023, 5, 8),
    date(2023, 12, 25),
    date(2024, 1, 1),
    date(2023, 4, 7),
]
LEAP_DAYS = [date(2020, 2, 29), date(2021, 2, 28), date(2022, 2, 28), date(2024, 2, 29)]

Cell = date | datetime | str | float | None


class Histories:
    """The tables of one authority while they are being made up."""

    def __init__(self, seed: int, as_at: date) -> None:
        self.random = random.Random(f"{seed} {as_at}")
        self.as_at = as_at
        self.tables: dict[str, list[list[dict[str, str]]]] = {table: [] for table in COLUMNS}
        self.next_id = 100
        self.children: list[str] = []
        ends = [last_day(d.year, d.month) for d in (months_before(as_at, n) for n in range(25))]
        self.ends = [as_at] * 8 + ends
        special = [day for day in HOLIDAYS + LEAP_DAYS if day <= as_at]
        self.anchors = self.ends + [day + timedelta(days=1) for day in ends] + special

    # Choice

    def chance(self, probability: float) -> bool:
        return self.random.random() < probability

    def pick(self, *choices: Cell) -> Cell:
        return self.random.choice(choices)

    def word(self, *choices: str) -> str:
        return self.random.choice(choices)

    def anchor(self) -> date:
        """A month end, a first of a month, a holiday or a leap day."""
        return self.random.choice(self.anchors)

    def end_of_month(self) -> date:
        """A snapshot date, the as-at date more often."""
        return self.random.choice(self.ends)

    def near(self, day: date) -> date:
        """On it, or a day beside it."""
        return day + timedelta(days=self.random.choice([-1, 0, 0, 1]))

    def days(self, *choices: int) -> timedelta:
        return timedelta(days=self.random.choice(choices))

    def identity(self, prefix: str) -> str:
        self.next_id += self.random.randint(1, 9)
        return f"{prefix}{self.next_id}"

    def coded(self, code: str | None, label: str = "", unknown: str = "Zzz unknown") -> str:
        """A code as systems give it: alone, with text, in any case, its label; or unknown."""
        if code is None:
            return self.word("", "NULL", unknown)
        shapes = [code, code, f"{code} - any text", f"{code}: any text", f"{code} any text"]
        if label:
            shapes += [label, label.upper()]
        shape = self.word(*shapes)
        return shape.lower() if self.chance(0.15) else shape

    def flag(self, yes: float = 0.3) -> str:
        """Y, N or nothing, in any case."""
        return self.word("Y", "y", "Yes", "Y") if self.chance(yes) else self.word("N", "n", "", "")

    # Rows

    def cell(self, value: Cell) -> str:
        if value is None:
            return self.word("", "", "", "NULL")
        if isinstance(value, datetime):
            return value.strftime("%Y-%m-%d %H:%M:%S.000")
        if isinstance(value, date):
            return f"{value}{self.word('', '', ' 00:00:00.000')}"
        return str(value)

    def add(self, table: str, versions: bool = True, **values: Cell) -> None:
        """A row; now and then an older version of it before, or an exact repeat after."""
        columns = COLUMNS[table].split()
        unknown = values.keys() - set(columns)
        assert not unknown, unknown
        row = {column: self.cell(values.get(column, "")) for column in columns}
        group = [row]
        dates = [c for c in columns if isinstance(values.get(c), date)]
        if versions and dates and self.chance(0.05):
            column = self.random.choice(dates)
            older = values[column]
            assert isinstance(older, date)
            moved = older + self.days(-400, -31, -1, 1, 31)
            group.insert(0, {**row, column: self.cell(moved)})
        if self.chance(0.05):
            group.append(dict(row))
        self.tables[table].append(group)

    def dated(self, day: date | None) -> Cell:
        """A date as it is recorded: mostly itself, with a time, missing or 1900-01-01."""
        if day is None:
            return self.pick(None, None, None, date(1900, 1, 1))
        chance = self.random.random()
        if chance < 0.02:
            return None
        if chance < 0.04:
            return date(1900, 1, 1)
        if chance < 0.15:
            return datetime.combine(day, time(23, 59))
        return day

    # People

    def add_person(self, person: str, snapshot: date, born: date | None) -> None:
        """A person: born when told, or unknown; some die around a snapshot; some have no row."""
        chance = self.random.random()
        columns: dict[str, Cell] = {"pers_dob": born}
        if chance < 0.12:
            columns = {"pers_dob": None, "pers_expected_dob": born}
        elif chance < 0.18:
            columns = {"pers_dob": date(1900, 1, 1), "pers_expected_dob": None}
        died = self.near(snapshot) if self.chance(0.06) else None
        if self.chance(0.04):
            return
        self.add(
            "ssd_person",
            pers_person_id=person,
            pers_sex=self.word("M", "F", "F", "M", "U", ""),
            pers_ethnicity=self.word("WBRI", "MOTH", "CHNE", ""),
            pers_death_date=died,
            versions=True,
            **columns,
        )

    def birth_date(self, snapshot: date, ages: Sequence[int]) -> date:
        """A birthday at, or a day beside, the snapshot; or 29 February."""
        years = self.random.choice(ages)
        if self.chance(0.12):
            return self.random.choice([date(2004, 2, 29), date(2008, 2, 29), date(2000, 2, 29)])
        return self.near(months_before(snapshot, 12 * years))

    def child(self, snapshot: date | None = None, ages: Sequence[int] = (3, 9, 15)) -> str:
        """A new child around `snapshot`."""
        snapshot = snapshot or self.end_of_month()
        person = self.identity(self.word("P", "", "", "00"))
        self.add_person(person, snapshot, self.birth_date(snapshot, ages))
        self.children.append(person)
        if self.chance(0.3):
            for _ in range(self.random.randint(1, 2)):
                self.add(
                    "ssd_disability",
                    disa_person_id=person,
                    disa_table_id=self.identity("D"),
                    disa_disability_code=self.coded(
                        self.word("MOB", "NONE", "LD", "NONE") if self.chance(0.8) else None,
                        unknown="Nonesuch",
                    ),
                )
        return person

    def other_child(self, person: str) -> str:
        """Another child, where there is one."""
        others = [child for child in self.children if child != person]
        return self.random.choice(others) if others else person

    # Front door

    def contact_story(self) -> None:
        """Contacts on one day, on the edges of months; one id for two persons; no person."""
        person = self.child()
        for _ in range(self.random.randint(1, 4)):
            day = self.near(self.anchor())
            key = self.identity("C")
            for _ in range(self.random.randint(1, 2)):
                self.contact(key if self.chance(0.5) else self.identity("C"), person, day)
            if self.chance(0.2):
                self.contact(key, self.other_child(person), day)
            if self.chance(0.1):
                for _ in range(2):
                    self.contact(self.identity("C"), self.word("", "NULL", "-1"), day)

    def contact(self, key: str, person: str, day: date) -> None:
        self.add(
            "ssd_contacts",
            cont_contact_id=key,
            cont_person_id=person,
            cont_contact_date=self.dated(day),
            cont_contact_source_code="5C",
        )

    def referral(
        self, person: str, day: date, closed: date | None = None, key: str | None = None
    ) -> str:
        key = key or self.identity("R")
        self.add(
            "ssd_cin_episodes",
            cine_referral_id=key,
            cine_person_id=person,
            cine_referral_date=self.dated(day),
            cine_cin_primary_need_code="N1",
            cine_referral_nfa=self.flag(0.2),
            cine_close_reason="RC1" if closed else "",
            cine_close_date=closed,
        )
        return key

    def referral_story(self) -> None:
        """Referrals 6 and 12 months apart to the day, on one day, with the same id."""
        person = self.child()
        day = self.near(self.anchor())
        self.referral(person, day)
        for _ in range(self.random.randint(1, 3)):
            months = self.random.choice([6, 12, 12, 0])
            earlier = self.near(months_before(day, months)) if months else day
            key = self.referral(person, earlier)
            if self.chance(0.25):
                self.referral(self.other_child(person), earlier, key=key)
            if self.chance(0.4):
                day = earlier

    def closure_story(self) -> None:
        """Closures with another case open, closed or new that day; referrals after them."""
        person = self.child()
        closed = self.near(self.anchor())
        opened = closed - self.days(0, 1, 30, 200)
        self.referral(person, opened, closed)
        for _ in range(self.random.randint(0, 2)):
            other = self.near(closed) - self.days(0, 0, 5, 90)
            end = self.pick(None, closed, self.near(closed), closed + timedelta(days=40))
            self.referral(person, other, end if isinstance(end, date) else None)
        for _ in range(self.random.randint(0, 2)):
            again = self.random.choice([closed, self.end_of_month()])
            self.referral(person, self.near(again), self.near(again) + self.days(0, 1, 20))
        if self.chance(0.15):
            late = min(closed.replace(day=20), self.as_at)
            self.referral(person, late, late - timedelta(days=self.random.randint(1, 3)))

    def assessment_story(self) -> None:
        """45 and 46 working days, from the assessment's start and from the referral's date."""
        person = self.child()
        for _ in range(self.random.randint(1, 3)):
            start = self.near(self.anchor()) - self.days(0, 30, 60, 63)
            authorised = self.near(add_working_days(start, self.random.choice([44, 45, 45, 46])))
            chance = self.random.random()
            if chance < 0.1:
                authorised = start - self.days(0, 1)
            elif chance < 0.2:
                authorised = self.near(self.anchor())
            referred = start - self.days(0, 0, 1, 5)
            if self.chance(0.3):
                referred = self.near(months_before(authorised, 2))
            key: str | None = None
            chance = self.random.random()
            if chance < 0.6:
                key = self.referral(person, referred)
            elif chance < 0.7:
                key = self.referral(self.other_child(person), referred)
            elif chance < 0.8:
                key = self.word("-1", "0", "R1")
            assessment = self.identity("A")
            for owner in [person] + [self.other_child(person)] * self.chance(0.15):
                self.add(
                    "ssd_cin_assessments",
                    cina_assessment_id=assessment,
                    cina_person_id=owner,
                    cina_referral_id=key,
                    cina_assessment_start_date=self.dated(start),
                    cina_assessment_auth_date=self.dated(authorised if self.chance(0.9) else None),
                    cina_assessment_child_seen=self.flag(),
                    cina_assessment_outcome_nfa=self.flag(),
                )

    def conference_story(self) -> None:
        """15 and 16 working days; another child's enquiry, none, a transfer in, no date."""
        person = self.child()
        for _ in range(self.random.randint(1, 3)):
            start = self.near(self.anchor()) - self.days(0, 7, 21, 23)
            held = self.near(add_working_days(start, self.random.choice([14, 15, 15, 16])))
            if self.chance(0.1):
                held = start - self.days(0, 1)
            enquiry = self.identity("S")
            owners = [person]
            if self.chance(0.15):
                owners = [self.other_child(person)]
            elif self.chance(0.2):
                owners.append(self.other_child(person))
            for owner in owners:
                self.add(
                    "ssd_s47_enquiry",
                    s47e_s47_enquiry_id=enquiry,
                    s47e_person_id=owner,
                    s47e_s47_start_date=self.dated(start),
                    s47e_s47_end_date=self.pick(None, held, start - timedelta(days=1)),
                    s47e_s47_nfa=self.flag(),
                )
            conference = self.identity("I")
            meeting = self.identity("M")
            for owner in [person] + [self.other_child(person)] * self.chance(0.3):
                self.add(
                    "ssd_initial_cp_conference",
                    icpc_icpc_id=conference if self.chance(0.7) else self.identity("I"),
                    icpc_icpc_meeting_id=meeting,
                    icpc_s47_enquiry_id=enquiry if self.chance(0.8) else self.pick(None, "-1"),
                    icpc_person_id=owner,
                    icpc_icpc_transfer_in=self.flag(0.2),
                    icpc_icpc_target_date=add_working_days(start, 15),
                    icpc_icpc_date=self.dated(held if self.chance(0.9) else None),
                    icpc_icpc_outcome_cp_flag=self.flag(0.7),
                )

    def plan_story(self) -> None:
        """Plans around a snapshot, on one day, of no days, of another authority; unborn."""
        snapshot = self.end_of_month()
        person = self.child(snapshot, ages=(-1, 0, 5, 17, 18))
        for _ in range(self.random.randint(1, 3)):
            start = self.near(self.random.choice([snapshot, months_before(snapshot, 8)]))
            end = self.pick(None, start, self.near(snapshot), start - timedelta(days=1))
            for _ in range(2 if self.chance(0.2) else 1):
                plan = self.identity("CP")
                self.add(
                    "ssd_cp_plans",
                    cppl_cp_plan_id=plan,
                    cppl_person_id=person,
                    cppl_cp_plan_start_date=self.dated(start),
                    cppl_cp_plan_end_date=self.dated(end if isinstance(end, date) else None),
                    cppl_cp_plan_initial_category=self.word("Neglect", "NEG", "Emotional abuse"),
                    cppl_cp_plan_ola=self.flag(0.2),
                )
        for _ in range(self.random.randint(0, 3)):
            # Ten working days before the snapshot, on a day beside that, or out of it.
            seen = snapshot - self.days(-1, 0, 13, 14, 15, 16, 17, 60)
            self.add(
                "ssd_cp_visits",
                cppv_cp_visit_id=self.identity("V"),
                cppv_person_id=person if self.chance(0.9) else None,
                cppv_cp_plan_id=plan,
                cppv_cp_visit_date=self.dated(seen),
                cppv_cp_visit_seen=self.flag(0.8),
            )

    # Care

    def episode(
        self,
        person: str,
        start: date,
        end: date | None,
        care: str | None = None,
        reason: str | None = "S",
    ) -> None:
        self.add(
            "ssd_cla_episodes",
            versions=False,
            clae_cla_episode_id=self.identity("E"),
            clae_person_id=person,
            clae_cla_episode_start_date=start,
            clae_cla_episode_start_reason=self.coded(reason, unknown="Starting"),
            clae_cla_primary_need_code="N1",
            clae_cla_episode_ceased_date=end,
            clae_cla_episode_ceased_reason=self.ceased() if end else "",
            clae_cla_id=care or self.identity("K"),
        )

    def ceased(self) -> str:
        """Why an episode ended: a real reason, X1, or one that nobody knows."""
        reasons = ["E4A", "E4A", "E11", "E12", "E3", "E45", "E41", "X1", "X1"]
        return self.coded(self.word(*reasons) if self.chance(0.9) else None)

    def legal(self, person: str, code: str | None, start: date, end: date | None) -> None:
        label = {"C1": "Interim care order", "C2": "Full care order"}.get(code or "", "")
        unknown = self.word("Supervision order", "V1 - respite", "V33", "Child arrangements order")
        self.add(
            "ssd_legal_status",
            lega_legal_status_id=self.identity("L"),
            lega_person_id=person,
            lega_legal_status=self.coded(code, label, unknown),
            lega_legal_status_start_date=self.dated(start),
            lega_legal_status_end_date=self.dated(end),
        )

    def legal_statuses(self, person: str, start: date, end: date | None, snapshot: date) -> None:
        """Statuses that switch, tie and overlap around the start, the end and the snapshot."""
        chance = self.random.random()
        if chance < 0.1:
            return
        if chance < 0.5:
            self.legal(person, self.word("C1", "C2", "V2", "E1", "J1"), start, None)
            return
        if chance < 0.75:
            # One on top of another that stays open: care, short break, not a care status at all.
            below, above = self.random.sample(["C2", "V3", "V4", "V2", None], 2)
            self.legal(person, below, start, None)
            later = self.random.choice([start, start, self.near(snapshot), end or snapshot])
            self.legal(person, above, max(start, later), None)
            return
        days = [start, snapshot] + ([end, end - timedelta(days=1)] if end else [])
        for _ in range(self.random.randint(1, 4)):
            code: str | None = self.word("V3", "V4", "V2", "C2", "L1", "D1")
            if self.chance(0.15):
                code = None
            begin = self.near(self.random.choice(days))
            until = self.pick(None, None, None, self.near(self.random.choice(days)), begin)
            self.legal(person, code, begin, until if isinstance(until, date) else None)

    def care_story(self) -> None:
        """Periods of care that touch, overlap, gap by a day, have no days, end in the future."""
        snapshot = self.end_of_month()
        person = self.child(snapshot, ages=(4, 9, 17, 18))
        day = self.near(self.random.choice([snapshot, snapshot - timedelta(days=70)]))
        first = day
        end: date | None = None
        for number in range(self.random.randint(1, 4)):
            if number and end is None:
                break
            end = day + self.days(0, 1, 3, 27, 28, 29, 40)
            if self.chance(0.3):
                end = self.near(snapshot) if snapshot > day + timedelta(days=1) else None
            if self.chance(0.25):
                end = None
            self.episode(person, day, end, reason=self.word("S", "L", "P", "T", "U", "B"))
            if end is not None:
                day = max(day, end + self.days(-1, 0, 0, 1))
        self.legal_statuses(person, first, end, snapshot)
        if self.chance(0.5):
            self.placement(person, first, end, "U6")
        if self.chance(0.6):
            self.immigration(person, first, snapshot)

    def immigration(self, person: str, first: date, snapshot: date) -> None:
        for _ in range(self.random.randint(1, 2)):
            status = self.word(
                *["Unaccompanied Asylum Seeking Child"] * 4,
                "UNACCOMPANIED ASYLUM SEEKING CHILD",
                "Refugee Status",
                "Adult Asylum Seeker",
                "",
            )
            start = self.near(
                self.random.choice([first, first, snapshot, months_before(snapshot, 5)])
            )
            end = self.pick(*[None] * 4, self.near(snapshot), start)
            self.add(
                "ssd_immigration_status",
                immi_person_id=person,
                immi_immigration_status_id=self.identity("IM"),
                immi_immigration_status=status,
                immi_immigration_status_start_date=self.dated(start),
                immi_immigration_status_end_date=end,
            )

    def placement(
        self,
        person: str,
        start: date,
        end: date | None,
        kind: str | None,
        care: str | None = None,
        postcode: str | None = None,
        reason: str | None = None,
        distance: Cell = None,
    ) -> None:
        self.add(
            "ssd_cla_placement",
            versions=False,
            clap_cla_placement_id=self.identity("PL"),
            clap_cla_placement_start_date=start,
            clap_cla_placement_type=self.coded(kind, unknown="T9"),
            clap_cla_placement_urn=self.pick("SC000001", None),
            clap_cla_placement_distance=distance,
            clap_cla_id=care,
            clap_cla_placement_provider="PR1",
            clap_cla_placement_postcode=postcode,
            clap_cla_placement_end_date=end,
            clap_cla_placement_change_reason=self.coded(reason, unknown="Placement") if end else "",
            clap_person_id=None if care and self.chance(0.3) else person,
        )

    def distance(self) -> Cell:
        return self.pick(20.0, 20.01, 19.9, 999.0, 999.9, 998.9, 0, 0.0, None, 25.5, 1000)

    def distance_story(self) -> None:
        """Distances on each side of 20 and 999, by the open placement that started last."""
        snapshot = self.end_of_month()
        person = self.child(snapshot)
        start = months_before(snapshot, self.random.choice([1, 7, 14]))
        care = self.identity("K")
        self.episode(person, start, None, care)
        if self.chance(0.4):
            self.legal_statuses(person, start, None, snapshot)
        for _ in range(self.random.randint(0, 3)):
            begin = self.random.choice([start, self.near(snapshot), snapshot - timedelta(days=9)])
            end = self.pick(None, None, self.near(snapshot), begin)
            self.placement(
                person,
                max(begin, start),
                end if isinstance(end, date) else None,
                self.word("U6", "T1", "K2", "H5"),
                care,
                distance=self.distance(),
            )

    def chain_story(self, months: Sequence[int] = (12, 12, 11), moves: int = 4) -> None:
        """A chain of placements: temporary ones between, same carer, no days, window edges."""
        snapshot = self.end_of_month()
        person = self.child(snapshot, ages=(2, 9, 15, 16))
        window = months_before(snapshot.replace(day=1), self.random.choice(months) - 1)
        day = self.near(window) - self.days(0, 30, 400)
        first = day
        care = self.identity("K")
        home, kind = "AA1 1AA", self.word("U6", "U1", "K2")
        cuts = [self.near(window)] if day < window - timedelta(days=1) else []
        total = self.random.randint(2, moves + 2)
        cuts += sorted(
            window + timedelta(days=self.random.randint(2, max(3, (snapshot - window).days)))
            for _ in range(total)
        )
        cuts = sorted({cut for cut in cuts if cut > day})
        if self.chance(0.2):
            cuts.append(self.near(snapshot) + timedelta(days=1))
        for end in [*cuts, None]:
            if end is not None and end <= day:
                continue
            chance = self.random.random()
            stop: date | None = end
            if chance < 0.3:
                here, postcode = self.word("T0", "T1", "T2", "T3", "T4"), "TT1 1TT"
            elif chance < 0.65:
                here, postcode = kind, home
            else:
                here = self.word("U6", "A3", "A4", "A5", "A6", "K2", "U1", kind)
                postcode = self.word(home, "BB2 2BB", "")
            if self.chance(0.1):
                postcode = self.word("", "aa11aa", "AA11AA")
            reason = self.word("PLACE", "CARPL", "OTHER", "CREQB", "") if end else None
            self.placement(person, day, stop, here, care, postcode, reason or None, self.distance())
            if self.chance(0.12):
                self.placement(person, day, day, self.word("U4", "K1"), care, "CC3 3CC", "PLACE")
            if self.chance(0.05):
                reversed_end = day - timedelta(days=1)
                self.placement(person, day, reversed_end, "U5", care, "DD4 4DD", "PLACE")
            if self.chance(0.06) and end:
                self.placement(person, day, end + timedelta(days=20), "R1", care, "EE5 5EE")
            if self.chance(0.7):
                self.episode(person, day, end, care, self.word("P", "T", "U", "B", "L", "P"))
            if end is None:
                break
            day = end + (timedelta(days=1) if self.chance(0.08) else timedelta(0))
        self.episode(person, first, None, care)
        if self.chance(0.15):
            self.legal_statuses(person, first, None, snapshot)

    def settle(self, ages: Sequence[int] = (2, 9, 14)) -> tuple[str, str, date, date]:
        """A child in care throughout: (person, care id, first day of the 12 months, snapshot)."""
        snapshot = self.end_of_month()
        person = self.child(snapshot, ages)
        first_day = months_before(snapshot.replace(day=1), 11)
        care = self.identity("K")
        self.episode(person, first_day - timedelta(days=300), None, care)
        return person, care, first_day, snapshot

    def window_story(self) -> None:
        """Three placements, the first and the last at the edges of the 12 months."""
        person, care, first_day, snapshot = self.settle()
        begin = first_day - timedelta(days=300)
        ended = self.near(first_day)
        middle = ended
        if self.chance(0.3):
            middle = ended + self.days(1, 2)
            ended -= timedelta(days=10)
            self.placement(person, ended, middle, self.word("T0", "T2", "T4"), care)
        elif self.chance(0.2):
            middle += timedelta(days=1)
        last = self.near(self.random.choice([snapshot, snapshot - timedelta(days=50)]))
        self.placement(person, begin, ended, "U6", care, "AA1 1AA", "OTHER")
        self.placement(person, middle, last, "K2", care, "BB2 2BB", "CARPL")
        stay = self.pick(None, None, None, last, last + timedelta(days=1))
        until = stay if isinstance(stay, date) else None
        self.placement(person, last, until, "U1", care, "CC3 3CC", distance=self.distance())

    def respite_story(self) -> None:
        """Away in temporary placements and back, or to somewhere like it; then a third place."""
        person, care, first_day, snapshot = self.settle()
        kind, home = self.word("U6", "K2"), self.word("AA1 1AA", "AA1 1AA", "AA1 1AA", "")
        left = self.near(first_day) + self.days(0, 1, 2, 60)
        self.placement(
            person, first_day - timedelta(days=300), left, kind, care, home, self.word("OTHER", "")
        )
        day = left + (timedelta(days=1) if self.chance(0.1) else timedelta(0))
        for _ in range(self.random.randint(1, 2)):
            until = day + self.days(1, 7)
            between = self.word("T0", "T1", "T3", "T4", "T1", "T2", "K1")
            self.placement(person, day, until, between, care, "TT1 1TT", self.word("OTHER", ""))
            day = until
        day += timedelta(days=1) if self.chance(0.1) else timedelta(0)
        back = kind if self.chance(0.85) else "U4"
        where = home if self.chance(0.6) else self.word("DD4 4DD", "DD4 4DD", "aa1 1aa", "")
        moved = snapshot - self.days(0, 1, 40)
        self.placement(person, day, moved, back, care, where, "CARPL")
        self.placement(person, moved, None, "R1", care, "CC3 3CC", distance=self.distance())

    def same_carer_story(self) -> None:
        """A third placement that is, or isn't, with the carer of the second."""
        person, care, first_day, snapshot = self.settle()
        begin, middle = first_day - timedelta(days=300), first_day + timedelta(days=50)
        last = snapshot - self.days(0, 1, 30)
        self.placement(person, begin, middle, "K2", care, "AA1 1AA", "OTHER")
        reason = self.word("PLACE", "PLACE - status only", "OTHER", "OTHER", "Placement")
        self.placement(person, middle, last, "U6", care, "BB2 2BB", reason)
        chance = self.random.random()
        start = last
        if chance < 0.15:
            # Of two that start on one day the one that ends later is the one before.
            other = last - self.days(1, 5, -9)
            self.placement(
                person, middle, other, "U4", care, "EE5 5EE", self.word("PLACE", "OTHER")
            )
        elif chance < 0.25:
            reason = self.word("PLACE", "OTHER")
            for day in {last, last - self.days(0, 3)}:
                self.placement(person, day, day, "U4", care, "EE5 5EE", reason)
        elif chance < 0.4:
            start = last - timedelta(days=1) if self.chance(0.2) else last + timedelta(days=1)
        elif chance < 0.5 and last < snapshot - timedelta(days=10):
            start = last + timedelta(days=5)
            self.placement(person, last, start, "T1", care, "TT1 1TT")
        kind = self.word("U1", "U1", "A3", "A4", "A5", "A6", "A33")
        self.placement(person, start, None, kind, care, self.word("BB2 2BB", "CC3 3CC"))
        if self.chance(0.4):
            self.episode(person, self.near(start), None, care, self.word("T", "U", "B", "P"))

    def stability_story(self) -> None:
        """30 months in care and 24 in the placement, to the day; moves to adoption."""
        snapshot = self.end_of_month()
        person = self.child(snapshot, ages=(2, 10, 15, 16))
        first = self.near(months_before(snapshot, 30))
        care = self.identity("K")
        if self.chance(0.3):
            gap = self.near(months_before(snapshot, 12))
            self.episode(person, first, gap, care)
            self.episode(person, gap + self.days(0, 0, 1), None, care)
        else:
            self.episode(person, first, None, care)
        settled = self.near(months_before(snapshot, 24))
        if self.chance(0.5):
            self.placement(
                person, first, settled, "U6", care, "AA1 1AA", self.word("OTHER", "PLACE")
            )
        moved = self.random.choice(
            [None, None, snapshot - timedelta(days=100), self.near(snapshot)]
        )
        if moved is not None and moved > settled:
            self.placement(
                person, settled, moved, "U4", care, "BB2 2BB", self.word("PLACE", "OTHER")
            )
            begin = moved
            if self.chance(0.4) and moved < snapshot - timedelta(days=20):
                begin = moved + self.days(1, 9)
                self.placement(person, moved, begin, self.word("T1", "T3"), care, "TT1 1TT")
            kind = self.word("A3", "A4", "A4", "A5", "A6", "A6", "U4", "U6")
            self.placement(person, begin, None, kind, care, self.word("BB2 2BB", ""), None)
            if self.chance(0.3):
                self.episode(person, begin, None, care, self.word("T", "U", "P"))
        else:
            self.placement(person, settled, None, "U4", care, "BB2 2BB")
        if self.chance(0.2):
            self.legal_statuses(person, first, None, snapshot)

    def health_story(self) -> None:
        """The 20th working day in or out of a month, an end that day, a check a day late."""
        due = self.near(self.anchor())
        start = due - timedelta(days=26)
        while add_working_days(start, 20) < due:
            start += timedelta(days=1)
        due = add_working_days(start, 20)
        person = self.child(start, ages=(5, 18, 12))
        end = self.pick(None, None, self.near(due), start)
        self.episode(person, start, end if isinstance(end, date) else None)
        if self.chance(0.4):
            self.legal_statuses(person, start, None, due)
        for _ in range(self.random.randint(1, 3)):
            self.add(
                "ssd_cla_health",
                clah_health_check_id=self.identity("H"),
                clah_person_id=person,
                clah_health_check_type=self.word(
                    *["Initial Health Assessment", "Health Assessment"] * 2,
                    *["initial health assessment", "Review Health Assessment", "Dental Check"],
                ),
                clah_health_check_date=self.dated(self.near(self.random.choice([due, start]))),
                clah_health_check_status=self.word(*["Completed", "COMPLETED"] * 3, "Planned"),
            )

    # Missing

    def missing_story(self) -> None:
        """Spells that overlap, touch, coincide, have no end or type A, and their interviews."""
        anchor = self.near(self.anchor())
        person = self.child(anchor, ages=(15, 16, 16, 18))
        begin = datetime.combine(anchor, time(self.random.choice([0, 10, 20])))
        for _ in range(self.random.randint(1, 5)):
            hours = timedelta(hours=self.random.choice([0, 4, 14, 24, 48]))
            end: datetime | None = begin + hours
            if self.chance(0.1):
                end = None
            elif self.chance(0.05):
                end = begin - timedelta(hours=6)
            # A date without a time is midnight.
            start_cell: Cell = begin.date() if self.chance(0.15) else begin
            end_cell: Cell = end.date() if end and self.chance(0.15) else end
            kind = self.word("M", "M", "M", "M", "A")
            spell_type = self.coded(kind, {"M": "Missing", "A": "Absent"}[kind])
            if self.chance(0.04):
                spell_type = self.word("", "Mislaid")
            if self.chance(0.03):
                start_cell = self.pick(None, date(1900, 1, 1))
            self.add(
                "ssd_missing",
                miss_table_id=self.identity("X"),
                miss_person_id=person,
                miss_missing_episode_start_date=start_cell,
                miss_missing_episode_type=spell_type,
                miss_missing_episode_end_date=end_cell,
                miss_missing_rhi_offered=self.word("Y", "N", "NA", "", "y", "Y", "NULL"),
                miss_missing_rhi_accepted=self.word("Y", "N", "NA", "", "Y"),
            )
            if self.chance(0.25):
                continue
            stopped = end or begin + timedelta(hours=9)
            begin = stopped + timedelta(hours=self.random.choice([-5, -1, 0, 0, 1, 24, 200]))

    def interview_story(self) -> None:
        """Spells that overlap and have ended, with every mix of offered and accepted."""
        anchor = self.near(self.anchor())
        person = self.child(anchor, ages=(12, 16))
        begin = datetime.combine(anchor, time(1)) - timedelta(days=2)
        for number in range(self.random.randint(2, 3)):
            start = begin + timedelta(hours=10 * number)
            self.add(
                "ssd_missing",
                versions=False,
                miss_table_id=self.identity("X"),
                miss_person_id=person,
                miss_missing_episode_start_date=start,
                miss_missing_episode_type="M",
                miss_missing_episode_end_date=start + timedelta(hours=self.random.choice([10, 18])),
                miss_missing_rhi_offered=self.word("Y", "N", "NA", "NA", "NA", ""),
                miss_missing_rhi_accepted=self.word("Y", "N", "NA", "", "Y"),
            )

    # Care leavers

    def leaver_story(self) -> None:
        """Observations before, on and after a snapshot, undated and tied; ages 16-25."""
        snapshot = self.end_of_month()
        person = self.child(snapshot, ages=(17, 18, 18, 19, 19, 20, 20, 22, 25))
        day = self.near(snapshot)
        for _ in range(self.random.randint(1, 4)):
            if self.chance(0.5):
                day = self.near(self.random.choice([snapshot, months_before(snapshot, 3)]))
            eligibility = self.word(
                *["Relevant", "Former Relevant", "FORMER RELEVANT", "Qualifying", "Eligible"] * 2,
                *["a) Relevant child", "d) Eligible", "No Current Eligibility", "", "relevant"],
            )
            in_touch = self.word(*["YES"] * 4, "NO", "NO", "DIED", "RHOM", "REFU", "NREQ")
            activity = self.word("F1", "P1", "F2", "P4", "F5", "G4", "G5", "G6")
            accommodation = self.word("B", "D", "G", "H", "U", "T", "X", "K", "V")
            self.add(
                "ssd_care_leavers",
                versions=False,
                clea_table_id=self.identity("CL"),
                clea_person_id=person,
                clea_care_leaver_eligibility=eligibility,
                clea_care_leaver_in_touch=self.coded(in_touch if self.chance(0.9) else None),
                clea_care_leaver_latest_contact=self.dated(day if self.chance(0.85) else None),
                clea_care_leaver_accommodation=self.coded(
                    accommodation if self.chance(0.9) else None, unknown="Garage"
                ),
                clea_care_leaver_accom_suitable=self.coded(
                    self.word("1", "1", "2") if self.chance(0.85) else None
                ),
                clea_care_leaver_activity=self.coded(
                    activity if self.chance(0.85) else None, unknown="Fishing"
                ),
            )
        if self.chance(0.3):
            self.episode(person, months_before(snapshot, 6), None)

    # All of it

    def write(self, folder: Path) -> None:
        """Write every table, its rows shuffled; versions of one key keep their order."""
        folder.mkdir(parents=True, exist_ok=True)
        for table, groups in self.tables.items():
            if table != "ssd_care_leavers":
                self.random.shuffle(groups)
            with (folder / f"{table}.csv").open("w", encoding="utf-8", newline="") as stream:
                writer = csv.DictWriter(stream, COLUMNS[table].split())
                writer.writeheader()
                writer.writerows(row for group in groups for row in group)


def random_histories(seed: int, as_at: date, folder: Path) -> Path:
    """Write one fictional history: an extract of the month that ends at `as_at`."""
    histories = Histories(seed, as_at)
    stories: list[Callable[[], None]] = [
        histories.contact_story,
        histories.referral_story,
        histories.closure_story,
        histories.closure_story,
        histories.assessment_story,
        histories.conference_story,
        histories.plan_story,
        histories.care_story,
        histories.care_story,
        histories.distance_story,
        histories.chain_story,
        histories.window_story,
        histories.respite_story,
        histories.respite_story,
        histories.same_carer_story,
        histories.same_carer_story,
        histories.stability_story,
        histories.stability_story,
        histories.health_story,
        histories.health_story,
        histories.health_story,
        histories.missing_story,
        histories.missing_story,
        histories.interview_story,
        histories.interview_story,
        histories.leaver_story,
        histories.leaver_story,
    ]
    for _ in range(histories.random.randint(0, 13)):
        stories.append(histories.random.choice(stories))
    histories.random.shuffle(stories)
    for story in stories:
        story()
    histories.write(folder)
    return folder


def many_histories(seeds: Sequence[int], as_at: date, folder: Path) -> Path:
    """Write the extract of one authority with the children of many histories.

    Every id begins with the seed of its history, so that nothing of two histories meets.
    """
    parts = {
        seed: random_histories(seed, as_at, folder.with_name(f"{folder.name}-{seed}"))
        for seed in seeds
    }
    folder.mkdir(parents=True)
    for table, columns in COLUMNS.items():
        names = columns.split()
        with (folder / f"{table}.csv").open("w", encoding="utf-8", newline="") as joined:
            writer = csv.DictWriter(joined, names)
            writer.writeheader()
            for seed, part in parts.items():
                if not (part / f"{table}.csv").is_file():
                    continue
                with (part / f"{table}.csv").open(encoding="utf-8", newline="") as own:
                    for row in csv.DictReader(own):
                        writer.writerow(
                            {
                                name: f"{seed}x{value}" if value and name.endswith("_id") else value
                                for name, value in row.items()
                            }
                        )
    return folder


def main() -> None:
    """Write the extract that a failing test names."""
    seeds, month, folder = sys.argv[1:]
    as_at = last_day(int(month[:4]), int(month[5:]))
    print(many_histories([int(seed) for seed in seeds.split(",")], as_at, Path(folder)))


if __name__ == "__main__":
    main()
