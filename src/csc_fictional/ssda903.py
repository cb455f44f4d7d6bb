"""The looked-after children return of a fictional authority: what its clean extract says of a year.

Every episode that was open in the year, and of its children what the return asks for. A day has
one episode: of several that begin on the same day the one that lasts counts. A return is made two
months after its year, so that what was recorded late is in it. Dates are day first, sex is a number
before 2024-25.
"""

from __future__ import annotations

import csv
from collections.abc import Callable
from pathlib import Path
from xml.sax.saxutils import escape

import duckdb

from csc_fictional.annex_a import CARE_STATUSES
from csc_fictional.clock import day_number, month_end
from csc_fictional.layout import TableLayout

SOURCE, XML_FORM = "ssda903", "ssda903_xml"
YEAR_END_MONTH = "03"
LETTERS_FOR_SEX_SINCE = 2025
SOCIAL_WORKERS_SINCE = 2024
MONTHS_TO_MAKE_IT = 2
TABLES = (
    "ssd_person", "ssd_cla_episodes", "ssd_cla_placement", "ssd_legal_status", "ssd_cla_reviews",
    "ssd_missing", "ssd_care_leavers", "ssd_immigration_status", "ssd_involvements",
)  # fmt: skip
GROUPS = {"reviews": "AREVIEW", "missing": "AMISSING", "social_worker": "SWEPISODE"}
"""Tables that are groups of elements in the XML; the values of uasc and oc3 stand in the header."""


def _day(expression: str) -> str:
    return f"strftime(cast({expression} as date), '%d/%m/%Y')"


