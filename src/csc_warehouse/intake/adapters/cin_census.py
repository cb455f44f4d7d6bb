"""Children in need census: XML of one year, read as a stream into flat tables.

The file is parsed once, without holding it: rows are spilled to a private temporary folder, table
by table, and read from there. A document type declaration is refused, so that no entity can be
declared: entity bombs and files that read others have no way in.
"""

from __future__ import annotations

import shutil
import tempfile
import weakref
from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path
from typing import Any
from xml.parsers import expat

import numpy as np
import pyarrow as pa

from csc_warehouse.intake.adapters.tabular import (
    Batch,
    Limits,
    Reject,
    Sheet,
    Unreadable,
    content_of,
    refuse_what_holds_nothing,
)
from csc_warehouse.lake.declarations import DROP, SourceDeclaration, TableDeclaration, load_source

YEAR_END_MONTH = "03"
ROOT, COLLECTION = "Message", "CIN"
BLOCK = 1 << 20
SPILLED_ROWS = 50_000
DEEPEST = 20
MOST_OF_A_CHILD = 100_000
MANY = ","
"""Between the values of an element that repeats within one row (assessment factors)."""

ROWS = {
    "Header": "header",
    "Child": "children",
    "Disability": "disabilities",
    "CINdetails": "cin_details",
    "Assessments": "assessments",
    "CINPlanDates": "cin_plans",
    "Section47": "section47",
    "ChildProtectionPlans": "child_protection_plans",
    "CPPreviewDate": "reviews",
    "PreProceedingsandFGDM": "pre_proceedings",
}
"""Elements that are rows, and the table of each."""
VALUES = frozenset({"Disability", "CPPreviewDate"})
"""Of those, the ones that are a single value."""
CONTAINERS = frozenset(
    {"Message", "CollectionDetails", "Source", "Content", "CINStatistics", "Children",
     "ChildIdentifiers", "ChildCharacteristics", "Disabilities", "FactorsIdentifiedAtAssessment",
     "Reviews"}
)  # fmt: skip
"""Elements that only hold others."""
FIELDS = {
    "Collection": "collection", "Year": "year", "ReferenceDate": "reference_date",
    "SourceLevel": "source_level", "LEA": "lea", "SoftwareCode": "software_code",
    "Release": "release", "SerialNo": "serial_no", "DateTime": "date_time",
    "LAchildID": "la_child_id", "UPN": "upn", "FormerUPN": "former_upn",
    "UPNunknown": "upn_unknown", "PersonBirthDate": "person_birth_date",
    "ExpectedPersonBirthDate": "expected_person_birth_date", "Sex": "sex",
    "GenderCurrent": "gender_current", "PersonDeathDate": "person_death_date",
    "Ethnicity": "ethnicity", "Disability": "disability",
    "CINreferralDate": "cin_referral_date", "ReferralSource": "referral_source",
    "PrimaryNeedCode": "primary_need_code", "CINclosureDate": "cin_closure_date",
    "ReasonForClosure": "reason_for_closure", "DateOfInitialCPC": "date_of_initial_cpc",
    "ReferralNFA": "referral_nfa", "AssessmentActualStartDate": "assessment_actual_start_date",
    "AssessmentInternalReviewDate": "assessment_internal_review_date",
    "AssessmentAuthorisationDate": "assessment_authorisation_date",
    "AssessmentFactors": "assessment_factors", "CINPlanStartDate": "cin_plan_start_date",
    "CINPlanEndDate": "cin_plan_end_date", "S47ActualStartDate": "s47_actual_start_date",
    "InitialCPCtarget": "initial_cpc_target", "ICPCnotRequired": "icpc_not_required",
    "CPPstartDate": "cpp_start_date", "CPPendDate": "cpp_end_date",
    "InitialCategoryOfAbuse": "initial_category_of_abuse",
    "LatestCategoryOfAbuse": "latest_category_of_abuse",
    "NumberOfPreviousCPP": "number_of_previous_cpp", "CPPreviewDate": "cpp_review_date",
    "PPStartDate": "pp_start_date", "LBPSentDate": "lbp_sent_date",
    "FGDMMeetingOffer": "fgdm_meeting_offer", "FGDMMeetingFac": "fgdm_meeting_fac",
    "InitialPPMeetingDate": "initial_pp_meeting_date",
    "ReviewMeetingsCount": "review_meetings_count", "StepDecisionDate": "step_decision_date",
    "PPOutcome": "pp_outcome", "CourtAppDate": "court_app_date",
    "LetterInitCPDate": "letter_init_cp_date",
}  # fmt: skip
"""Elements that hold a value, and the column of each."""
LINKS = ("la_child_id", "cin_referral_date", "cpp_start_date")
"""Columns by which rows are linked: each row has those of the rows around it."""

