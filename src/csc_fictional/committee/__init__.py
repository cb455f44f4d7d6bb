"""Five fictional councils from whose extracts every figure of five committee documents comes out.

One module a document; nothing else in the project knows the figures, but the test that asks for
them (`tests/month/test_committee.py`). Asked for with `csc generate --scenario committee`.
"""

from __future__ import annotations

from pathlib import Path

from csc_fictional.committee import (
    performance_update,
    quarter_two,
    rereferral_request,
    rereferral_update,
    year_2022_23,
)

DOCUMENTS = (rereferral_request, quarter_two, year_2022_23, rereferral_update, performance_update)


def generate(out: Path) -> list[Path]:
    """Write `out/<la_code>/<month>/<source>/<table>.csv` for each council; returns the files."""
    return [path for document in DOCUMENTS for path in document.extract().write(out)]
