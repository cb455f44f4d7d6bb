"""The reference pages, made from the register and the dbt project: `make docs`.

`docs/indicators.md`, `docs/national-framework.md`, `docs/tables.md`, `docs/rules.md`,
`docs/shortcuts.md`, `docs/data-protection.md` and `docs/not-stored.md` are written by nobody; a
test asks that they are current.
"""

from __future__ import annotations

import csv
from collections.abc import Iterable, Iterator
from itertools import groupby
from pathlib import Path
from typing import Any

import yaml

from csc_warehouse import quality, shortcuts
from csc_warehouse.command import not_stored
from csc_warehouse.intake.adapters import ADAPTERS
from csc_warehouse.lake import declarations
from csc_warehouse.lake.declarations import TableDeclaration
from csc_warehouse.places import DBT_PROJECT, PROJECT_ROOT, SEEDS
from csc_warehouse.sql import statement

_MADE = "<!-- Made by `make docs` from {source}. Change that, not this page. -->\n"

_SUBJECTS = {
    "shared": "Shared dimensions",
    "referrals": "Referrals, assessment and child protection",
    "placements": "Children looked after and placements",
    "missing": "Missing",
    "care_leavers": "Care leavers",
    "casework": "Visits, and who worked with whom",
    "education": "Schools",
    "workforce": "Workforce",
    "code_sets": "Codes and what they mean",
    "indicators": "Indicators",
    "comparators": "Published statistics (schema `reference`)",
}
_RUN_SOURCES = DBT_PROJECT / "models" / "intermediate" / "_run__sources.yml"
_PUBLISHED_PREFIXES = ("dim_", "fct_", "rpt_", "bridge_", "published_")


_STATES = ("computed", "published", "absent")

#: What a metric's row says where nothing sets it apart from the dashboard's.
_AS_PUBLISHED = {"computed": "As published", "published": "Once the file is landed"}

_NATIONAL_FRAMEWORK = """# The National Framework

The {metrics} metrics of the Department for Education's dashboard *Children's social care: outcomes
and enablers*, by outcome and enabler of the Children's Social Care National Framework, and what
becomes of each here. They stand in the order of the dashboard's summary page when it had {metrics};
a later one has also the enquiries under section 47 that led to an initial conference (S47-02
here), and calls safety outcome 2 and the family network outcome 3.

- *computed*: an [indicator](indicators.md), from records; the last column says how it differs from
  the dashboard's.
- *published*: no record here carries it. The figure of the Local Authority Interactive Tool is in
  `reference.published_figure` once `bds_long_0.parquet` lies in `CSC_HOME/landing/published/`.
- *absent*: neither, and nothing near it is shown instead.

The table is `reference.national_framework`. What is computed, at one day:

```sql
{framework_computed}
```

What was published for a place, here England:

```sql
{framework_published}
```
"""


_DATA_PROTECTION = """# What is held about whom

A map of the personal data, made of the declarations that landing obeys: what they do not name is
never stored. It is what a council needs for its data protection impact assessment, and no
assessment.

## Who sees what

| place | holds | who |
|---|---|---|
| `landing/` | the extracts as the case system wrote them | the loading account |
| `lake/` | the tables below | the loading account |
| `quarantine/` | rows and files that could not be read, as they came | the loading account |
| `keys/` | the secret behind every keyed hash; who was erased | the loading account |
| `restricted.duckdb`, `worklist/` | keys with ids, names of files | those who correct records |
| `analyst.duckdb`, `parquet/` | records by keyed hash: [the tables](tables.md) | analysts |
| `report/officers/`, `indicators.xlsx` | every figure, no child | officers |
| `report/members/` | figures after [disclosure control](disclosure-control.md) | the public |
| `journal/`, `certificates/` | who did what; what was erased, by count | the loading account |

A screen, a log and a mail say which file is meant by [its place in the
folder](when-it-stops.md#files-that-cant-be-read), unless its name is of our own words.

`csc deliver` gives each of them [a folder with their part](give-readers-their-part.md), and no
more. What readers of each place may do with it is for the council's own rights on the machine to
say.

## How long

Months, counted back from the newest month that landed; `csc retention` removes what is older, and
[`csc erase`](erase-a-person.md) a person.

| what | months | why |
|---|---|---|
{retention}

## What a council must decide itself

- The lawful basis and the purposes, and whether the reuse of case records for statistics is
  covered by them.
- Whether these months are its own records schedule; the seed's are a proposal.
- Who may be given each of the places above, and who says so.
- Who may let a critical failure pass (`--accept`), and who reads [the journal](journal.md).
- Whether analysts may see in which [ward or area](what-a-council-decides.md#where-children-live) a
  child lives, and how small those areas are.
- Where `keys/` is backed up, apart from the releases: who has both can find a child.
- What happens to copies that readers made, and to backups, when a person is erased.

## What is stored, by source and table

*Ids* name a person; a keyed hash stands for them in a release. *Hashed* is replaced by a keyed hash
before it is stored. *Shortened*: only a code, a flag, a sector or a short label of it is stored.
*Never stored*: names, addresses and free text that the source has and landing leaves out.
*Indicators* says how many read the table.
"""