HEADER_SAYS = {"reference_date": "census year", "lea": "authority"}
"""What the header says of the delivery itself."""

NO_DTD = (
    "it has a document type declaration, which a census never needs and which can hide other files "
    "or expand without end",
    "Export it again without one.",
)
NOT_CIN = (
    "it is not a children in need census (an XML file with the root Message, collection CIN)",
    "Put the census file of the year there.",
)
STRAY = "text stands between the elements"
FIX_STRAY = "Remove the text, or put it into the element where it belongs."
UNKNOWN = "the element is not one of the census"
FIX_UNKNOWN = "Check its name; where it is a new module of the census, ask for it to be declared."


class CinCensusAdapter:
    """A file is recognised by its root; its elements are the tables."""

    source = "cin_census"

    def check_month(self, month: str) -> str | None:
        """A census year runs from 1 April to 31 March and is landed as that March."""
        if month.endswith(f"-{YEAR_END_MONTH}"):
            return None
        return (
            f"a children in need census describes a year that ends on 31 March, not {month}: "
            "put it in the folder of that March"
        )

    def open_sheets(self, path: Path, name: str, limits: Limits) -> Iterator[Sheet]:
        """The tables of a census file; `Unreadable` where it is none or breaks off."""
        refuse_what_holds_nothing(path, content_of(path))
        sheets = _Reader(name, limits).read(path)
        _check_header(path, next(sheet for sheet in sheets if sheet.title == "header"))
        yield from sheets

    def table_of(
        self, declared: SourceDeclaration, name: str, headers: Sequence[str]
    ) -> TableDeclaration | None:
        """The table of that name."""
        del headers
        return next((table for table in declared.tables if table.name == name), None)


def _check_header(path: Path, header: CensusSheet) -> None:
    """Raise `Unreadable` where the header names another year or authority than the folder.

    The reference date says the year: some write the year in which it began beside it.
    """
    if path.parent.name != CinCensusAdapter.source:
        return
    month, la_code = path.parent.parent.name, path.parent.parent.parent.name
    places = {name: place for place, name in enumerate(header.headers) if name in HEADER_SAYS}
    for batch in header.read(places):
        for name, what in HEADER_SAYS.items():
            expected = la_code if name == "lea" else month[:4]
            for text in filter(None, batch.table.column(name).to_pylist()):
                said = text.strip()[: len(expected)]
                if said.isdigit() and said != expected:
                    raise Unreadable(
                        f"its header says the {what} {said}, its folder {expected}",
                        "Put it into the folder of its authority and of the March in which its "
                        "year ends, or correct its header.",
                    )


class CensusSheet:
    """One table of a census file, as spilled."""

    encoding: str | None = None
    delimiter: str | None = None
    left_out: str | None = None

    def __init__(self, file: str, table: str, spill: _Spill) -> None:
        self.label = f"{file}#{table}"
        self.title = table
        self.headers = spill.columns
        self._spill = spill

    def read(self, positions: Mapping[str, int]) -> Iterator[Batch]:
        """Batches as they were spilled; the rejected pieces come first."""
        names = {name: self.headers[position] for name, position in positions.items()}
        schema = pa.schema([(name, pa.string()) for name in names])
        if self._spill.rejects:
            nothing = np.empty(0, dtype=np.int64)
            yield Batch(schema.empty_table(), nothing, tuple(self._spill.rejects))
        for batch in self._spill.batches():
            table = pa.table({name: batch.column(header) for name, header in names.items()})
            yield Batch(table, batch.column("_line").to_numpy(), ())


