"""A small file of each source, with dates as people write them, as a case system would drop it."""

from __future__ import annotations

from csc_warehouse import lake
from csc_warehouse.intake.landing import land
from csc_warehouse.intake.written_dates import (
    DAY_FIRST,
    IMPLAUSIBLE,
    ISO,
    NOT_IN_CALENDAR,
    SLASHED,
)
from csc_warehouse.lake.identity import NOTHING
from csc_warehouse.places import Home

MONTH = "2022-03"
#: By source: the table, its file, its header, and a row of a child and a day.
SOURCES = {
    "ssd": ("ssd_contacts", "ssd_contacts.csv", "cont_contact_id,cont_person_id,cont_contact_date"),
    "ssda903": ("reviews", "reviews.csv", "DOB,CHILD,REVIEW,REVIEW_CODE"),
    "annex_a": (
        "list_1_contacts",
        "list 1.csv",
        "Contact Source,Child Unique ID,Date of Contact,Date of Birth,Gender",
    ),
    "local": (
        "education_status",
        "education_status.csv",
        "education_status_id,person_id,start_date",
    ),
    "cin_census": ("cin_details", "census.xml", ""),
}  # fmt: skip
#: The sources whose files have lines of cells.
TABULAR = ("ssd", "ssda903", "annex_a", "local")
CENSUS = (
    "<Message><Header><CollectionDetails><Collection>CIN</Collection><Year>2022</Year>"
    "<ReferenceDate>2022-03-31</ReferenceDate></CollectionDetails></Header><Children>\n"
    "{children}\n</Children></Message>"
)
DATE_COLUMN = {
    "ssd": "cont_contact_date",
    "ssda903": "review",
    "annex_a": "date_of_contact",
    "local": "start_date",
    "cin_census": "cin_referral_date",
}
PERSON_COLUMN = {
    "ssd": "cont_person_id",
    "ssda903": "child",
    "annex_a": "child_unique_id",
    "local": "person_id",
    "cin_census": "la_child_id",
}
#: A date as text, and the form by which landing tells it; None says nothing.
WRITTEN = {
    "2022-02-27": ISO,
    "2022-02-27 00:00:00.000": ISO,
    "2022-02-27T14:30:00Z": ISO,
    "2022-02-27Z": ISO,
    "2022-02-27+01:00": ISO,
    "27/02/2022": DAY_FIRST,
    "7/2/2022 9:05": DAY_FIRST,
    "2022/02/27": SLASHED,
    "2022/02/27 14:30": SLASHED,
    "02/27/2022": lake.MONTH_FIRST,
    "30/02/2022": NOT_IN_CALENDAR,
    "2022-13-01": NOT_IN_CALENDAR,
    "0027-02-20": IMPLAUSIBLE,
    "1899-12-31": IMPLAUSIBLE,
    "9999-12-31": IMPLAUSIBLE,
    "2024-04-01": IMPLAUSIBLE,
    "2024-03-31": ISO,
    "27-02-2022": "30-09-2022 or 30.09.2022",
    "27.02.2022": "30-09-2022 or 30.09.2022",
    "27/02/22": "30/09/22, a year of two digits",
    "27 Feb 2022": "30 Sep 2022, the month a word",
    "20220227": "20220930, without signs between",
    "44619": "44834, a number of days",
    "soon": "words or another form",
    **dict.fromkeys(sorted(NOTHING)),
    " none ": None,
}


def row(source: str, child: str, day: str, number: int = 1) -> str:
    """A row of the source's table, of a child on a day."""
    return {
        "ssd": f"{number},{child},{day}",
        "ssda903": f"01/02/2010,{child},{day},PN1",
        "annex_a": f"Police,{child},{day},01/02/2010,F",
        "local": f"{number},{child},{day}",
        "cin_census": f"<Child><ChildIdentifiers><LAchildID>{child}</LAchildID></ChildIdentifiers>"
        f"<CINdetails><CINreferralDate>{day}</CINreferralDate></CINdetails></Child>",
    }[source]


def landed(home: Home, source: str, lines: list[str]) -> lake.LoadManifest:
    """Land the lines below the source's header; the SSD with a person, which it must have."""
    table, file, header = SOURCES[source]
    folder = home.landing / "991" / MONTH / source
    folder.mkdir(parents=True)
    text = "\n".join([header, *lines]) + "\n"
    if source == "cin_census":
        text = CENSUS.format(children="\n".join(lines))
    (folder / file).write_text(text, encoding="utf-8")
    if source == "ssd":
        (folder / "ssd_person.csv").write_text("pers_person_id,pers_dob\n7,2010-02-01\n")
    if source == "ssda903":
        (folder / "episodes.csv").write_text(
            "CHILD,DECOM,RNE,LS,CIN,PLACE,PLACE_PROVIDER,DEC,REC\n7,01/06/2020,S,V2,N1,U6,PR1,,\n"
        )
        (folder / "header.csv").write_text("CHILD,SEX,DOB,ETHNIC,UPN\n7,1,01/02/2010,WBRI,\n")
    (manifest,) = land(home, "991", MONTH, source, settle_seconds=0)
    assert manifest.rows_in == manifest.rows_kept + manifest.rows_quarantined
    assert manifest.table(table) is not None
    return manifest