def _queries(year: int) -> dict[str, str]:
    """The tables of the return, each on those before it, with the columns as it calls them."""
    first, last = f"date '{year - 1}-04-01'", f"date '{year}-03-31'"
    sex = (
        "pers_sex"
        if year >= LETTERS_FOR_SEX_SINCE
        else "case pers_sex when 'M' then '1' when 'F' then '2' else '0' end"
    )
    person = "inner join ssd_person on pers_person_id = {0}"

    def by_the_end(day: str) -> str:
        """A day, where it was not after the year."""
        return f"case when cast({day} as date) <= {last} then cast({day} as date) end"

    born = _day("coalesce(pers_dob, pers_expected_dob)")
    queries = {
        "lived": f"""
            select clae_person_id as person_id, cast(clae_cla_episode_start_date as date) as begun,
                {by_the_end("clae_cla_episode_ceased_date")} as ended, *
            from ssd_cla_episodes
            where coalesce(cast(clae_cla_episode_ceased_date as date), {last}) >= {first}
                and cast(clae_cla_episode_start_date as date) <= {last}""",
        "episodes": f"""
            select person_id as CHILD, {_day("begun")} as DECOM,
                clae_cla_episode_start_reason as RNE,
                (
                    select arg_max(lega_legal_status, (lega_legal_status_start_date,
                        lega_legal_status not in ('V3', 'V4'), lega_legal_status_id))
                    from ssd_legal_status
                    where lega_person_id = person_id and lega_legal_status in {CARE_STATUSES}
                        and cast(lega_legal_status_start_date as date) <= begun
                        and coalesce(cast(lega_legal_status_end_date as date),
                            date '9999-12-31') > begun
                ) as LS,
                clae_cla_primary_need_code as CIN, clap_cla_placement_type as PLACE,
                clap_cla_placement_provider as PLACE_PROVIDER, {_day("ended")} as DEC,
                case when ended is not null then clae_cla_episode_ceased_reason end as REC,
                case when cast(clap_cla_placement_end_date as date) = ended
                    then clap_cla_placement_change_reason end as REASON_PLACE_CHANGE,
                cast(null as varchar) as HOME_POST, clap_cla_placement_postcode as PL_POST,
                clap_cla_placement_urn as URN
            from (
                select *, row_number() over (
                    partition by person_id, begun
                    order by ended desc nulls first, clae_cla_episode_id desc
                ) as place
                from lived
            )
            left join ssd_cla_placement on clap_cla_placement_id = clae_cla_placement_id
            where place = 1
            order by person_id, begun""",
        "missing": f"""
            select miss_person_id as CHILD, {born} as DOB, miss_missing_episode_type as MISSING,
                {_day("miss_missing_episode_start_date")} as MIS_START,
                {_day(by_the_end("miss_missing_episode_end_date"))} as MIS_END
            from ssd_missing {person.format("miss_person_id")}
            where coalesce(cast(miss_missing_episode_end_date as date), {last}) >= {first}
                and cast(miss_missing_episode_start_date as date) <= {last}
                and exists (
                    select 1 from lived where person_id = miss_person_id
                        and begun <= cast(miss_missing_episode_start_date as date)
                        and coalesce(ended, {last} + 1)
                            > cast(miss_missing_episode_start_date as date)
                )
            order by miss_person_id, miss_missing_episode_start_date, miss_table_id""",
        "reviews": f"""
            select person_id as CHILD, {born} as DOB, {_day("clar_cla_review_date")} as REVIEW,
                clar_cla_review_participation as REVIEW_CODE
            from ssd_cla_reviews
            inner join (select distinct person_id, clae_cla_id from lived)
                on clae_cla_id = clar_cla_id {person.format("person_id")}
            where cast(clar_cla_review_date as date) between {first} and {last}
            order by person_id, clar_cla_review_date, clar_cla_review_id""",
        "uasc": f"""
            select pers_person_id as CHILD, {sex} as SEX, {born} as DOB,
                {_day("max(immi_immigration_status_end_date)")} as DUC
            from ssd_immigration_status {person.format("immi_person_id")}
            where immi_immigration_status ilike 'unaccompanied%'
                and pers_person_id in (select person_id from lived)
            group by all
            order by pers_person_id""",
        "oc3": f"""
            with observed as (
                select *, ssd_care_leavers.rowid as observed_order, cast(pers_dob as date)
                    + to_years(date_part('year', {last}) - date_part('year',
                        cast(pers_dob as date)) - case when month(cast(pers_dob as date)) > 3
                        then 1 else 0 end) as birthday
                from ssd_care_leavers {person.format("clea_person_id")}
                where pers_dob is not null
            )
            select pers_person_id as CHILD, {born} as DOB, clea_care_leaver_in_touch as IN_TOUCH,
                coalesce(clea_care_leaver_activity, '0') as ACTIV,
                coalesce(clea_care_leaver_accommodation || clea_care_leaver_accom_suitable, '0')
                    as ACCOM
            from (
                select *, row_number() over (
                    partition by pers_person_id
                    order by abs(date_diff('day', cast(birthday as date),
                        cast(clea_care_leaver_latest_contact as date))), observed_order desc
                ) as place
                from observed
                where date_part('year', birthday) - date_part('year', cast(pers_dob as date))
                        between 17 and 21
                    and cast(clea_care_leaver_latest_contact as date)
                        between birthday - interval 3 month and birthday + interval 1 month
                    and cast(clea_care_leaver_latest_contact as date) <= {last}
            )
            where place = 1 and clea_care_leaver_eligibility <> 'Eligible'
            order by pers_person_id""",
        "header": f"""
            select pers_person_id as CHILD, {sex} as SEX, {born} as DOB, pers_ethnicity as ETHNIC,
                cast(null as varchar) as UPN, cast(null as varchar) as MOTHER,
                cast(null as varchar) as MC_DOB
            from ssd_person
            where pers_person_id in (select CHILD from episodes union select CHILD from oc3)
            order by pers_person_id""",
    }
    if year >= SOCIAL_WORKERS_SINCE:
        queries["social_worker"] = f"""
            select invo_person_id as CHILD, {born} as DOB, invo_professional_id as SW_ID,
                {_day("invo_involvement_start_date")} as SW_DECOM,
                {_day(by_the_end("invo_involvement_end_date"))} as SW_DEC,
                cast(null as varchar) as SW_REASON
            from ssd_involvements {person.format("invo_person_id")}
            where invo_professional_role_id = 'Allocated social worker'
                and invo_person_id in (select person_id from lived)
                and coalesce(cast(invo_involvement_end_date as date), {last}) >= {first}
                and cast(invo_involvement_start_date as date) <= {last}
            order by invo_person_id, invo_involvement_start_date, invo_professional_id"""
    return queries


