"""992, as at 30 June 2022: the report that announces the re-referral item (rows 0.x).

It asks for the number without telling it: the story of the update, with half of the children.
"""

from __future__ import annotations

from csc_fictional.committee import rereferral_update
from csc_fictional.committee.council import Council


def extract() -> Council:
    """The council's whole extract."""
    return rereferral_update.tell(Council("992", "2022-06"), share=2)
