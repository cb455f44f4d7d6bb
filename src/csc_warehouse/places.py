"""Where things live: the project's own files, and everything that a run writes under CSC_HOME."""

from __future__ import annotations

import os
from dataclasses import dataclass
from pathlib import Path

from csc_warehouse.errors import WrongUse

PACKAGE = Path(__file__).resolve().parent

#: Where a wheel has the project's own files. A source tree has no such folder.
PACKAGED_PROJECT = PACKAGE / "project"


def project_root() -> Path:
    """The folder of dbt project, expectations, seeds and DAGs.

    That of `CSC_PROJECT`, where it is set; else what an installed package brought; else the source
    tree.
    """
    if "CSC_PROJECT" in os.environ:
        return Path(os.environ["CSC_PROJECT"]).resolve()
    return PACKAGED_PROJECT if PACKAGED_PROJECT.is_dir() else PACKAGE.parents[1]


PROJECT_ROOT = project_root()

DBT_PROJECT = PROJECT_ROOT / "dbt_project"
EXPECTATIONS = PROJECT_ROOT / "expectations"
SEEDS = PROJECT_ROOT / "seeds"


@dataclass(frozen=True)
class Home:
    """The run-time folder tree (`CSC_HOME`, default `./data`): directories 0700, files 0600."""

    root: Path

    @classmethod
    def from_environment(cls) -> Home:
        """The home that the environment names; it need not exist yet.

        Raises `WrongUse` where it can't be a folder.
        """
        root = Path(os.environ.get("CSC_HOME", "data")).resolve()
        there = next(path for path in (root, *root.parents) if path.exists())
        if not there.is_dir():
            raise WrongUse(f"CSC_HOME is {root}, but {there} is a file. Set it to a folder.")
        return cls(root)

    @property
    def landing(self) -> Path:
        return self.root / "landing"

    @property
    def lake(self) -> Path:
        return self.root / "lake"

    @property
    def manifests(self) -> Path:
        return self.lake / "_loads"

    @property
    def loads_index(self) -> Path:
        """What is known of the manifests without reading them; may be missing."""
        return self.work / "loads.json"

    @property
    def remembered(self) -> Path:
        """What was ever public, also in releases that are gone."""
        return self.lake / "_public"

    @property
    def quarantine(self) -> Path:
        return self.root / "quarantine"

    @property
    def keys(self) -> Path:
        return self.root / "keys"

    @property
    def work(self) -> Path:
        return self.root / "work"

    @property
    def dbt_scratch(self) -> Path:
        """What dbt keeps of the parsed project from month to month."""
        return self.work / "dbt"

    @property
    def groups(self) -> Path:
        """The newest month's groups of authorities, if it was built in groups (`build.groups`)."""
        return self.work / "groups"

    @property
    def rekeyed(self) -> Path:
        """What `csc rekey` has made and not yet put in its places; there at no other time."""
        return self.work / "rekeyed"

    @property
    def rekey_plan(self) -> Path:
        """What `csc rekey` is about to be done with; there until the last of it is done."""
        return self.work / "rekeyed.json"

    @property
    def airflow_logs(self) -> Path:
        """What the tasks said, by DAG and run, and the reading of DAGs, by day."""
        return self.root / "airflow" / "logs"

    @property
    def published(self) -> Path:
        return self.root / "published"

    @property
    def current(self) -> Path:
        """The release that readers see; a symbolic link that is switched atomically."""
        return self.published / "current"


#: What one DuckDB connection may use; a region sets more.
MEMORY_LIMIT = os.environ.get("CSC_MEMORY_LIMIT", "3GB")

#: One slot in Airflow: DuckDB has one writer, so one task at a time opens a candidate.
CANDIDATE_POOL = "csc_candidate"