def write_return(
    connection: duckdb.DuckDBPyConnection,
    month: str,
    tables: list[TableLayout],
    select: Callable[[TableLayout, int, int], str],
    folder: Path,
    *,
    as_xml: bool,
) -> list[Path]:
    """Write `ssda903/<table>.csv`, or `ssda903/ssda903_<year>.xml`, of the year ending `month`.

    `tables` are the layouts of the clean extract, `select` the query of one at a last day, with
    rows of the window that starts on the first day.
    """
    year = int(month[:4])
    last_day = month_end(f"{year}-{int(YEAR_END_MONTH) + MONTHS_TO_MAKE_IT:02d}")
    for table in tables:
        if table.name in TABLES:
            # How a young person was is asked at a birthday, and not looked up again afterwards.
            known = month_end(month) if table.name == "ssd_care_leavers" else last_day
            query = select(table, known, day_number(year - 6, 4, 1))
            connection.execute(f"create or replace temp table {table.name} as {query}")
    written: dict[str, tuple[list[str], list[tuple[str | None, ...]]]] = {}
    for name, query in _queries(year).items():
        connection.execute(f"create or replace temp table {name} as {query}")
        if name != "lived":
            found = connection.execute(f"select * from {name}")
            columns = [column[0] for column in found.description or ()]
            written[name] = (columns, found.fetchall())
    directory = folder / SOURCE
    directory.mkdir(parents=True, exist_ok=True)
    if as_xml:
        return [_write_xml(directory / f"ssda903_{year - 1}-{year % 100:02d}.xml", written)]
    paths = []
    for name, (columns, rows) in written.items():
        path = directory / f"{name}.csv"
        with path.open("w", encoding="utf-8", newline="") as file:
            writer = csv.writer(file, lineterminator="\n")
            writer.writerow(columns)
            writer.writerows(rows)
        paths.append(path)
    return paths


def _write_xml(
    path: Path, written: dict[str, tuple[list[str], list[tuple[str | None, ...]]]]
) -> Path:
    """A CHILD element for each row of the header, with what the other tables say of it."""
    inside: dict[str, dict[str | None, list[str]]] = {}
    for name, (columns, rows) in written.items():
        element = {"episodes": "EPISODE", **GROUPS}.get(name)
        for row in rows:
            values = dict(zip(columns, row, strict=True))
            child = values["CHILD"]
            if name != "header":
                for shared in ("CHILD", "DOB", "SEX"):
                    values.pop(shared, None)
            text = _elements(values)
            if name == "uasc":
                text = f"<UASC>1</UASC>\n{text}"
            if element:
                text = f"<{element}>\n{text}</{element}>\n"
            inside.setdefault(name, {}).setdefault(child, []).append(text)
    with path.open("w", encoding="utf-8", newline="\n") as file:
        file.write('<?xml version="1.0" encoding="utf-8"?>\n<EXPSSDA903>\n')
        for child in inside.get("header", {}):
            parts = {name: "".join(found.get(child, ())) for name, found in inside.items()}
            episodes = parts.pop("episodes", "")
            header = parts.pop("header") + "".join(parts.values())
            file.write(f"<CHILD>\n<HEADER>\n{header}</HEADER>\n{episodes}</CHILD>\n")
        file.write("</EXPSSDA903>\n")
    return path


def _elements(values: dict[str, str | None]) -> str:
    names = {"CHILD": "CHILDID", "PLACE": "PL"}
    return "".join(
        f"<{names.get(name, name)}>{escape(value)}</{names.get(name, name)}>\n"
        for name, value in values.items()
        if value is not None
    )
