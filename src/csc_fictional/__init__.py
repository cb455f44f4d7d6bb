"""Fictional authorities: monthly extracts of children who don't exist, for tests and for trying.

`generate` writes them. Rates are in `rates`, code sets in `codes`, life stories in `story` (with
`front_door`, `care` and `leaving`), the case systems' ways of writing in `dialects` and `layout`,
the planted faults in `faults`, and the monthly files in `extracts`. `committee` has the councils of
five committee documents.
"""

from __future__ import annotations

from csc_fictional.committee import generate as generate_committee
from csc_fictional.extracts import FICTIONAL_CODES, generate
from csc_fictional.placing import placed

__all__ = ["FICTIONAL_CODES", "generate", "generate_committee", "placed"]
