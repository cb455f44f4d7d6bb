"""Localities: the ward, small area or district of a postcode, by a council's own list.

`CSC_HOME/council/<la_code>/localities.csv`, one row per postcode or start of one. The lake holds a
keyed hash in the place of a postcode, so the list is hashed in the same way, a start of one as all
the postcodes that may begin so: a candidate has keys and localities, never a postcode, and nothing
has to be landed again where a list changes.

One list holds for all days of a release, the one that holds at its month: a ward's figures of two
years are then of the same ward.
"""

from __future__ import annotations

import hashlib
import re
from collections import Counter
from collections.abc import Collection, Iterator
from dataclasses import dataclass
from datetime import date
from functools import cache, partial
from itertools import product
from math import prod

import duckdb
import pyarrow as pa

from csc_warehouse import council
from csc_warehouse.council import Column, CouncilTable
from csc_warehouse.errors import DataRefused
from csc_warehouse.lake.identity import Hasher, IdentityKey
from csc_warehouse.places import Home
from csc_warehouse.sql import statement

#: A locality has at least so many postcodes. A postcode has some 17 homes, so these have about the
#: 400 households of the smallest lower-layer super output area (ONS); who lives in one of them
#: isn't told by it. One that is listed by a start has all the postcodes that may begin so.
FEWEST_POSTCODES = 25

#: What may stand behind the space, sign by sign: C, I, K, M, O and V never do.
_INWARD = ("0123456789", "ABDEFGHJLNPQRSTUWXYZ", "ABDEFGHJLNPQRSTUWXYZ")

_DISTRICT = r"[A-Z]{1,2}[0-9][A-Z0-9]?"
_POSTCODE = re.compile(rf"({_DISTRICT}) ?([0-9][A-Z]{{2}})")
_SECTOR = re.compile(rf"({_DISTRICT}) ([0-9])")
_WITHIN = re.compile(rf"\b{_DISTRICT} ?[0-9][A-Z]{{2}}\b|^{_DISTRICT} [0-9]$")


@dataclass(frozen=True, order=True)
class Listed:
    """A row of a list: what begins with `outward` and `inward` lies in the locality.

    `inward` is what stands behind the space: three signs of a postcode, one of a sector, none of a
    district.
    """

    la_code: str
    outward: str
    inward: str
    locality_code: str
    locality_name: str

    @property
    def size(self) -> int:
        """How many postcodes may begin so."""
        return prod(map(len, _INWARD[len(self.inward) :]))

    def postcodes(self) -> Iterator[str]:
        """Those, as keys are made of them: upper case, no space."""
        begun = self.outward + self.inward
        return (begun + "".join(signs) for signs in product(*_INWARD[len(self.inward) :]))


@cache
def table() -> CouncilTable:
    """The file of localities, as the others that a council may have."""
    text = partial(Column, type="varchar", is_needed=True)
    return CouncilTable(
        name=council.LOCALITIES,
        seed="",
        description="Which locality (ward, small area, district) a home lies in: one row per "
        f"postcode or start of one. A locality has at least {FEWEST_POSTCODES} postcodes.",
        key=("postcode",),
        columns=(
            text(
                name="postcode",
                description="A postcode (ZZ1 2AB), its sector (ZZ1 2, with the space) or its "
                "district (ZZ1); the longest that fits counts",
            ),
            text(
                name="locality_code",
                description="The locality, such as the ONS code of a ward; never a postcode",
            ),
            text(name="locality_name", description="The name that people read"),
            Column("valid_from", "date", "The first month end at which it holds", False),
            Column("valid_to", "date", "The first day on which it no longer holds", False),
        ),
        example=("ZZ1 2", "E05000000", "Example East", "", ""),
    )


