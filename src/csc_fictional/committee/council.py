"""The extract of one made-up council, written row by row by those who tell its story."""

from __future__ import annotations

import csv
import json
from collections.abc import Iterator
from datetime import date, datetime, timedelta
from pathlib import Path

from csc_fictional import local
from csc_fictional.dialects import DIALECTS
from csc_fictional.layout import Extract, layouts

Day = date | None


class Council:
    """Rows of the standard dataset and of the local extensions, in the clean form, for one month.

    Each method adds one thing that happened to a child and returns its id. Nobody is real: names
    are marked as fictional, and ids begin with C and the authority's code.
    """

    def __init__(self, la_code: str, month: str) -> None:
        extract = Extract(DIALECTS["clean"], la_code, month)
        self.la_code, self.month = la_code, month
        self._headers = {("ssd", table.name): list(table.columns) for table in layouts(extract)} | {
            ("local", table.name): list(table.columns)
            for table in local.layouts(local.extract_of(extract))
        }
        self._rows: dict[str, list[dict[str, str]]] = {name: [] for _, name in self._headers}
        self._last_id = 0
        self.team = "T1001"
        self._add(
            "ssd_department",
            dept_team_id=self.team,
            dept_team_name="Assessment team (fictional)",
            dept_team_parent_id="T9001",
            dept_team_parent_name="Children's services (fictional)",
        )
        self.worker = "W1001"
        self._add(
            "ssd_professionals",
            prof_professional_id=self.worker,
            prof_staff_id="S1001",
            prof_professional_name="Fictional-Worker-1001 Example",
            prof_social_worker_registration_no="SW9001001",
            prof_professional_job_title="Social worker",
            prof_professional_department="Children's services (fictional)",
            prof_full_time_equivalency="1.0",
            prof_agency_worker_flag="N",
        )

    def write(self, out: Path) -> list[Path]:
        """Write `out/<la_code>/<month>/<source>/<table>.csv`.

        A table of the extract without rows has its header; a local one is not delivered.
        """
        written = []
        for (source, name), header in self._headers.items():
            if source == "local" and not self._rows[name]:
                continue
            folder = out / self.la_code / self.month / source
            folder.mkdir(parents=True, exist_ok=True)
            path = folder / f"{name}.csv"
            with path.open("w", encoding="utf-8", newline="") as file:
                writer = csv.DictWriter(file, header, restval="", lineterminator="\n")
                writer.writeheader()
                writer.writerows(self._rows[name])
            written.append(path)
        return written

    def child(
        self,
        born: date,
        *,
        disability: str = "NONE",
        arrived: Day = None,
        family: str | None = None,
    ) -> str:
        """A person; `arrived` is the day from which one is an unaccompanied asylum seeker.

        `family` is the id of a brother or sister.
        """
        number = self._new_id()
        person = f"C{self.la_code}{number}"
        self._add(
            "ssd_person",
            pers_person_id=person,
            pers_forename=f"Fictional-{number}",
            pers_surname="Example",
            pers_sex="FM"[self._last_id % 2],
            pers_gender=("02", "01")[self._last_id % 2],
            pers_ethnicity="OOTH" if arrived else "WBRI",
            pers_dob=born,
        )
        self._add(
            "ssd_disability",
            disa_person_id=person,
            disa_table_id=number,
            disa_disability_code=disability,
        )
        self._add(
            "ssd_family",
            fami_table_id=number,
            fami_family_id=f"F{(family or person)[1:]}",
            fami_person_id=person,
        )
        if arrived:
            self._add(
                "ssd_immigration_status",
                immi_person_id=person,
                immi_immigration_status_id=self._new_id(),
                immi_immigration_status="Unaccompanied Asylum Seeking Child",
                immi_immigration_status_start_date=arrived,
            )
        return person

    def contact(self, person: str, day: date, *, early_help: bool = False) -> str:
        """A contact; `early_help`: it led there."""
        number = self._new_id()
        self._add(
            "ssd_contacts",
            cont_contact_id=number,
            cont_person_id=person,
            cont_contact_date=day,
            cont_contact_source_code="6",
            cont_contact_source_desc="Police",
            cont_contact_outcome_json=json.dumps(
                {"NEW_REFERRAL_FLAG": "N", "NFA_FLAG": "N" if early_help else "Y"}
            ),
        )
        if early_help:
            self.early_help(person, day + timedelta(days=7))
        return number

    def referral(
        self,
        person: str,
        day: date,
        closed: Day = None,
        *,
        source: str = "6",
        need: str = "N1",
        reason: str = "RC7",
        no_action: bool = False,
    ) -> str:
        """A referral that became a case, `closed` where it has; or of which nothing came."""
        number = self._new_id()
        self._add(
            "ssd_cin_episodes",
            cine_referral_id=number,
            cine_person_id=person,
            cine_referral_date=day,
            cine_cin_primary_need_code=need,
            cine_referral_source_code=source,
            cine_referral_outcome_json=json.dumps(
                {"NFA_FLAG": "Y"} if no_action else {"SINGLE_ASSESSMENT_FLAG": "Y", "NFA_FLAG": "N"}
            ),
            cine_referral_nfa="Y" if no_action else "N",
            cine_close_reason=reason if closed else "",
            cine_close_date=closed,
            cine_referral_team=self.team,
            cine_referral_worker_id=self.worker,
        )
        return number

    def early_help(
        self,
        person: str,
        start: date,
        end: Day = None,
        organisation: str = "Fictional early help service",
    ) -> str:
        """Early help by an `organisation`, with its `end` where it has ended."""
        number = self._new_id()
        self._add(
            "ssd_early_help_episodes",
            earl_episode_id=number,
            earl_person_id=person,
            earl_episode_start_date=start,
            earl_episode_end_date=end,
            earl_episode_reason="Parenting support",
            earl_episode_end_reason="Goals met" if end else "",
            earl_episode_organisation=organisation,
            earl_episode_worker_id=self.worker,
        )
        return number

    def assessment(
        self,
        person: str,
        referral: str,
        start: date,
        authorised: date,
        *,
        factors: tuple[str, ...] = ("16A",),
    ) -> str:
        """A finished assessment of a referral."""
        number = self._new_id()
        self._add(
            "ssd_cin_assessments",
            cina_assessment_id=number,
            cina_person_id=person,
            cina_referral_id=referral,
            cina_assessment_start_date=start,
            cina_assessment_child_seen="Y",
            cina_assessment_auth_date=authorised,
            cina_assessment_outcome_json=json.dumps({"PROV_OF_SERVICES_FLAG": "Y"}),
            cina_assessment_outcome_nfa="N",
            cina_assessment_team=self.team,
            cina_assessment_worker_id=self.worker,
        )
        self._add(
            "ssd_assessment_factors",
            cinf_table_id=number,
            cinf_assessment_id=number,
            cinf_assessment_factors_json=json.dumps(factors),
        )
        return number

    def plan(self, person: str, referral: str, start: date, end: Day = None) -> str:
        """A child protection plan, with the enquiry and the conference that led to it."""
        enquiry, conference, number = self._new_id(), self._new_id(), self._new_id()
        strategy = start - timedelta(days=14)
        self._add(
            "ssd_s47_enquiry",
            s47e_s47_enquiry_id=enquiry,
            s47e_referral_id=referral,
            s47e_person_id=person,
            s47e_s47_start_date=strategy,
            s47e_s47_end_date=start - timedelta(days=1),
            s47e_s47_nfa="N",
            s47e_s47_outcome_json=json.dumps({"CP_CONFERENCE_FLAG": "Y"}),
            s47e_s47_completed_by_worker_id=self.worker,
            s47e_s47_completed_by_team=self.team,
        )
        self._add(
            "ssd_initial_cp_conference",
            icpc_icpc_id=conference,
            icpc_icpc_meeting_id=conference,
            icpc_s47_enquiry_id=enquiry,
            icpc_person_id=person,
            icpc_cp_plan_id=number,
            icpc_referral_id=referral,
            icpc_icpc_transfer_in="N",
            icpc_icpc_target_date=start,
            icpc_icpc_date=start,
            icpc_icpc_outcome_cp_flag="Y",
            icpc_icpc_outcome_json=json.dumps({"CP_FLAG": "Y"}),
            icpc_icpc_team=self.team,
            icpc_icpc_worker_id=self.worker,
        )
        self._add(
            "ssd_cp_plans",
            cppl_cp_plan_id=number,
            cppl_referral_id=referral,
            cppl_icpc_id=conference,
            cppl_person_id=person,
            cppl_cp_plan_start_date=start,
            cppl_cp_plan_end_date=end,
            cppl_cp_plan_initial_category="Neglect",
            cppl_cp_plan_ola="N",
            cppl_cp_plan_latest_category="Neglect",
        )
        return number

    def care(
        self,
        person: str,
        start: date,
        end: Day = None,
        *,
        legal_status: str = "C2",
        need: str = "N1",
        reason: str = "E4A",
        placements: tuple[tuple[date, str], ...] = (),
        order: tuple[date, str] | None = None,
        miles: float | None = 5.0,
        moved_because: tuple[str, ...] = ("CREQB",),
        assessed: Day = None,
        referral: str | None = None,
    ) -> str:
        """A period of care with an episode a placement; `placements`: when each began, its type.

        Without them there is one, with foster carers. `order` is a later legal status, from the
        first day of one of them. `moved_because` are the reasons of the moves, in turn. `assessed`
        is the day of the initial health assessment. Without the `referral` that led to it, it has
        one of its first day.
        """
        care, referral = self._new_id(), referral or self.referral(person, start, end)
        places = placements or ((start, "U4"),)
        for number, (began, kind) in enumerate(places):
            because = moved_because[number % len(moved_because)]
            finished = places[number + 1][0] if number + 1 < len(places) else end
            place, last = self._new_id(), number + 1 == len(places)
            self._add(
                "ssd_cla_placement",
                clap_cla_placement_id=place,
                clap_cla_placement_start_date=began,
                clap_cla_placement_type=kind,
                clap_cla_placement_urn=f"SC9{int(place) % 100000:05}",
                clap_cla_placement_distance=miles,
                clap_cla_id=care,
                clap_cla_placement_provider="PR0" if kind == "P1" else "PR1",
                clap_cla_placement_postcode=f"ZZ{int(place) % 9 + 1} {int(place) % 9 + 1}AA",
                clap_cla_placement_end_date=finished,
                clap_cla_placement_change_reason="" if last else because,
                clap_person_id=person,
            )
            self._add(
                "ssd_cla_episodes",
                clae_cla_episode_id=self._new_id(),
                clae_person_id=person,
                clae_cla_episode_start_date=began,
                clae_cla_episode_start_reason=(
                    "S" if not number else "B" if order and began == order[0] else "P"
                ),
                clae_cla_primary_need_code=need,
                clae_cla_episode_ceased_date=finished,
                clae_cla_episode_ceased_reason=("X1" if not last else reason) if finished else "",
                clae_cla_id=care,
                clae_referral_id=referral,
                clae_cla_placement_id=place,
                clae_entered_care_date=start,
            )
        statuses = [(start, legal_status), *([order] if order else [])]
        for number, (since, status) in enumerate(statuses):
            self._add(
                "ssd_legal_status",
                lega_legal_status_id=self._new_id(),
                lega_person_id=person,
                lega_legal_status=status,
                lega_legal_status_start_date=since,
                lega_legal_status_end_date=(
                    statuses[number + 1][0] if number + 1 < len(statuses) else end
                ),
            )
        if assessed:
            self._add(
                "ssd_cla_health",
                clah_health_check_id=self._new_id(),
                clah_person_id=person,
                clah_health_check_type="Health Assessment",
                clah_health_check_date=assessed,
                clah_health_check_status="Completed",
            )
        return care

    def adoption(
        self, person: str, decided: date, *, matched: Day = None, reversed_on: Day = None
    ) -> None:
        """A decision that a child in care should be adopted, and what came of it so far."""
        self._add(
            "ssd_permanence",
            perm_table_id=self._new_id(),
            perm_person_id=person,
            perm_adm_decision_date=decided,
            perm_matched_date=matched,
            perm_decision_reversed_date=reversed_on,
            perm_decision_reversed_reason="RD1" if reversed_on else "",
        )

    def missing(
        self,
        person: str,
        start: datetime,
        end: datetime,
        *,
        offered: str,
        accepted: str,
        reason: str = "FRIENDS",
        hours: int = 24,
    ) -> str:
        """A spell missing and its return interview, offered a day after the return.

        It is held `hours` after the return if accepted.
        """
        number = self._new_id()
        self._add(
            "ssd_missing",
            miss_table_id=number,
            miss_person_id=person,
            miss_missing_episode_start_date=start,
            miss_missing_episode_type="M",
            miss_missing_episode_end_date=end,
            miss_missing_rhi_offered=offered,
            miss_missing_rhi_accepted=accepted,
        )
        if offered == "Y":
            held = accepted == "Y"
            self._add(
                "return_interviews",
                return_interview_id=f"R{number}",
                person_id=person,
                missing_episode_id=number,
                missing_start=start,
                missing_end=end,
                offered=offered,
                offered_at=end + timedelta(hours=24),
                accepted=accepted,
                held_at=end + timedelta(hours=hours) if held else None,
                missing_reason=reason if held else "",
                is_independent="Y" if held else "",
            )
        return number

    def leaver(
        self,
        person: str,
        seen: date,
        *,
        eligibility: str = "Former Relevant",
        in_touch: str = "YES",
        suitable: bool = True,
        activity: str = "F4",
        adviser: bool = True,
    ) -> None:
        """A contact with a care leaver; of one out of touch, nothing else is known."""
        number, is_known = self._new_id(), in_touch == "YES"
        self._add(
            "ssd_care_leavers",
            clea_table_id=number,
            clea_person_id=person,
            clea_care_leaver_eligibility=eligibility,
            clea_care_leaver_in_touch=in_touch,
            clea_care_leaver_latest_contact=seen,
            clea_care_leaver_accommodation="U" if is_known else "",
            clea_care_leaver_accom_suitable=("1" if suitable else "2") if is_known else "",
            clea_care_leaver_activity=activity if is_known else "",
            clea_pathway_plan_review_date=seen,
            clea_care_leaver_personal_advisor="Fictional-Worker-1001 Example" if adviser else "",
            clea_care_leaver_allocated_team=self.team,
            clea_care_leaver_worker_id=self.worker,
        )

    def post(self, worker: int, start: date, end: Day = None, *, is_agency: bool = False) -> None:
        """A post that a social worker (by number) has held since `start`."""
        self._add(
            "workforce",
            post_id=f"P{self._new_id()}",
            worker_id=f"W{worker}",
            role="Case holder",
            team=self.team,
            full_time_equivalent="1.0",
            is_agency="Y" if is_agency else "N",
            is_vacant="N",
            start_date=start,
            end_date=end,
        )

    def suspension(self, person: str, day: date) -> None:
        """A suspension from school, of one day."""
        self._add(
            "education_status",
            education_status_id=f"E{self._new_id()}",
            person_id=person,
            status="suspension",
            start_date=day,
            end_date=day,
            sessions="2",
            school_phase="secondary",
        )

    def _new_id(self) -> str:
        self._last_id += 1
        return f"{int(self.la_code) * 1_000_000 + self._last_id}"

    def _add(self, table: str, **values: object) -> None:
        header = next(names for (_, name), names in self._headers.items() if name == table)
        unknown = values.keys() - set(header)
        if unknown:
            raise KeyError(f"{table} has no {', '.join(sorted(unknown))}")
        self._rows[table].append(
            {name: "" if value is None else str(value) for name, value in values.items()}
        )


def spread(first: date, last: date, count: int) -> Iterator[date]:
    """`count` days, evenly from `first` to `last`."""
    length = (last - first).days
    for number in range(count):
        yield first + timedelta(days=number * length // max(count - 1, 1))


def month_days(month: str, count: int) -> Iterator[date]:
    """`count` days, evenly over the first 28 of a month (`YYYY-MM`)."""
    first = date.fromisoformat(f"{month}-01")
    return spread(first, first.replace(day=28), count)


def months(first: str, last: str) -> list[str]:
    """The months from `first` to `last`, both `YYYY-MM`."""
    start, end = (int(each[:4]) * 12 + int(each[5:]) - 1 for each in (first, last))
    return [f"{number // 12}-{number % 12 + 1:02}" for number in range(start, end + 1)]


def years_before(day: date, years: int, days: int = 0) -> date:
    """The day `years` before `day`, and `days` more."""
    return date(day.year - years, day.month, min(day.day, 28)) - timedelta(days=days)
