"""The bare script of `make bench`, on a small authority: a third writing of every number.

It shares no code with the dbt models, and reads the extract itself. At the sizes of the bench it
meets more of what is rare.
"""

from __future__ import annotations

import sys
import warnings
from pathlib import Path

import duckdb
import pytest

from csc_warehouse.places import Home
from library import late_and_listed
from library.built import built
from library.places import TESTS

sys.path.insert(0, str(TESTS / "bench"))
import bare
import bench


@pytest.fixture(scope="module")
def databases(tmp_path_factory: pytest.TempPathFactory) -> tuple[Path, Path]:
    """A release, and what the bare script makes of the same extract."""
    home = Home(tmp_path_factory.mktemp("bare"))
    bench.generate_extract(home.landing, 0.1)
    council = home.root / "council" / bench.LA_CODE
    council.mkdir(parents=True)
    (council / "localities.csv").write_text(
        "postcode,locality_code,locality_name\n"
        # Of the nine districts of made-up postcodes; a sector of one is another locality's.
        "ZZ1,N,North\nZZ2,N,North\nZZ3,S,South\nZZ3 4,N,North\nZZ5 1,S,South\n"
    )
    (council / "cp_visits.csv").write_text("working_days,set_by,valid_from\n10,a test,2000-01-01\n")
    candidate = built(home, [bench.LA_CODE], bench.MONTH)
    return candidate.analyst_db, bench.run_bare_script(home.root, candidate.load_ids[0])[0]


@pytest.mark.slow
def test_the_release_and_the_bare_script_agree_in_every_row(databases: tuple[Path, Path]) -> None:
    assert [str(difference) for difference in bench.compare(*databases)] == []
    with duckdb.connect(str(databases[1]), read_only=True) as connection:
        counted = connection.execute(
            "select count(distinct indicator_code) from rpt_indicator"
        ).fetchone()
        homes = connection.execute(
            "select count(distinct locality_key), count(locality_key) < count(*) from fct_referral"
        ).fetchone()
    assert homes == (2, True)
    assert counted is not None
    assert counted[0] > 150
    for kind, names in bare.unwritten().items():
        if names:
            warnings.warn(f"{kind} not written in the bare script: {names}", stacklevel=1)


@pytest.mark.slow
def test_whoever_is_late_in_an_indicator_was_on_the_list_of_what_falls_due(
    databases: tuple[Path, Path],
) -> None:
    """Of twelve months of a fictional authority, which is at hand here.

    Without its local files nobody knows when a return interview was held: none is on the list.
    """
    with duckdb.connect(str(databases[0]), read_only=True) as connection:
        assert late_and_listed.unlisted(connection) == []
        listed = late_and_listed.listed(connection)
    assert len(listed) == 9 and min(listed.values()) > 0 and listed["assessment"] > 100


@pytest.mark.slow
@pytest.mark.parametrize(
    ("change", "said"),
    [
        (
            "update rpt_indicator set numerator = numerator + 1 where indicator_code = 'CLA-01' "
            "and breakdown = 'all' and period_end_date = date '2022-09-30'",
            "rpt_indicator where availability = 'available': 1 rows only in the release, "
            "1 only in the bare script's",
        ),
        (
            "delete from fct_referral where referral_key = (select min(referral_key) "
            "from fct_referral)",
            "fct_referral: 1 rows only in the release, 0 only in the bare script's",
        ),
        ("alter table fct_contact drop column age_years", "fct_contact: not in both: age_years"),
    ],
)
def test_the_bench_says_where_they_differ(
    databases: tuple[Path, Path], tmp_path: Path, change: str, said: str
) -> None:
    release, bare = databases
    changed = tmp_path / "bare.duckdb"
    changed.write_bytes(bare.read_bytes())
    with duckdb.connect(str(changed)) as connection:
        connection.execute(change)
    assert [str(difference) for difference in bench.compare(release, changed)] == [said]
