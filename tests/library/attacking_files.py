"""Files that would break a reader: by kind and format, made of a good table of each source.

Every maker gives a file's bytes. They are small: the limits are set to be small with them (`LIMITS`
in the test), and the same kinds at full size are in the same test by themselves.
"""

from __future__ import annotations

import gzip
import io
import random
import struct
import tarfile
import zipfile
from collections.abc import Callable, Iterator, Mapping, Sequence
from functools import partial
from typing import Any
from xml.sax.saxutils import escape

import pyarrow as pa
import pyarrow.parquet as pq

#: By source: the name of a table's file, its header and a row of it.
TABLES = {
    "ssd": ("ssd_contacts", "cont_contact_id,cont_person_id,cont_contact_date", "1,7,2022-03-01"),
    "annex_a": (
        "list 1",
        "Contact Source,Child Unique ID,Date of Contact,Date of Birth,Gender",
        "Police,7,01/03/2022,01/02/2010,F",
    ),
    "ssda903": ("reviews", "DOB,CHILD,REVIEW,REVIEW_CODE", "01/02/2010,7,01/03/2022,PN1"),
    "local": ("education_status", "education_status_id,person_id,start_date", "1,7,2022-03-01"),
}
XML_SOURCES = ("cin_census", "ssda903")
MANY = 60_000

Maker = Callable[..., bytes]
"""Of the header and a row of a table."""


def attacks(source: str, *, everywhere: bool = True) -> Iterator[tuple[str, Callable[[], bytes]]]:
    """The name of each bad file for the folder of a source, and what makes its bytes.

    Without `everywhere`, of each kind only the one whose turn it is: the sources share the kinds.
    """

    def turns(makers: Mapping[str, Any], sources: Sequence[str]) -> Iterator[tuple[str, Any]]:
        for number, (kind, make) in enumerate(makers.items()):
            if everywhere or sources[number % len(sources)] == source:
                yield kind, make

    if source in TABLES:
        name, header, row = TABLES[source]
        for suffix, makers in (("csv", TEXTS), ("xlsx", WORKBOOKS), ("parquet", PARQUETS)):
            for kind, make in turns(makers, list(TABLES)):
                yield f"{name} {kind}.{suffix}", partial(make, header, row)
    if source in XML_SOURCES:
        for kind, make_xml in turns(XMLS, XML_SOURCES):
            yield f"return {kind}.xml", partial(make_xml, _XML_FORMS[source])


def names() -> Iterator[bytes]:
    """Names of files that are no plain words, each of an SSD table."""
    for odd in (
        b"\xff\xfe", b"caf\xe9", b"\xed\xa0\x80", b"a\nb", b"\x1b[2J", b"\x07", b"-rf", b"'; drop",
        b"%s %n", b"[bold]", b"{0}", b"$(id)", b"`id`", b"\xe2\x80\xae", b"#sheet", b"a,b", b'"',
        b"x" * 200, b"=cmd|'calc'!A0", b"..",
    ):  # fmt: skip
        yield b"ssd_contacts " + odd + b".csv"


# --- Text -----------------------------------------------------------------------------------------


def _text(form: str) -> Maker:
    """Text in which {h} is the header and {r} the row."""
    return lambda header, row: form.replace("{h}", header).replace("{r}", row).encode()


def _below(data: bytes) -> Maker:
    """The header and, below it, these bytes."""
    return lambda *table: table[0].encode() + b"\n" + data


def _encoded(encoding: str, cut: int | None = None, more: bytes = b"") -> Maker:
    """The header and a row in another encoding, the last bytes cut off, and more behind it."""
    return lambda header, row: f"{header}\n{row}\n".encode(encoding)[:cut] + more


def _always(data: bytes) -> Maker:
    return lambda *_: data


def _noise(size: int, seed: int = 1) -> bytes:
    return random.Random(seed).randbytes(size)


def _tar(*_: str) -> bytes:
    data = io.BytesIO()
    with tarfile.open(fileobj=data, mode="w") as archive:
        archive.addfile(tarfile.TarInfo("x"))
    return data.getvalue()


