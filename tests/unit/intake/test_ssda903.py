"""The SSDA903: each quirk of domain.md section 3, its three forms, refusals, and no row lost."""

from __future__ import annotations

import csv
from datetime import datetime
from pathlib import Path
from typing import Any

import pyarrow.parquet as pq
import pytest
import xlsxwriter
from hypothesis import given, settings
from hypothesis import strategies as st

from csc_fictional import generate
from csc_warehouse import lake
from csc_warehouse.intake.adapters.ssda903 import NO_TABLE, Ssda903Adapter
from csc_warehouse.intake.adapters.tabular import Limits, Unreadable
from csc_warehouse.intake.inspection import inspect
from csc_warehouse.intake.landing import LoadRefused, land
from csc_warehouse.places import SEEDS, Home

LA, MONTH = "993", "2018-03"
HEADER = ["CHILD", "SEX", "DOB", "ETHNIC", "UPN", "MOTHER", "MC_DOB"]
EPISODES = [
    "CHILD", "DECOM", "RNE", "LS", "CIN", "PLACE", "PLACE_PROVIDER", "DEC", "REC",
    "REASON_PLACE_CHANGE", "HOME_POST", "PL_POST", "URN",
]  # fmt: skip
CHILD_HEADER = (
    "<HEADER><CHILDID>7</CHILDID><UPN>A1</UPN><SEX>1</SEX><DOB>01/02/2001</DOB>"
    "<ETHNIC>WBRI</ETHNIC>{more}</HEADER>"
)
EPISODE = "<EPISODE><DECOM>01/06/2017</DECOM><RNE>S</RNE><LS>C2</LS><PL>U6</PL></EPISODE>"

Rows = dict[str, list[dict[str, Any]]]


@pytest.fixture
def home(tmp_path: Path) -> Home:
    return Home(tmp_path)


def drop(home: Home, name: str = "return.xml", month: str = MONTH) -> Path:
    """Where a file of that name is to be dropped."""
    folder = home.landing / LA / month / "ssda903"
    folder.mkdir(parents=True, exist_ok=True)
    return folder / name


def child(more: str = "", episodes: str = EPISODE) -> str:
    return f"<CHILD>\n{CHILD_HEADER.format(more=more)}\n{episodes}\n</CHILD>\n"


def xml(children: str, before: str = "", root: str = "EXPSSDA903") -> str:
    return f"{before}<{root}>\n{children}</{root}>\n"


def landed(home: Home, month: str = MONTH) -> tuple[lake.LoadManifest, Rows]:
    """The load, and its rows by table, without nulls and technical columns."""
    (manifest,) = land(home, LA, month, settle_seconds=0)
    assert manifest.rows_in == manifest.rows_kept + manifest.rows_quarantined
    found: Rows = {}
    for table in manifest.tables:
        for path in lake.parquet_files(home, manifest, table.name):
            found.setdefault(table.name, []).extend(
                {key: value for key, value in row.items() if value is not None and key[0] != "_"}
                for row in pq.read_table(path).to_pylist()
            )
    return manifest, found


def workbook(path: Path, sheets: dict[str, list[list[str]]]) -> None:
    with xlsxwriter.Workbook(str(path)) as book:
        for name, lines in sheets.items():
            sheet = book.add_worksheet(name)
            for number, line in enumerate(lines):
                sheet.write_row(number, 0, line)


# --- XML ------------------------------------------------------------------------------------------


@pytest.mark.parametrize("root", ["EXPSSDA903", "Message"])
def test_xml_calls_the_placement_pl_and_the_child_childid(home: Home, root: str) -> None:
    drop(home).write_text(xml(child(), root=root))
    _, tables = landed(home)
    (episode,) = tables["episodes"]
    assert (episode["place"], episode["decom"]) == ("U6", "01/06/2017")
    assert {"upn", "dob"}.isdisjoint(episode)
    (header,) = tables["header"]
    assert header["child"] == episode["child"]
    assert "upn" not in header