def pages() -> dict[str, str]:
    """Each generated page's name with its text."""
    return {
        "indicators.md": _indicators(),
        "national-framework.md": _national_framework(),
        "tables.md": _tables(),
        "rules.md": _rules(),
        "shortcuts.md": _shortcuts(),
        "data-protection.md": _data_protection(),
        "not-stored.md": not_stored.page(),
    }


def write(folder: Path = PROJECT_ROOT / "docs") -> list[Path]:
    """Write the generated pages into `folder` and return their paths."""
    folder.mkdir(parents=True, exist_ok=True)
    written = []
    for name, text in pages().items():
        path = folder / name
        path.write_text(text, encoding="utf-8")
        written.append(path)
    return written


def _indicators() -> str:
    lines = [
        _MADE.format(source="seeds/indicators/indicator.csv"),
        "# The indicators\n",
        "One section per row of the register. A changed definition says since when and how; every "
        "month that is run since then is counted by the new one, and the release says what moved. "
        "How the periods, breakdowns and bounds work: "
        "[query the marts](query-the-marts.md).\n",
    ]
    changes = _rows(SEEDS / "indicators" / "indicator_change.csv")
    for row in _rows(SEEDS / "indicators" / "indicator.csv"):
        lines += [
            f"## {row['indicator_code']} {row['title']}\n",
            f"`{row['indicator_name']}` · {row['unit']} · {row['polarity']} · "
            f"{row['aggregation'].replace('_', ' ')}\n",
            f"{row['definition']}\n",
            f"- Counted: {row['numerator']}",
        ]
        if row["denominator"]:
            lines.append(f"- Out of: {row['denominator']}")
        if row["exclusions"]:
            lines.append(f"- Left out: {row['exclusions']}")
        lines += [
            f"- Definition by: {row['source_of_definition']}",
            f"- Owner: {row['owner']}",
            f"- Sources that carry it: {', '.join(_carriers(row)) or 'none yet'}",
            *(
                f"- Changed on {change['changed_on']}: {change['change']}"
                for change in changes
                if change["indicator_code"] == row["indicator_code"]
            ),
            "",
        ]
    return "\n".join(lines)


def _national_framework() -> str:
    """The metrics of the dashboard by outcome and enabler, and how many of each state."""
    metrics = _rows(SEEDS / "indicators" / "national_framework.csv")
    differences = {
        (row["indicator_code"], row["measure_id"]): row["difference"]
        for row in _rows(SEEDS / "comparators" / "indicator_measure.csv")
        if row["comparability"] != "same"
    }
    parts = {
        part: list(of_part)
        for part, of_part in groupby(metrics, key=lambda metric: metric["outcome_or_enabler"])
    }
    lines = [
        _MADE.format(source="seeds/indicators/national_framework.csv"),
        _NATIONAL_FRAMEWORK.format(
            metrics=len(metrics),
            framework_computed=statement(__package__, "framework_computed"),
            framework_published=statement(__package__, "framework_published"),
        ),
        "| | metrics | " + " | ".join(_STATES) + " |",
        "|---|---|---|---|---|",
        *(_counted(part, of_part) for part, of_part in parts.items()),
        _counted("All", metrics),
    ]
    for part, of_part in parts.items():
        lines += [
            f"\n## {part}",
            "\n| domain | metric | state | here | how |",
            "|---|---|---|---|---|",
        ]
        for row in of_part:
            known = differences.get((row["indicator_code"], row["measure_id"]), "")
            how = row["note"] or known or _AS_PUBLISHED[row["state"]]
            name = row["indicator_code"] or row["measure_id"]
            here = f"`{name}`" if name else ""
            here += f", {row['breakdown_value']}" if row["breakdown_value"] else ""
            lines.append(f"| {row['domain']} | {row['metric']} | {row['state']} | {here} | {how} |")
    return "\n".join(lines) + "\n"