TEXTS: dict[str, Maker] = {
    "empty": _text(""),
    "mark only": _text("\ufeff"),
    "blank": _text(" \r\n\t\r\n"),
    "zeros": _always(bytes(5000)),
    "zeros inside": _text("{h}\n{r}\x00\n"),
    "noise": _always(_noise(20_000)),
    "noise below": _below(_noise(200_000, 2)),
    "utf-16 cut": _encoded("utf-16", cut=-1),
    "utf-16 halves": _encoded("utf-16", more=b"\x00\xd8" * 50),
    "undefined bytes": _below(b"\x81\x8d\xff,\x90,\n" * 100),
    "overlong": _below(b"\xc0\xaf,\xe0\x80\xaf,\xf8\n" * 100),
    "ebcdic": _encoded("cp500"),
    "open at first": _text('{h}\n"{r}\n' + "{r}\n" * 2000),
    "open in header": _text('"{h}\n' + "{r}\n" * 2000),
    "open at last": _text("{h}\n" + "{r}\n" * 2000 + '"{r}'),
    "a value over lines": _text('{h}\n"' + "ab\n" * MANY * 3 + '",,\n'),
    "quotes": _text("{h}\n" + '"' * 100_001 + "\n"),
    "quotes on lines": _text("{h}\n" + '"\n' * MANY),
    "quotes in words": _text("{h}\n" + 'a"b,"c"d,"\n' * MANY),
    "pairs of quotes": _text("{h}\n" + '"",' * 200_000 + "\n"),
    "one line": _text("{h}\n" + "x" * 3_000_000),
    "no line": _text("x," * 700_000),
    "long header": _text("{h}," + "x" * 900_000 + "\n{r},\n"),
    "wide header": _text("{h}" + ",x" * 100_000 + "\n{r}\n"),
    "wide rows": _text("{h}\n" + ("x," * 20_000 + "\n") * 20),
    "rows of nothing": _text("{h}\n" + ",,\n" * MANY),
    "rows of blanks": _text("{h}\n" + " , , \n" * MANY),
    "blank lines": _text("{h}\n" + "\n" * MANY * 5 + "{r}\n"),
    "returns only": _text("{h}\r{r}\r" * 3),
    "returns doubled": _text("{h}\r\r\n{r}\r\r\n"),
    "separators": _text("{h}\n" + "\x1c\x1d\x1e\x1f\n" * 1000),
    "columns twice": _text("{h},{h}\n{r},{r}\n"),
    "header only": _text("{h}"),
    "no header": _text("{r}\n" * 3),
    "header many times": _text("{h}\n" * MANY),
    "totals many times": _text("{h}\n" + "Total,,\n" * MANY),
    "sep only": _text("sep=;\n"),
    "sep of nothing": _text("sep=\n" + "{h}\n{r}\n"),
    "delimiters mixed": _text("{h}\n7;8;9\n"),
    "escapes": _text("{h}\n" + "\x1b[2J\x1b]0;x\x07,\x08,\n" * 10),
    "formulas": _text("{h}\n" + "=cmd|' /C calc'!A0,@SUM(1),+1\n" * 10),
    "long number": _text("{h}\n" + "9" * 100_000 + ",1,1\n"),
    "odd dates": _text("{h}\n" + "99999-12-31,99999-12-31,99999-12-31\n" * 9),
    "gzip": _always(gzip.compress(bytes(3_000_000))),
    "tar": _tar,
    "pdf": _always(b"%PDF-1.7\n" + _noise(3000, 3)),
    "png": _always(b"\x89PNG\r\n\x1a\n" + _noise(3000, 4)),
    "program": _always(b"\x7fELF" + _noise(3000, 5)),
    "page": _text("<html><table><tr><td>{h}</td></tr></table></html>"),
    "json": _text('[{"a":' * 5000),
    "too large": _text("{h}\n" + "{r}\n" * 400_000),
}

# --- Workbooks ------------------------------------------------------------------------------------

TYPES = (
    '<Types xmlns="http://schemas.openxmlformats.org/package/2006/content-types">'
    '<Default Extension="rels" '
    'ContentType="application/vnd.openxmlformats-package.relationships+xml"/>'
    '<Default Extension="xml" ContentType="application/xml"/>{}</Types>'
)
MAIN = "http://schemas.openxmlformats.org/spreadsheetml/2006/main"
OFFICE = "http://schemas.openxmlformats.org/officeDocument/2006/relationships"
RELATIONS = (
    '<Relationships xmlns="http://schemas.openxmlformats.org/package/2006/relationships">'
    "{}</Relationships>"
)


def _cells(header: str, row: str) -> str:
    """Two rows of cells that hold their text themselves."""
    rows = []
    for number, line in enumerate((header, row), 1):
        cells = "".join(
            f'<c r="{chr(65 + place)}{number}" t="inlineStr"><is><t>{escape(text)}</t></is></c>'
            for place, text in enumerate(line.split(","))
        )
        rows.append(f'<row r="{number}">{cells}</row>')
    return "".join(rows)


