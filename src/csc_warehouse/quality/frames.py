"""What Great Expectations judges, made by SQL: of a conformed table, one row per record."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence

import duckdb

from csc_warehouse.quality.rules import Rule, RuleFile
from csc_warehouse.quality.tables import sql_text
from csc_warehouse.settings import SEEDS


def prepare_records(connection: duckdb.DuckDBPyConnection) -> None:
    """Make what every frame may use.

    Tables `person` (birth dates), `history_start` (the first day that a source tells of),
    `census_year` (the first day of the year that a load of the census is about), `working_day`
    (England's working days up to and with each day), `code_validity` (the valid dates of each
    code); macros `age_years` and `birthday` (29 February falls on 1 March in a common year).
    """
    connection.execute(
        "create temp table person as select la_code, child_key, min(birth_date) as birth_date "
        "from intermediate.int_persons_conformed group by la_code, child_key"
    )
    connection.execute(
        "create temp macro age_years(on_date, birth_date) as "
        "date_part('year', on_date) - date_part('year', birth_date) - "
        "case when strftime(on_date, '%m%d') < strftime(birth_date, '%m%d') then 1 else 0 end"
    )
    connection.execute(
        "create temp macro birthday(birth_date, years) as cast(case "
        "when strftime(birth_date, '%m%d') = '0229' "
        "then birth_date - interval 1 day + to_years(years) + interval 1 day "
        "else birth_date + to_years(years) end as date)"
    )
    connection.execute(
        "create temp table history_start as select la_code, source_system, "
        "min(history_start_date) as first_date from analyst.ops.load "
        "group by la_code, source_system"
    )
    connection.execute(
        "create temp table census_year as select distinct load_id, "
        "cast(as_at_date + interval 1 day - interval 1 year as date) as first_day "
        "from analyst.ops.load where source_system = 'cin_census'"
    )
    connection.execute(
        "create temp table working_day as select day, sum(case when isodow(day) <= 5 "
        "and holiday_date is null then 1 else 0 end) over (order by day) as working_days "
        "from (select cast(unnest(generate_series(date '1990-01-01', max(as_at_date), "
        "interval 1 day)) as date) as day from authority) left join "
        f"read_csv({sql_text(SEEDS / 'calendar' / 'bank_holiday.csv')}) on holiday_date = day"
    )
    connection.execute(
        "create temp table code_validity as select code_set, code, "
        "cast(valid_from as date) as valid_from, cast(valid_to as date) as valid_to from "
        f"read_csv({sql_text(SEEDS / 'code_sets' / 'code.csv')}, all_varchar = true) "
        "where valid_from is not null or valid_to is not null"
    )


def columns_of(connection: duckdb.DuckDBPyConnection, schema: str, table: str) -> list[str]:
    """The table's columns; none where it does not exist."""
    try:
        found = connection.execute(f"describe {schema}.{table}").fetchall()
    except duckdb.CatalogException:
        return []
    return [row[0] for row in found]


def build_rows(
    connection: duckdb.DuckDBPyConnection, file: RuleFile, columns: Sequence[str]
) -> None:
    """Make the temp table `judged_row`: each record's key and the columns that rules judge."""
    wanted = sorted({name for rule in file.rules for name in rule.judged_columns})
    framed: list[str] = []
    joins = ""
    if file.frame:
        connection.execute(f"create or replace temp table framed as {file.frame}")
        framed = [row[0] for row in connection.execute("describe framed").fetchall()]
        joins += " left join framed on framed.record_key = record.record_key"
    given = [name.removesuffix("_given") for name in wanted if name.endswith("_given")]
    if given:
        filled = ", ".join(f"count({name}) as {name}" for name in given)
        joins += (
            f" inner join (select la_code, source_system, {filled} "
            f"from intermediate.{file.table} group by la_code, source_system) as filled "
            "on filled.la_code = record.la_code and filled.source_system = record.source_system"
        )
    if "child_key" in columns:
        joins += (
            " left join person on person.la_code = record.la_code "
            "and person.child_key = record.child_key "
            "left join (select distinct la_code, source_system "
            f"from intermediate.{file.table} where child_key not like 'unknown-%') as named "
            "on named.la_code = record.la_code and named.source_system = record.source_system"
        )
    joins += " left join census_year on census_year.load_id = record.load_id"
    connection.execute(
        "create or replace temp table judged_row as select record.la_code, record.record_key, "
        + ", ".join(
            f"{_expression(name, columns, framed, file.code_sets)} as {name}" for name in wanted
        )
        + f", {_collection_year(file.last_day, framed)} as collection_year"
        + f" from intermediate.{file.table} as record"
        " inner join authority on authority.la_code = record.la_code" + joins
    )