def test_xml_groups_are_told_by_their_values_and_a_header_is_several_rows(home: Home) -> None:
    more = (
        "<UASC>1</UASC><DUC>01/02/2019</DUC><IN_TOUCH>YES</IN_TOUCH><ACTIV>F1</ACTIV>"
        "<ACCOM>K1</ACCOM><DATE_INT>01/05/2017</DATE_INT><NB_ADOPTR>2</NB_ADOPTR>"
        "<AREVIEW><REVIEW>01/07/2017</REVIEW><REVIEW_CODE>PN1</REVIEW_CODE></AREVIEW>"
        "<AREVIEW><REVIEW>01/12/2017</REVIEW><REVIEW_CODE>PN2</REVIEW_CODE></AREVIEW>"
        "<AMISSING><MISSING>M</MISSING><MIS_START>02/08/2017</MIS_START></AMISSING>"
        "<OC2><SDQ_SCORE>10</SDQ_SCORE></OC2><AD_PLACED><DATE_PLACED>01/09/2017</DATE_PLACED>"
        "</AD_PLACED><PERMANENCE><PREV_PERM>P1</PREV_PERM></PERMANENCE>"
    )
    drop(home).write_text(xml(child(more)))
    manifest, tables = landed(home)
    assert {table.name: table.rows_kept for table in manifest.tables} == {
        "header": 1, "episodes": 1, "uasc": 1, "oc3": 1, "ad1": 1, "reviews": 2, "missing": 1,
        "oc2": 1, "placed_for_adoption": 1, "previous_permanence": 1,
    }  # fmt: skip
    assert tables["uasc"][0]["duc"] == "01/02/2019"
    assert tables["oc3"][0]["dob"] == "01/02/2001"
    assert tables["reviews"][1]["review_code"] == "PN2"
    assert manifest.rows_quarantined == 0


def test_a_child_that_is_not_unaccompanied_has_no_such_row(home: Home) -> None:
    drop(home).write_text(xml(child("<UASC>0</UASC>")))
    assert "uasc" not in landed(home)[1]


def test_unknown_groups_and_stray_text_are_put_aside(home: Home) -> None:
    drop(home).write_text(xml(child("<NEWS><THING>1</THING></NEWS>", EPISODE + "lost")))
    manifest, tables = landed(home)
    assert manifest.rows_quarantined == 2
    assert len(tables["episodes"]) == 1


BOMB = '<!DOCTYPE b [<!ENTITY a "aaaa"><!ENTITY b "&a;&a;">]>'


@pytest.mark.parametrize(
    ("text", "words"),
    [
        (xml(child(), BOMB), "document type declaration"),
        (xml(child("<ETHNIC>&a;</ETHNIC>")), "not well-formed XML at line 3"),
        (xml(child())[:-20], "not well-formed"),
        ("<Message><Header/></Message>", "not an SSDA903 return"),
        (xml("<CHILD>" + "<a>" * 30 + "</a>" * 30 + "</CHILD>"), "nested more than"),
        (xml(child()).replace("<CHILD>", "<REFERENCEDATE>2019-03-31</REFERENCEDATE><CHILD>"),
         "its header says the collection year 2018-19, its folder 2017-18"),
        ("", "it is empty"),
    ],
)  # fmt: skip
def test_what_is_no_return_is_refused_with_the_place(home: Home, text: str, words: str) -> None:
    path = drop(home)
    path.write_text(text)
    with pytest.raises(Unreadable, match=words):
        list(Ssda903Adapter().open_sheets(path, path.name, Limits()))