def read(home: Home, la_codes: Collection[str], as_at_date: date) -> list[Listed]:
    """The lists of `la_codes` that hold on the day, in order; an authority without a file has none.

    Raises DataRefused naming file, row and what to do, for the first row that says nothing clear,
    and for a locality that is so small that it would tell who lives there.
    """
    rows = council.rows_of(home, table(), la_codes, as_at_date)
    holding = [row for row in rows if row.values["valid_to"] is None]
    listed: dict[tuple[str, str, str], tuple[Listed, council.Row]] = {}
    names: dict[tuple[str, str], str] = {}
    for row in holding:
        each = _listed(row)
        before, _ = listed.setdefault((each.la_code, each.outward, each.inward), (each, row))
        if before != each:
            raise DataRefused(
                f"{row.place}: a line before says another locality for the same postcode or start "
                "of one. Keep one of them."
            )
        name = names.setdefault((each.la_code, each.locality_code), each.locality_name)
        if name != each.locality_name:
            raise DataRefused(
                f"{row.place}: locality_name differs from that of a line before with the same "
                f"locality_code {each.locality_code}. Give a locality one name."
            )
    sizes = _sizes(each for each, _ in listed.values())
    for each, row in listed.values():
        if sizes[each.la_code, each.locality_code] < FEWEST_POSTCODES:
            raise DataRefused(
                f"{row.place}: the locality {each.locality_code} has "
                f"{sizes[each.la_code, each.locality_code]} postcodes. With fewer than "
                f"{FEWEST_POSTCODES} it would tell who lives there: put it together with one "
                "beside it, or list all its postcodes."
            )
    return sorted(each for each, _ in listed.values())


def _listed(row: council.Row) -> Listed:
    postcode, code, name = (
        str(row.values[column]) for column in ("postcode", "locality_code", "locality_name")
    )
    written = " ".join(postcode.upper().split())
    for pattern in (_POSTCODE, _SECTOR, re.compile(f"({_DISTRICT})()")):
        if found := pattern.fullmatch(written):
            break
    else:
        raise DataRefused(
            f"{row.place}: postcode is none, nor the start of one. Write ZZ1 2AB, ZZ1 2 or ZZ1."
        )
    for column in ("locality_code", "locality_name"):
        if _WITHIN.search(" ".join(str(row.values[column]).upper().split())):
            raise DataRefused(
                f"{row.place}: {column} has a postcode in it, and every reader of a release sees "
                "it. Name the ward, area or district."
            )
    return Listed(row.la_code, found[1], found[2], code, name)


def _sizes(listed: Iterator[Listed]) -> Counter[tuple[str, str]]:
    """How many postcodes each locality has: those of a longer start are not a shorter one's."""
    by_start = {(each.la_code, each.outward, each.inward): each for each in listed}
    sizes: Counter[tuple[str, str]] = Counter()
    for (la_code, outward, inward), each in by_start.items():
        sizes[la_code, each.locality_code] += each.size
        shorter = (inward[:1], "") if len(inward) == 3 else ("",) if inward else ()
        around = (by_start.get((la_code, outward, start)) for start in shorter)
        if within := next(filter(None, around), None):
            sizes[la_code, within.locality_code] -= each.size
    return sizes


def identities(listed: Collection[Listed]) -> list[str]:
    """What a release depends on: a hash of each authority's list.

    The order of the rows and repeats are no part of it.
    """
    found = []
    for la_code in sorted({each.la_code for each in listed}):
        digest = hashlib.sha256()
        for each in sorted(listed):
            if each.la_code == la_code:
                digest.update(
                    f"{each.outward}|{each.inward}|{each.locality_code}|{each.locality_name}\n".encode()
                )
        found.append(f"localities {la_code} {digest.hexdigest()[:12]}")
    return found


def create_table(
    connection: duckdb.DuckDBPyConnection, key: IdentityKey, listed: Collection[Listed]
) -> None:
    """Make `crosswalk.council_locality` anew in the connection's own database."""
    columns: dict[str, list[pa.Array]] = {
        name: [pa.array([], pa.string())]
        for name in ("la_code", "place_key", "locality_code", "locality_name")
    }
    for la_code in sorted({each.la_code for each in listed}):
        of_postcode: dict[str, Listed] = {}
        for each in sorted(listed, key=lambda each: len(each.inward)):
            if each.la_code == la_code:
                of_postcode |= dict.fromkeys(each.postcodes(), each)
        keys = Hasher(key, la_code).place_keys(pa.array(list(of_postcode)))
        found = of_postcode.values()
        columns["la_code"].append(pa.array([la_code] * len(found)))
        columns["place_key"].append(keys.cast(pa.string()))
        columns["locality_code"].append(pa.array([each.locality_code for each in found]))
        columns["locality_name"].append(pa.array([each.locality_name for each in found]))
    connection.execute("create schema if not exists crosswalk")
    connection.register(
        "listed", pa.table({name: pa.chunked_array(parts) for name, parts in columns.items()})
    )
    connection.execute(statement(__package__, "council_locality"))
    connection.unregister("listed")