def _counted(title: str, metrics: list[dict[str, str]]) -> str:
    """A row of the table of counts: how many metrics, and how many of them of each state."""
    states = [metric["state"] for metric in metrics]
    return (
        f"| {title} | {len(states)} | "
        + " | ".join(str(states.count(state)) for state in _STATES)
        + " |"
    )


def _rules() -> str:
    return (
        _MADE.format(source="the files in expectations/") + "\n# The data-quality rules\n\n"
        "Each release has a page for each rule, with the query that finds its rows, in "
        "`report/data_quality/rules/`. *Theirs* is the DfE's severity (an error is corrected, a "
        "query is corrected or explained), *ours* says whether a failure stops a release. How to "
        "work with them: [clear a data-quality failure](data-quality-failure.md).\n\n"
        + quality.markdown_index()
        + "\n## Every national rule\n\n"
        "The rules of the looked-after children return (903) and of the children in need census "
        "(CIN), as the DfE's tools and data to insight's have them, and what becomes of each "
        "here. *Judged otherwise*: the same question, with the difference that the last column "
        "says. *Not yet judged*: nobody has written the rule. *Not carried*: no record here has "
        "the field. Years are collections, by the year in which they end. From "
        "`expectations/national_rules.csv`.\n\n" + quality.national_index()
    )


def _shortcuts() -> str:
    lines = [
        _MADE.format(source="src/csc_warehouse/shortcuts.py"),
        "# The shortcuts\n",
        "What leaves the plain road of dbt or Great Expectations to save seconds, and what an "
        "upgrade may break. Each has a plain way that makes the same release, which a test "
        f"compares. `{shortcuts.SETTING}` says which are taken: `all` (the default), `none`, or "
        "names joined by commas. After an upgrade that breaks one, leave it out: "
        f"`{shortcuts.SETTING}=none csc run --month 2022-09` loads a month in the plain ways.\n",
        "| shortcut | saves | of a small month |",
        "|---|---|---|",
        *(
            f"| `{shortcut.name}` | {shortcut.saves_seconds:g} s | {shortcut.measured} |"
            for shortcut in shortcuts.SHORTCUTS
        ),
        f"\n{shortcuts.MEASURED}\n",
    ]
    for shortcut in shortcuts.SHORTCUTS:
        lines += [
            f"## {shortcut.name}\n",
            f"{shortcut.does}\n",
            f"- Breaks when: {shortcut.breaks_when}",
            f"- The plain way: {shortcut.plain_way}",
            f"- Where: {shortcut.code}\n",
        ]
    return "\n".join(lines)


def _data_protection() -> str:
    """Each stored table: about whom it is, what becomes of its columns, and what reads it."""
    retention = [
        f"| {row['what']} | {row['months']} | {row['reason']} |"
        for row in _rows(SEEDS / "sources" / "retention.csv")
    ]
    readers: dict[tuple[str, str], set[str]] = {}
    for name, raw_table, _, indicator in quality.needs():
        readers.setdefault((name, raw_table), set()).add(indicator)
    lines = [
        _MADE.format(source="the sources' declarations and seeds/sources/retention.csv"),
        _DATA_PROTECTION.format(retention="\n".join(retention)),
    ]
    for name in sorted(ADAPTERS):
        source = declarations.load_source(name)
        lines += [
            f"### {name}\n",
            "| table | about | ids | as received | hashed | shortened | never stored "
            "| indicators |",
            "|---|---|---|---|---|---|---|---|",
        ]
        for table in source.tables:
            columns = [_of_kinds(table, kinds) for kinds in _TREATMENTS]
            count = str(len(readers.get((name, table.name), ())) or "")
            cells = [table.name, _about(table), *columns, count]
            lines.append("| " + " | ".join(cells) + " |")
        if source.tables_not_stored:
            never = ", ".join(source.tables_not_stored)
            lines.append(f"\nTables that are never stored: {never}.")
        lines.append("")
    return "\n".join(lines)


#: What becomes of a column: its kinds in the order of the page.
_TREATMENTS = (
    (declarations.PERSON,),
    (declarations.KEEP,),
    (declarations.WORKER, declarations.PLACE),
    (declarations.FLAGS, declarations.LABEL, declarations.SECTOR),
    (declarations.DROP,),
)