def _expression(
    name: str, columns: Sequence[str], framed: Sequence[str], code_sets: Mapping[str, str]
) -> str:
    """The SQL of a judged column: the frame's own, the table's own, or one of the derived ones.

    `<column>_reading`: read, missing, unreadable, placeholder (1900-01-01) or unknown (code).
    `<column>_days_after_extract`: by how many days it lies after the extract's end, else 0.
    `<column>_days_before_census_year`: by how many days it lies before it; of a census only.
    `<column>_days_before_birth`, `<a>_days_before_<b>`: by how many days it comes too early.
    `<column>_given`: filled, where any record of the authority's source has it filled.
    `<code>_valid_on_<date>`: the code was in its set on that day (the file names the set).
    `is_child_in_person_table`.
    """
    if name in framed:
        return f"framed.{name}"
    if name in columns:
        return f"record.{name}"
    if name == "is_child_in_person_table":
        # Where no record of the table names a person, the column wasn't delivered.
        return "case when named.la_code is not null then person.child_key is not null end"
    if name.endswith("_given") and name[:-6] in columns:
        # Where no record of the source has one, the source doesn't carry it.
        return f"case when filled.{name[:-6]} > 0 then record.{name[:-6]} is not null end"
    if name.endswith("_reading") and name[:-8] in columns:
        return _reading(name[:-8])
    valid = re.fullmatch(r"(\w+_code)_valid_on_(\w+)", name)
    if valid and valid[1] in columns and valid[2] in columns and valid[1] in code_sets:
        return _valid_on(valid[1], valid[2], code_sets[valid[1]])
    later = re.fullmatch(r"(\w+)_days_after_extract", name)
    if later and later[1] in columns:
        return _days_early("authority.as_at_date", f"record.{later[1]}")
    outside = re.fullmatch(r"(\w+)_days_before_census_year", name)
    if outside and outside[1] in columns:
        return _days_early(f"record.{outside[1]}", "census_year.first_day")
    early = re.fullmatch(r"(\w+?)_days_before_(\w+)", name)
    if early and early[1] in columns and early[2] in [*columns, "birth"]:
        second = "person.birth_date" if early[2] == "birth" else f"record.{early[2]}"
        return _days_early(f"record.{early[1]}", second)
    raise duckdb.BinderException(f"no column {name}")


def _collection_year(last_day: str | None, framed: Sequence[str]) -> str:
    """The year in which the last collection ends that has the record (1 April to 31 March).

    A record without a last day is open: the extract's own day says it.
    """
    as_at = "authority.as_at_date"
    if last_day:
        table = "framed" if last_day in framed else "record"
        as_at = f"least(coalesce(cast({table}.{last_day} as date), {as_at}), {as_at})"
    return f"cast(date_part('year', {as_at} + interval 9 month) as integer)"


def _valid_on(code: str, day: str, code_set: str) -> str:
    """Whether the record's code was valid on the record's day; null where either is missing."""
    return (
        f"case when record.{code} is not null and record.{day} is not null then "
        "not exists (select 1 from code_validity "
        f"where code_validity.code_set = '{code_set}' and code_validity.code = record.{code} "
        f"and (cast(record.{day} as date) < code_validity.valid_from "
        f"or cast(record.{day} as date) > code_validity.valid_to)) end"
    )


def _days_early(first: str, second: str) -> str:
    """Days by which date `first` comes before `second`; 0 where it doesn't, null if unknown."""
    days = f"date_diff('day', cast({first} as date), cast({second} as date))"
    return f"case when {days} is not null then greatest({days}, 0) end"


def _reading(column: str) -> str:
    """How the value of a date or code came over."""

    def lists(names: str) -> str:
        return (
            f"concat(',', replace(coalesce(record.{names}, ''), ' ', ''), ',') like '%,{column},%'"
        )

    return (
        f"case when {lists('unreadable_dates')} then 'unreadable' "
        f"when {lists('placeholder_dates')} then 'placeholder' "
        f"when {lists('unknown_codes')} then 'unknown' "
        f"when record.{column} is null then 'missing' else 'read' end"
    )


def not_evaluated(rule: Rule) -> str:
    """SQL: true for the rows that the expectation leaves out, as Great Expectations does.

    Great Expectations knows no years: those that have not got the rule are left out after it.
    """
    if rule.type in ("expect_column_values_to_not_be_null", "expect_column_values_to_be_null"):
        return "false"
    missing = [f"{name} is null" for name in rule.judged_columns]
    if len(missing) == 1 or rule.kwargs.get("ignore_row_if") == "either_value_is_missing":
        left_out = " or ".join(missing)
    else:
        left_out = " and ".join(missing) if rule.kwargs.get("ignore_row_if") != "never" else "false"
    return left_out if rule.is_of_all_years else f"{left_out} or not ({_years(rule)})"


def _years(rule: Rule) -> str:
    """SQL: true for the rows of a collection that has the rule."""
    return " or ".join(
        f"collection_year between {national.first_year or 0} and {national.last_year or 9999}"
        for national in rule.national
    )
