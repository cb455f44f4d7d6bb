"""What the journal is told of a release: that it was published, refused, or let pass by whom."""

from __future__ import annotations

import hashlib
import json
import os

from csc_warehouse import journal
from csc_warehouse.ask.releases import Release
from csc_warehouse.build import candidate as candidates
from csc_warehouse.build.candidate import Candidate
from csc_warehouse.files import sha256_of
from csc_warehouse.journal import Act
from csc_warehouse.places import Home
from csc_warehouse.run_month.publication import Acceptance

#: Settings that say where things lie, and change no release.
_PLACES = ("CSC_HOME", "CSC_PROJECT", "CSC_WAREHOUSE_DB", "CSC_ANALYST_DB", "CSC_DUCKDB_TEMP")


def tell_published(
    home: Home, candidate: Candidate, release: Release, acceptance: Acceptance | None
) -> None:
    """Tell the release, who let its critical failures pass, and that settings were changed.

    Once: what was told is not told again.
    """
    about, outputs = _about(candidate), (sha256_of(release.path / "manifest.json"),)
    told = journal.last(home, Act.RELEASE, about)
    if told and told.outputs == outputs:
        return
    _tell_settings(home, candidate)
    if acceptance:
        journal.record(home, Act.ACCEPTANCE, about=about, by=acceptance.accepted_by)
    journal.record(
        home,
        Act.RELEASE,
        about=about,
        inputs=candidate.load_ids,
        outputs=outputs,
    )


def tell_refused(home: Home, candidate: Candidate) -> None:
    """Tell that critical failures kept the candidate from its readers."""
    journal.record(home, Act.REFUSAL, about=_about(candidate), inputs=candidate.load_ids)


def _about(candidate: Candidate) -> dict[str, str]:
    return {"release": candidate.release_id, "month": candidate.month} | _la_codes(candidate)


def _tell_settings(home: Home, candidate: Candidate) -> None:
    """Tell that what a release depends on beside its loads is not what it was at the last one."""
    settings = {
        "code": candidate.code_version,
        "council": candidates.decided(home, candidate.la_codes, candidate.as_at_date),
        "environment": sorted(
            f"{name}={value}"
            for name, value in os.environ.items()
            if name.startswith("CSC_") and name not in _PLACES
        ),
    }
    now = hashlib.sha256(json.dumps(settings, sort_keys=True).encode()).hexdigest()
    before = journal.last(home, Act.SETTINGS, _la_codes(candidate))
    if before is None or before.outputs != (now,):
        journal.record(
            home,
            Act.SETTINGS,
            about=_la_codes(candidate),
            inputs=before.outputs if before else (),
            outputs=[now],
        )


def _la_codes(candidate: Candidate) -> dict[str, str]:
    return {"la_codes": "+".join(candidate.la_codes)}