def test_a_long_return_is_read_in_pieces(home: Home, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("csc_warehouse.intake.adapters.ssda903_xml.BATCH_ROWS", 2)
    later = "".join(EPISODE.replace("<LS>", f"<URN>{n}</URN><LS>") for n in range(3))
    path = drop(home)
    path.write_text(xml(child(episodes=EPISODE * 2 + later)))
    sheets = Ssda903Adapter().open_sheets(path, path.name, Limits())
    episodes = next(sheet for sheet in sheets if sheet.title == "episodes")
    batches = list(episodes.read({"urn": episodes.headers.index("URN")}))
    assert [batch.table["urn"].to_pylist() for batch in batches] == [
        [None, None],
        ["0", "1"],
        ["2"],
    ]


# --- Workbooks and CSV ----------------------------------------------------------------------------


def test_sheets_are_found_by_their_columns_and_covers_are_left_out(home: Home) -> None:
    workbook(drop(home, "any.xlsx"), {
        "Cover": [["Return of a fictional authority"], ["2017-18"]],
        "Sheet1": [EPISODES, ["7", "01/06/2017", "S", "C2", "N1", "U6"]],
        "Sheet2": [HEADER, ["7", "1", "01/02/2001", "WBRI"]],
    })  # fmt: skip
    manifest, tables = landed(home)
    assert set(tables) == {"episodes", "header"}
    assert [entry.reason for entry in manifest.files if not entry.rows_kept] == [NO_TABLE]


@pytest.mark.parametrize(
    ("name", "other"),
    [("ssda903 2018-19.csv", "2018-19"), ("903_201617.csv", "2016-17"),
     ("2018_2019.csv", "2018-19"), ("ssda903_2017-18.csv", None),
     ("return 2019.csv", None), ("20180515.csv", None)],
)  # fmt: skip
def test_a_name_of_another_year_is_refused(home: Home, name: str, other: str | None) -> None:
    path = drop(home, name)
    path.write_text("CHILD,DECOM,RNE\n7,01/06/2017,S\n")
    if other is None:
        assert len(list(Ssda903Adapter().open_sheets(path, name, Limits()))) == 1
        return
    with pytest.raises(Unreadable, match=f"collection year {other}, its folder 2017-18"):
        list(Ssda903Adapter().open_sheets(path, name, Limits()))


def test_social_workers_of_2023_24_land_with_a_hash_and_so_do_orders_of_liberty(home: Home) -> None:
    files = {
        "h.csv": ",".join(HEADER) + "\n7,1,01/02/2010,WBRI,,,\n",
        "e.csv": ",".join(EPISODES) + "\n7,01/06/2023,S,C2,N1,U6,PR1,,,,,,\n",
        "s.csv": "CHILD,DOB,SW_ID,SW_DECOM,SW_DEC,SW_REASON\n7,01/02/2010,W1,01/06/2023,,MANAGE\n",
        "d.csv": "CHILD,DOB,DOLO_START,DOLO_END\n7,01/02/2010,01/07/2023,\n",
    }
    for name, text in files.items():
        drop(home, name, "2024-03").write_text(text)
    manifest, tables = landed(home, "2024-03")
    (worker,) = tables["social_worker"]
    assert worker["sw_decom"] == "01/06/2023"
    assert worker["sw_id"] != "W1"
    (order,) = tables["dolo"]
    assert order["dolo_start"] == "01/07/2023"
    assert order["child"] == worker["child"]
    assert all(entry.rows_kept for entry in manifest.files)


def test_inspect_knows_the_xml_and_its_year(tmp_path: Path) -> None:
    (tmp_path / "x.xml").write_text(xml(child()))
    (seen,) = inspect(tmp_path).files
    assert (seen.source, seen.particulars) == ("ssda903", {"collection_year": "2017-18"})


@pytest.mark.parametrize(
    ("code_set", "code", "last_day_before", "first_day", "last_day", "day_after"),
    [
        ("episode_end_reason", "E43", None, "2016-04-01", "2018-03-31", "2018-04-01"),
        ("episode_end_reason", "E44", None, "2016-04-01", "2018-03-31", "2018-04-01"),
        ("episode_end_reason", "E45", "2018-03-31", "2018-04-01", "2026-03-31", None),
        ("episode_end_reason", "E48", "2018-03-31", "2018-04-01", "2026-03-31", None),
        ("placement_change_reason", "CUSTOD", "2018-03-31", "2018-04-01", "2026-03-31", None),
        ("care_leaver_activity", "F3", None, "2016-04-01", "2021-03-31", "2021-04-01"),
        ("care_leaver_activity", "P3", None, "2016-04-01", "2021-03-31", "2021-04-01"),
        ("care_leaver_activity", "F4", "2021-03-31", "2021-04-01", "2026-03-31", None),
        ("care_leaver_activity", "P5", "2021-03-31", "2021-04-01", "2026-03-31", None),
        ("placement_type", "P2", None, "2016-04-01", "2023-10-27", "2023-10-28"),
        ("placement_type", "H5", None, "2016-04-01", "2024-03-31", "2024-04-01"),
        ("placement_type", "K3", "2024-03-31", "2024-04-01", "2026-03-31", None),
        ("placement_type", "Z1", None, "2016-04-01", "2025-03-31", "2025-04-01"),
        ("placement_type", "Z11", "2025-03-31", "2025-04-01", "2026-03-31", None),
        ("placement_type", "Z14", "2025-03-31", "2025-04-01", "2026-03-31", None),
    ],
)
def test_codes_are_valid_in_the_collection_years_that_have_them(
    code_set: str,
    code: str,
    last_day_before: str | None,
    first_day: str,
    last_day: str,
    day_after: str | None,
) -> None:
    with (SEEDS / "code_sets" / "code.csv").open(encoding="utf-8", newline="") as file:
        (found,) = (
            row
            for row in csv.DictReader(file)
            if (row["code_set"], row["code"]) == (code_set, code)
        )
    start, end = found["valid_from"] or "0001-01-01", found["valid_to"] or "9999-12-31"
    assert start <= first_day <= last_day <= end
    assert last_day_before is None or last_day_before < start
    assert day_after is None or end < day_after


# --- The generator --------------------------------------------------------------------------------


def test_the_generator_writes_the_same_return_in_both_forms(
    tmp_path_factory: pytest.TempPathFactory,
) -> None:
    forms: list[Rows] = []
    for source in ("ssda903", "ssda903_xml"):
        home = Home(tmp_path_factory.mktemp(source))
        made = generate("993", "2022-02", "2022-04", 0.05, 7, source, home.landing, faults=False)
        assert {path.parent.parent.name for path in made} == {"2022-03"}
        manifest, tables = landed(home, "2022-03")
        assert manifest.rows_quarantined == 0
        forms.append(tables)
    of_csv, of_xml = forms
    plain = {
        "episodes": ("decom", "rne", "ls", "place", "dec", "rec"),
        "header": ("dob", "sex"),
        "missing": ("missing", "mis_start", "mis_end"),
        "reviews": ("review", "review_code"),
        "oc3": ("dob", "in_touch", "activ", "accom"),
        "uasc": ("sex", "dob", "duc"),
    }
    assert set(of_csv) == set(of_xml) == set(plain)
    for table, columns in plain.items():
        one, other = (
            sorted(tuple(str(row.get(name)) for name in columns) for row in form[table])
            for form in forms
        )
        assert one == other


def test_a_return_tells_of_its_year_only(tmp_path: Path) -> None:
    generate("993", "2022-03", "2022-03", 0.05, 7, "ssda903", tmp_path, faults=False)
    with (tmp_path / "993" / "2022-03" / "ssda903" / "episodes.csv").open() as file:
        episodes = list(csv.DictReader(file))
    ends = [datetime.strptime(row["DEC"], "%d/%m/%Y") for row in episodes if row["DEC"]]
    assert datetime(2021, 4, 1) <= min(ends) <= max(ends) <= datetime(2022, 3, 31)
    starts = [datetime.strptime(row["DECOM"], "%d/%m/%Y") for row in episodes]
    assert max(starts) <= datetime(2022, 3, 31)
    assert len({(row["CHILD"], row["DECOM"]) for row in episodes}) == len(episodes)
    assert all(row["REC"] for row in episodes if row["DEC"])


# --- Any text, any table --------------------------------------------------------------------------

pieces = st.sampled_from(
    ["<CHILD>", "</CHILD>", "<HEADER>", "</HEADER>", "<CHILDID>", "</CHILDID>", "a", "\n", "&amp;",
     "&b;", "<EPISODE>", "</EPISODE>", "<SEX>1</SEX>", "<x y='1'/>", "<!-- c -->", "<![CDATA[<]]>",
     "\x00", "é", "<OC2><SDQ_SCORE>1</SDQ_SCORE></OC2>", "<CHILD>7</CHILD>", "</EXPSSDA903>"]
)  # fmt: skip


@settings(max_examples=25, deadline=None)
@given(parts=st.lists(pieces, max_size=12))
def test_any_text_is_read_or_refused(
    parts: list[str], tmp_path_factory: pytest.TempPathFactory
) -> None:
    home = Home(tmp_path_factory.mktemp("ssda903"))
    drop(home).write_text(xml(child() + "".join(parts)))
    try:
        (manifest,) = land(home, LA, MONTH, settle_seconds=0)
    except LoadRefused as refused:
        (manifest,) = refused.manifests
    assert manifest.rows_in == manifest.rows_kept + manifest.rows_quarantined


@settings(max_examples=25, deadline=None)
@given(
    names=st.lists(st.sampled_from([*EPISODES, "PL", "SW_ID", "?"]), max_size=6),
    cells=st.lists(st.lists(st.text(max_size=8), max_size=7), max_size=5),
)
def test_any_table_is_read_or_refused(
    names: list[str], cells: list[list[str]], tmp_path_factory: pytest.TempPathFactory
) -> None:
    home = Home(tmp_path_factory.mktemp("ssda903"))
    lines = [",".join(line) for line in [["CHILD", "DECOM", *names], *cells]]
    drop(home, "a.csv").write_text("\n".join(lines), encoding="utf-8", errors="ignore")
    drop(home, "b.csv").write_text(",".join(HEADER) + "\n7,1,01/02/2010,WBRI,,,\n")
    try:
        (manifest,) = land(home, LA, MONTH, settle_seconds=0)
    except LoadRefused as refused:
        (manifest,) = refused.manifests
    assert manifest.rows_in == manifest.rows_kept + manifest.rows_quarantined