def _book(
    sheet: str,
    *,
    target: str = "worksheets/sheet1.xml",
    part: str = "xl/worksheets/sheet1.xml",
    more: Mapping[str, str | bytes] | None = None,
    without: str = "",
    sheets: str = '<sheet name="Sheet1" sheetId="1" r:id="rId1"/>',
) -> bytes:
    parts: dict[str, str | bytes] = {
        "[Content_Types].xml": TYPES.format(""),
        "_rels/.rels": RELATIONS.format(
            f'<Relationship Id="rId1" Type="{OFFICE}/officeDocument" Target="xl/workbook.xml"/>'
        ),
        "xl/workbook.xml": f'<workbook xmlns="{MAIN}" xmlns:r="{OFFICE}"><sheets>{sheets}</sheets>'
        "</workbook>",
        "xl/_rels/workbook.xml.rels": RELATIONS.format(
            f'<Relationship Id="rId1" Type="{OFFICE}/worksheet" Target="{target}"/>'
        ),
        part: sheet,
    }
    parts.update(more or {})
    data = io.BytesIO()
    with zipfile.ZipFile(data, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, content in parts.items():
            if name != without:
                archive.writestr(name, content)
    return data.getvalue()


def _with(more: str = "", behind: str = "", before: str = "", cut: int | None = None) -> Maker:
    """The good sheet with more rows below, and more behind and before its cells."""
    return lambda header, row: _book(_good_sheet(header, row, more, behind, before)[:cut])


def _good_sheet(header: str, row: str, more: str = "", behind: str = "", before: str = "") -> str:
    rows = _cells(header, row) + more
    return f'{before}<worksheet xmlns="{MAIN}"><sheetData>{rows}</sheetData>{behind}</worksheet>'


def _as_book(rows: str = "", **parts: Any) -> Maker:
    """The good sheet in a workbook that is put together oddly."""
    return lambda header, row: _book(_good_sheet(header, row, rows), **parts)


def _one_cell(place: str, quote: str = '"') -> Maker:
    return _with(f"<row><c r={quote}{place}{quote}><v>1</v></c></row>")


def _cut(end: int) -> Maker:
    return lambda header, row: _book(_good_sheet(header, row))[:end]


def _broken(at: float, seed: int) -> Maker:
    def make(header: str, row: str) -> bytes:
        data = bytearray(_book(_good_sheet(header, row)))
        place = int(len(data) * at)
        data[place : place + 24] = _noise(24, seed)
        return bytes(data)

    return make


def _twice(header: str, row: str) -> bytes:
    data = io.BytesIO(_book(_good_sheet(header, row)))
    with zipfile.ZipFile(data, "a") as archive, archive.open("xl/worksheets/SHEET1.XML", "w") as it:
        it.write(b"<worksheet/>")
    return data.getvalue()


def _lying(header: str, row: str) -> bytes:
    """A workbook whose directory says that every part unpacks to one byte."""
    data = bytearray(_book(_good_sheet(header, row)))
    place = data.find(b"PK\x01\x02")
    while place >= 0:
        data[place + 24 : place + 28] = struct.pack("<I", 1)
        place = data.find(b"PK\x01\x02", place + 4)
    return bytes(data)


_LAUGHS = (
    '<!DOCTYPE x [<!ENTITY a "ha">'
    + "".join(f'<!ENTITY {chr(98 + n)} "{f"&{chr(97 + n)};" * 10}">' for n in range(9))
    + "]>"
)
_OUTSIDE = '<!DOCTYPE x [<!ENTITY e SYSTEM "file:///etc/hostname">]>'

MERGED = '<mergeCell ref="A1:XFD9"/>'
FAR = '<row><c r="XFD1048576"><v>1</v></c></row>'
OLD = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1"

WORKBOOKS: dict[str, Maker] = {
    "cut": _cut(-40),
    "start only": _cut(60),
    "mark only": _always(b"PK\x03\x04"),
    "broken early": _broken(0.2, 1),
    "broken midway": _broken(0.5, 2),
    "broken late": _broken(0.9, 3),
    "unpacks to much": _with(" " * 30_000_000),
    "says one byte": _lying,
    "part twice": _twice,
    "far cell": _with(FAR),
    "far cell, single quotes": _one_cell("XFD1048576", "'"),
    "far cell, lower case": _one_cell("xfd1048576"),
    "far cell, spaces": _with('<row><c r = "XFD1048576" ><v>1</v></c></row>'),
    "far cell by a reference": _with('<row><c r="&#88;FD1048576"><v>1</v></c></row>'),
    "far row by itself": _with("<row r='4294967295'><c><v>1</v></c></row>"),
    "row 0": _one_cell("A0"),
    "row of many digits": _one_cell("A99999999999999999999"),
    "column of many letters": _one_cell("ZZZZZZZZ1"),
    "no column": _one_cell("7"),
    "empty place": _one_cell(""),
    "merged": _with(behind='<mergeCells><mergeCell ref="A2:XFD1048576"/></mergeCells>'),
    "merged wrongly": _with(behind='<mergeCells><mergeCell ref="B9:A1"/></mergeCells>'),
    "merged often": _with(behind=f"<mergeCells>{MERGED * 20_000}</mergeCells>"),
    "no such text": _with('<row r="3"><c r="A3" t="s"><v>4294967295</v></c></row>'),
    "no such style": _with('<row r="3"><c r="A3" s="99999"><v>1</v></c></row>'),
    "odd numbers": _with(
        "".join(
            f'<row r="{n}"><c r="A{n}"><v>{number}</v></c></row>'
            for n, number in enumerate(("1e999", "nan", "-inf", "", "0x1", "1e308"), 3)
        )
    ),
    "entities": _with("<row><c><v>&j;</v></c></row>", before=_LAUGHS),
    "a file outside": _with("<row><c><v>&e;</v></c></row>", before=_OUTSIDE),
    "not closed": _with(cut=-30),
    "nested": _with("<row>" * 50_000),
    "no sheet": _as_book(without="xl/worksheets/sheet1.xml"),
    "no workbook": _as_book(without="xl/workbook.xml"),
    "no relations": _as_book(without="xl/_rels/workbook.xml.rels"),
    "parts elsewhere": _as_book(FAR, target="/odd/place.bin", part="odd/place.bin"),
    "parts above": _as_book(FAR, target="../above.xml", part="above.xml"),
    "part is a path": _as_book(target="../../../../etc/passwd", more={"../../up.txt": "x"}),
    "part is itself": _as_book(target="workbook.xml"),
    "many parts": _as_book(more={f"xl/media/{n}.bin": b"" for n in range(3000)}),
    "many sheets": _as_book(
        sheets="".join(f'<sheet name="S{n}" sheetId="{n}" r:id="rId1"/>' for n in range(1, 150))
    ),
    "odd sheet name": _as_book(sheets='<sheet name="&#10;[bold]{}%s" sheetId="1" r:id="rId1"/>'),
    "old": _always(OLD + _noise(4000, 6)),
    "old, zeros": _always(OLD + bytes(4000)),
    "old, ones": _always(OLD + b"\xff" * 4000),
    "text": _text("nothing, of, that\n1,2,3\n"),
    "binary parts": _as_book(more={"xl/workbook.bin": _noise(500, 7)}),
}

# --- Parquet --------------------------------------------------------------------------------------


def _parquet(columns: dict[str, pa.Array | list[str]], **options: Any) -> bytes:
    data = io.BytesIO()
    pq.write_table(pa.table(columns), data, **options)
    return data.getvalue()


def _good(header: str, row: str, times: int = 50) -> dict[str, pa.Array | list[str]]:
    return {
        name: [text] * times for name, text in zip(header.split(","), row.split(","), strict=True)
    }


def _few_that_are_many(value_bytes: int, rows: int) -> Maker:
    """One long text, which all rows point to."""

    def make(*table: str) -> bytes:
        first, *others = table[0].split(",")
        indices = pa.array([0] * rows, pa.int32())
        columns = {first: pa.DictionaryArray.from_arrays(indices, ["x" * value_bytes])}
        columns |= {name: pa.DictionaryArray.from_arrays(indices, ["1"]) for name in others}
        return _parquet(columns, compression="zstd")

    return make


def _each(values: pa.Array) -> Maker:
    """A table whose columns all hold the same."""
    return lambda *table: _parquet(dict.fromkeys(table[0].split(","), values))


def _twice_named(*table: str) -> bytes:
    names = table[0].split(",") * 2
    data = io.BytesIO()
    pq.write_table(pa.table([["1"]] * len(names), names=names), data)
    return data.getvalue()


def _changed(at: float, seed: int) -> Maker:
    def make(header: str, row: str) -> bytes:
        data = bytearray(_parquet(_good(header, row), compression="snappy"))
        place = int(len(data) * at)
        data[place : place + 12] = _noise(12, seed)
        return bytes(data)

    return make


PARQUETS: dict[str, Maker] = {
    "cut": lambda header, row: _parquet(_good(header, row))[:-9],
    "mark only": _always(b"PAR1"),
    "marks only": _always(b"PAR1PAR1"),
    "end said wrongly": _always(b"PAR1" + b"\xff\xff\xff\x7f" + b"PAR1"),
    "locked": _always(b"PAR1" + _noise(500, 8) + b"PARE"),
    "changed at first": _changed(0.02, 1),
    "changed midway": _changed(0.3, 2),
    "changed later": _changed(0.6, 3),
    "changed at last": _changed(0.8, 4),
    "few that are many": _few_that_are_many(1000, 60_000),
    "few that are long": _few_that_are_many(500_000, 200),
    "few that are too long": _few_that_are_many(2_000_000, 200),
    "many rows": _few_that_are_many(1, 3_000_000),
    "columns twice": _twice_named,
    "no columns": lambda *_: _parquet({}),
    "many columns": lambda *_: _parquet({f"c{n}": ["1"] for n in range(600)}),
    "lists": _each(pa.array([[["x"] * 9] * 9] * 9)),
    "no text": _each(pa.array([b"\xff\xfe"] * 9)),
    "nothing": _each(pa.nulls(9)),
}

# --- XML ------------------------------------------------------------------------------------------

_XML_FORMS = {
    "cin_census": (
        "<Message><Header><CollectionDetails><Collection>CIN</Collection><Year>2022</Year>"
        "<ReferenceDate>2022-03-31</ReferenceDate></CollectionDetails></Header><Children>{}"
        "</Children></Message>",
        "<Child><ChildIdentifiers><LAchildID>{}</LAchildID></ChildIdentifiers>{}</Child>",
        "<CINdetails><CINreferralDate>2022-03-01</CINreferralDate></CINdetails>",
    ),
    "ssda903": (
        "<NewSsda903><REFERENCEDATE>2022-03-31</REFERENCEDATE>{}</NewSsda903>",
        "<CHILD><HEADER><CHILDID>{}</CHILDID><SEX>1</SEX><DOB>01/02/2010</DOB></HEADER>{}</CHILD>",
        "<EPISODE><DECOM>01/06/2021</DECOM><RNE>S</RNE><LS>C2</LS><CIN>N1</CIN><PL>U6</PL>"
        "</EPISODE>",
    ),
}

Form = tuple[str, str, str]


def _xml(inner: str, before: str = "") -> Callable[[Form], bytes]:
    """A child with its record, and more beside it."""
    return lambda form: (before + form[0].format(form[1].format("7", form[2]) + inner)).encode()


XMLS: dict[str, Callable[[Form], bytes]] = {
    "empty": _always(b""),
    "no children": lambda form: form[0].format("").encode(),
    "cut": lambda form: _xml("")(form)[:-20],
    "laughs": _xml("&j;", _LAUGHS),
    "outside": _xml("&e;", _OUTSIDE),
    "a definition elsewhere": _xml("", '<!DOCTYPE x SYSTEM "http://127.0.0.1:9/x.dtd">'),
    "nested": _xml("<a>" * 100_000),
    "nested and closed": _xml("<a>" * 5000 + "</a>" * 5000),
    "long value": lambda form: form[0].format(form[1].format("9" * 1_500_000, form[2])).encode(),
    "long id of many records": lambda form: (
        form[0].format(form[1].format("9" * 500_000, form[2] * 5000)).encode()
    ),
    "many records": lambda form: form[0].format(form[1].format("7", form[2] * 20_000)).encode(),
    "long name": _xml("<" + "n" * 1_000_000 + "/>"),
    "attributes": _xml("<x " + " ".join(f'a{n}="1"' for n in range(50_000)) + "/>"),
    "unknown elements": _xml("<x/>" * 100_000),
    "text between": _xml("text <!-- --> " * 100_000),
    "comment": _xml("<!--" + "x" * 2_000_000 + "-->"),
    "sections": _xml("<![CDATA[" + "<" * 1_000_000 + "]]>"),
    "instructions": _xml("<?x y?>" * 100_000),
    "no such encoding": _xml("", '<?xml version="1.0" encoding="klingon"?>'),
    "another encoding": _xml("é", '<?xml version="1.0" encoding="ascii"?>'),
    "utf-16": lambda form: _xml("")(form).decode().encode("utf-16"),
    "utf-16 without a mark": lambda form: _xml("")(form).decode().encode("utf-16-le"),
    "zeros": _xml("\x00"),
    "noise": _always(b"<?xml version='1.0'?>" + _noise(5000, 9)),
    "two roots": lambda form: _xml("")(form) * 2,
    "names of spaces": _xml('<x:y xmlns:x="urn:x" xmlns="urn:y"/>'),
    "names of no space": _xml("<x:y/>"),
    "another root": _always(b"<html><body/></html>"),
}