def _of_kinds(table: TableDeclaration, kinds: tuple[str, ...]) -> str:
    return ", ".join(column.name for column in table.delivered if column.kind in kinds)


def _about(table: TableDeclaration) -> str:
    """Whom the rows of a table are about."""
    if table.no_person:
        return table.no_person
    if table.person_columns:
        return "a person"
    by = ", ".join(link.column for link in table.links)
    return f"a person, by {by}" if by else "nobody: nothing of it is stored"


def _carriers(row: dict[str, str]) -> list[str]:
    return [
        name.removeprefix("needs_")
        for name, needs in row.items()
        if name.startswith("needs_") and needs
    ]


def _tables() -> str:
    lines = [
        _MADE.format(source="the YAML beside the models"),
        "# The tables\n",
        "What `analyst.duckdb` (and the Parquet beside it) holds. The grain comes first; "
        "**bold** is the primary key. Where a column of an extract goes: "
        "[where each column goes](not-stored.md).\n",
    ]
    for folder, title in _SUBJECTS.items():
        models = list(_models(folder))
        if not models:
            continue
        lines += _section(title, models)
    lines += _section("What the figures are made by (schema `reference`)", _seeds())
    run = yaml.safe_load(_RUN_SOURCES.read_text(encoding="utf-8"))
    of_schema = {source["name"]: source["tables"] for source in run["sources"]}
    lines += _section("Data quality (schema `dq`)", of_schema["dq"])
    lines += _section("The release and its loads (schema `ops`)", of_schema["ops"])
    return "\n".join(lines)


def _section(title: str, tables: Iterable[dict[str, Any]]) -> list[str]:
    """A heading, and each table with its grain and columns."""
    lines = [f"## {title}\n"]
    for table in tables:
        lines += [f"### {_table_name(table)}\n", f"{table['description'].strip()}\n"]
        lines += ["| column | type | what |", "|---|---|---|"]
        lines += [_column(column) for column in table.get("columns", [])]
        lines.append("")
    return lines


def _seeds() -> Iterator[dict[str, Any]]:
    """Each seed by name, with its columns in the order of the file."""
    found = {
        seed["name"]: (seed, path.parent / f"{seed['name']}.csv")
        for path in SEEDS.glob("*/_*.yml")
        for seed in yaml.safe_load(path.read_text(encoding="utf-8"))["seeds"]
    }
    for _, (seed, file) in sorted(found.items()):
        with file.open(encoding="utf-8", newline="") as stream:
            names = next(csv.reader(stream))
        types = seed["config"]["column_types"]
        columns = {column["name"]: column for column in seed.get("columns", [])}
        yield seed | {
            "columns": [
                columns.get(name, {"name": name}) | {"data_type": types[name]} for name in names
            ]
        }


def _table_name(model: dict[str, Any]) -> str:
    return str((model.get("config") or {}).get("alias", model["name"]))


def _column(column: dict[str, Any]) -> str:
    kinds = {constraint["type"] for constraint in column.get("constraints", [])}
    name = f"**{column['name']}**" if "primary_key" in kinds else column["name"]
    text = " ".join(str(column.get("description", "")).split()).replace("|", "\\|")
    return f"| {name} | {column.get('data_type', '')} | {text} |"


def _models(folder: str) -> Iterator[dict[str, Any]]:
    """The published models of a folder: those with an enforced contract, by name."""
    own = folder in ("indicators", "comparators")
    root = DBT_PROJECT / "models" / (folder if own else f"marts/{folder}")
    found = [
        model
        for path in sorted(root.rglob("*.yml"))
        for model in _declared(yaml.safe_load(path.read_text(encoding="utf-8")))
        if model["name"].startswith(_PUBLISHED_PREFIXES)
    ]
    yield from sorted(found, key=lambda model: str(model["name"]))


def _declared(document: dict[str, Any]) -> Iterator[dict[str, Any]]:
    """The models of a YAML document, and the tables that publication adds beside them."""
    yield from document.get("models") or []
    for source in document.get("sources") or []:
        for table in source["tables"]:
            yield table | {
                "columns": [
                    column
                    | {
                        "constraints": [{"type": "primary_key"}]
                        if column["name"] in table.get("meta", {}).get("primary_key", [])
                        else []
                    }
                    for column in table["columns"]
                ]
            }


def _rows(path: Path) -> list[dict[str, str]]:
    with path.open(encoding="utf-8", newline="") as file:
        return list(csv.DictReader(file))


if __name__ == "__main__":
    for written in write():
        print(f"wrote {written.name}")