class _Keeper:
    """A spill folder, removed when nobody reads from it any more."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self._finalizer = weakref.finalize(self, shutil.rmtree, folder, ignore_errors=True)


class _Spill:
    """The rows of one table on their way to disk. `columns` are those that are stored."""

    def __init__(self, keeper: _Keeper, table: str, columns: Sequence[str]) -> None:
        self._keeper = keeper
        self._path = keeper.folder / f"{table}.arrow"
        self.columns = tuple(columns)
        self._schema = pa.schema(
            [*((name, pa.string()) for name in self.columns), ("_line", pa.int64())]
        )
        self._rows: list[tuple[Any, ...]] = []
        self._last_line = 0
        self._writer: Any = None
        self.rejects: list[Reject] = []
        self.count = 0

    def add(self, line: int, values: Mapping[str, str]) -> None:
        """Keep a row. Of several rows on a line, the next have the numbers after it."""
        self._last_line = max(line, self._last_line + 1)
        get = values.get
        self._rows.append((*(get(name) for name in self.columns), self._last_line))
        self.count += 1
        if len(self._rows) >= SPILLED_ROWS:
            self.flush()

    def flush(self) -> None:
        """Write what is held to disk."""
        if not self._rows:
            return
        if self._writer is None:
            self._writer = pa.ipc.new_file(str(self._path), self._schema)
        columns = [
            pa.array(values, field.type)
            for values, field in zip(zip(*self._rows, strict=True), self._schema, strict=True)
        ]
        self._writer.write_batch(pa.record_batch(columns, schema=self._schema))
        self._rows.clear()

    def close(self) -> None:
        """Nothing more will come."""
        self.flush()
        if self._writer is not None:
            self._writer.close()

    def batches(self) -> Iterator[pa.RecordBatch]:
        """What was spilled, one batch after the other."""
        if self._writer is None:
            return
        with pa.ipc.open_file(str(self._path)) as file:
            for number in range(file.num_record_batches):
                yield file.get_batch(number)


class _Reader:
    """Turns the elements of one file into rows: the parser calls `_start`, `_text` and `_end`."""

    def __init__(self, name: str, limits: Limits) -> None:
        self._name = name
        self._limits = limits
        self._folder = Path(tempfile.mkdtemp(prefix="csc-census-"))
        keeper = _Keeper(self._folder)
        self._spills = {
            table.name: _Spill(
                keeper, table.name, [c.name for c in table.delivered if c.kind != DROP]
            )
            for table in load_source("cin_census").tables
        }
        self._path: list[str] = []
        self._chunks: list[str] = []
        self._held = 0
        self._open: list[tuple[str, int, dict[str, str]]] = []
        self._waiting: list[tuple[str, int, list[dict[str, str]]]] = []
        self._skipped = 0
        self._reject_at: tuple[int, str] | None = None
        self._parser = expat.ParserCreate()

    def read(self, path: Path) -> list[CensusSheet]:
        """Parse the file; its tables, those without rows too."""
        parser = self._parser
        parser.buffer_text = True
        parser.buffer_size = 1 << 16
        parser.StartDoctypeDeclHandler = _refuse_doctype
        parser.EntityDeclHandler = _refuse_doctype
        parser.StartElementHandler = self._start
        parser.EndElementHandler = self._end
        parser.CharacterDataHandler = self._text
        try:
            with path.open("rb") as file:
                while block := file.read(BLOCK):
                    parser.Parse(block, False)
                parser.Parse(b"", True)
        except expat.ExpatError as error:
            place = f"line {error.lineno}, column {error.offset + 1}"
            reason = expat.ErrorString(error.code)
            self._discard()
            raise Unreadable(
                f"it is not well-formed XML at {place} ({reason})", "Export it again."
            ) from None
        except (LookupError, ValueError):
            self._discard()
            raise Unreadable("its encoding is not known", "Export it again as UTF-8.") from None
        except Unreadable:
            self._discard()
            raise
        if not self._spills["header"].count:
            self._discard()
            raise Unreadable(*NOT_CIN)
        for spill in self._spills.values():
            spill.close()
        return [CensusSheet(self._name, table, spill) for table, spill in self._spills.items()]

    def _discard(self) -> None:
        for spill in self._spills.values():
            spill.close()
        shutil.rmtree(self._folder, ignore_errors=True)

    def _start(self, name: str, _attributes: dict[str, str]) -> None:
        if ":" in name:
            name = name.rpartition(":")[2]
        path = self._path
        if self._chunks:
            self._stray()
        if not path and name != ROOT:
            raise Unreadable(*NOT_CIN)
        path.append(name)
        if len(path) > DEEPEST:
            raise Unreadable(
                f"its elements are nested more than {DEEPEST} deep", "Export it again."
            )
        if self._skipped:
            self._skipped += 1
        elif name in ROWS:
            if name not in VALUES:
                self._open.append((name, self._parser.CurrentLineNumber, {}))
        elif name not in CONTAINERS and name not in FIELDS:
            self._skipped = 1
            self._reject_at = (self._parser.CurrentLineNumber, name)

    def _text(self, data: str) -> None:
        if not self._skipped and (self._chunks or not data.isspace()):
            self._chunks.append(data)
            self._held = self._held + len(data) if len(self._chunks) > 1 else len(data)
            if self._held > self._limits.record_bytes:
                raise Unreadable(
                    f"a value is longer than {self._limits.record_bytes} characters",
                    "Look for an element that is not closed.",
                )

    def _end(self, name: str) -> None:
        if ":" in name:
            name = name.rpartition(":")[2]
        self._path.pop()
        if self._skipped:
            self._skipped -= 1
            if not self._skipped and self._reject_at:
                line, what = self._reject_at
                self._reject(line, UNKNOWN, FIX_UNKNOWN, f"<{what}>")
                self._reject_at = None
            return
        column = FIELDS.get(name)
        if column is not None:
            value = "".join(self._chunks).strip()
            self._chunks.clear()
            if not self._open:
                if value:
                    self._reject(self._parser.CurrentLineNumber, STRAY, FIX_STRAY, f"<{name}>")
            elif name in VALUES:
                self._add_value(name, column, value)
            elif value:
                values = self._open[-1][2]
                values[column] = values[column] + MANY + value if column in values else value
                if column == "collection" and value.upper() != COLLECTION:
                    raise Unreadable(*NOT_CIN)
            return
        if self._chunks:
            self._stray()
        if self._open and self._open[-1][0] == name:
            self._close(name)

    def _add_value(self, name: str, column: str, value: str) -> None:
        if value:
            chain = [values for _, _, values in self._open]
            row = (name, self._parser.CurrentLineNumber, [*chain, {column: value}])
            self._waiting.append(row)

    def _close(self, name: str) -> None:
        """A row has ended: it waits until the rows around it have, so that their ids are known."""
        _, line, values = self._open.pop()
        chain = [outer for _, _, outer in self._open]
        self._waiting.append((name, line, [*chain, values]))
        if not self._open:
            self._emit()
        elif len(self._waiting) > MOST_OF_A_CHILD:
            raise Unreadable(
                f"a child has more than {MOST_OF_A_CHILD} records",
                "Look for a Child element that is not closed.",
            )

    def _emit(self) -> None:
        for name, line, chain in self._waiting:
            own = chain[-1]
            for outer in chain[:-1]:
                for link in LINKS:
                    if link in outer and link not in own:
                        own[link] = outer[link]
            spill = self._spills[ROWS[name]]
            spill.add(line, own)
            if spill.count > self._limits.rows:
                raise Unreadable(
                    f"it holds more than {self._limits.rows} rows", "Export it in several files."
                )
        self._waiting.clear()

    def _stray(self) -> None:
        text = "".join(self._chunks).strip()
        self._chunks.clear()
        if text:
            self._reject(self._parser.CurrentLineNumber, STRAY, FIX_STRAY, text)

    def _reject(self, line: int, reason: str, what_to_do: str, raw: str) -> None:
        """Put a piece aside, in the table of the row that it stands in."""
        table = ROWS[self._open[-1][0]] if self._open else "header"
        self._spills[table].rejects.append(Reject(line, reason, what_to_do, raw))


def _refuse_doctype(*_declaration: object) -> None:
    raise Unreadable(*NO_DTD)
