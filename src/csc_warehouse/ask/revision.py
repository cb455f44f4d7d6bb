"""What moved between two releases: each restated figure, and the records that moved it.

The tables are declared in models/indicators/aggregation/_revision__sources.yml and made from it.
Publication writes them into the new release, against the one that readers saw until then; `csc
diff` makes them for any two. The rule is the same SQL.
"""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from typing import Any

import duckdb
import yaml

from csc_warehouse.errors import WrongUse
from csc_warehouse.settings import DBT_PROJECT

DECLARATION = DBT_PROJECT / "models" / "indicators" / "aggregation" / "_revision__sources.yml"

#: Where a record came from says nothing of what it says.
_ORIGIN = frozenset({"load_id", "source_file", "row_number"})

#: What follows from other fields is named only where none of those changed.
_DERIVED = ("age_", "days_", "has_", "is_", "working_days_")

#: The value of these is a sum over what is counted, divided or not: each part has its share of it.
_ADDED_UP = (
    "count_of_records",
    "count_of_children",
    "share_of_records",
    "share_of_children",
)


def write(connection: duckdb.DuckDBPyConnection, before: str, after: str, target: str) -> None:
    """Fill the two tables in `target`, a schema, from the releases attached as `before`, `after`.

    Both are names of attached analyst databases, the earlier one first; authorities and figures
    that only one of them has are not compared.
    """
    create(connection, target)
    names = {"before": before, "after": after, "target": target}
    for statement in (_SETTING, _DETAIL_ROWS, _RECORDS):
        connection.execute(statement.format(**names))
    tables = [
        str(row[0])
        for row in connection.execute(
            "select distinct record_table from revised_records order by record_table"
        ).fetchall()
    ]
    connection.execute(_NO_FIELDS)
    for table in tables:
        _compare_fields(connection, before, after, table)
    for statement in (_RECORD_REVISIONS, _UNITS, _FIGURE_REVISIONS):
        connection.execute(statement.format(**names, added_up=_words(_ADDED_UP)))
    for name in ("setting", "detail_rows", "revised_records", "compared_fields", "units"):
        connection.execute(f"drop table temp.{name}")


def create(connection: duckdb.DuckDBPyConnection, target: str) -> None:
    """Make the two tables in the schema `target`, empty: what the first release has."""
    for table in declared_tables():
        columns = ", ".join(
            f"{column['name']} {column['data_type']}"
            + ("" if column.get("meta", {}).get("nullable") else " not null")
            for column in table["columns"]
        )
        key = ", ".join(table["meta"]["primary_key"])
        connection.execute(
            f"create or replace table {target}.{table['name']} ({columns}, primary key ({key}))"
        )


def declared_tables() -> list[dict[str, Any]]:
    """The two tables with their columns, as the dbt project declares them."""
    declared = yaml.safe_load(DECLARATION.read_text(encoding="utf-8"))
    return list(declared["sources"][0]["tables"])


def is_comparable(analyst_db: Path) -> bool:
    """Whether the release has what a comparison reads: those of the first versions may not."""
    if not analyst_db.is_file():
        return False
    with duckdb.connect(str(analyst_db), read_only=True) as connection:
        found = connection.execute(
            "select count(*) from duckdb_columns() where schema_name = 'indicators' "
            "and table_name = 'fct_indicator_detail' and column_name in "
            "('record_table', 'record_key', 'child_key', 'numerator_date', 'quantity')"
        ).fetchone()
    return found == (5,)


def compare(before: Path, after: Path) -> duckdb.DuckDBPyConnection:
    """A connection in memory whose schema `main` holds the two tables for two analyst databases.

    The one as at the earlier date is taken as `before`. Raises WrongUse where the two releases
    have no authority in common.
    """
    connection = duckdb.connect()
    connection.execute("attach $path as before_release (read_only)", {"path": str(before)})
    connection.execute("attach $path as after_release (read_only)", {"path": str(after)})
    common = connection.execute(
        "select count(*) from before_release.marts.dim_authority "
        "inner join after_release.marts.dim_authority using (la_code)"
    ).fetchone()
    if common == (0,):
        raise WrongUse("The two releases have no authority in common.")
    write(connection, "before_release", "after_release", "memory.main")
    return connection


def moved(
    connection: duckdb.DuckDBPyConnection,
    code: str | None = None,
    *,
    la_codes: Sequence[str] | None = None,
    records: bool = False,
) -> list[dict[str, Any]]:
    """What a connection of `compare` found, a dictionary for each row.

    Without `code` one row per authority and indicator, with its newest figure that moved; with it
    each figure and its parts, the newest first; with `records` the records that moved. Raises
    WrongUse for a code that the register does not have.
    """
    known = connection.execute(
        "select count(*) from after_release.reference.indicator where indicator_code = ?", [code]
    ).fetchone()
    if code is not None and known == (0,):
        raise WrongUse(f"There is no indicator {code}. `csc diff` without it lists what moved.")
    sql = _MOVED if code is None else _MOVED_RECORDS if records else _MOVED_FIGURES
    cursor = connection.execute(
        sql, {"code": code, "la_codes": list(la_codes) if la_codes else None}
    )
    names = [column[0] for column in cursor.description or []]
    return [dict(zip(names, row, strict=True)) for row in cursor.fetchall()]


def _words(names: tuple[str, ...]) -> str:
    return ", ".join(f"'{name}'" for name in names)


def _columns(connection: duckdb.DuckDBPyConnection, database: str, table: str) -> list[str]:
    return [
        str(row[0])
        for row in connection.execute(
            "select column_name from duckdb_columns() where database_name = ? "
            "and schema_name = 'marts' and table_name = ? order by column_index",
            [database, table],
        ).fetchall()
    ]


def _compare_fields(
    connection: duckdb.DuckDBPyConnection, before: str, after: str, table: str
) -> None:
    """Add what is different in each revised record of a fact to `compared_fields`.

    A month-end row is no record that anybody wrote: there, what it was made of is compared.
    """
    columns = _columns(connection, after, table)
    if not columns or not _columns(connection, before, table):
        return
    key = columns[0]
    made_of = [
        (column, f"fct_{column.removesuffix('_key')}")
        for column in columns[1:]
        if table.endswith("_month") and _columns(connection, after, f"fct_{column[:-4]}")
    ]
    keys = f"select distinct record_key from revised_records where record_table = '{table}'"
    own = _fields_sql(
        connection, before, after, table, f"select record_key as row_key, record_key from ({keys})"
    )
    linked = [
        _fields_sql(
            connection,
            before,
            after,
            origin,
            f"select distinct {key} as row_key, {column} as record_key "
            f"from (select {key}, {column} from {before}.marts.{table} "
            f"union all select {key}, {column} from {after}.marts.{table}) "
            f"where {column} is not null and {key} in ({keys})",
            prefix=f"{column.removesuffix('_key')}.",
        )
        for column, origin in made_of
    ]
    connection.execute(
        f"insert into compared_fields select '{table}' as record_table, * "
        f"from ({' union all '.join([own, *linked])})"
    )


def _fields_sql(
    connection: duckdb.DuckDBPyConnection,
    before: str,
    after: str,
    table: str,
    keys: str,
    prefix: str = "",
) -> str:
    """SQL: for each key, whether the record was there before and is now, and what differs."""
    known = _columns(connection, before, table)
    columns = [column for column in _columns(connection, after, table) if column in known]
    key = columns[0]
    recorded, derived = (
        ", ".join(
            f"case when earlier.{column} is distinct from later.{column} "
            f"then '{prefix}{column}' end"
            for column in columns[1:]
            if column not in _ORIGIN and column.startswith(_DERIVED) == is_derived
        )
        or "null"
        for is_derived in (False, True)
    )
    return f"""
        select
            keys.row_key,
            {str(bool(prefix)).lower()} as is_origin,
            earlier.{key} is not null as was_there,
            later.{key} is not null as is_there,
            case
                when earlier.{key} is not null and later.{key} is not null
                    then coalesce(
                        nullif(concat_ws(', ', {recorded}), ''),
                        nullif(concat_ws(', ', {derived}), '')
                    )
            end as changed_fields
        from ({keys}) as keys
        left join {before}.marts.{table} as earlier on keys.record_key = earlier.{key}
        left join {after}.marts.{table} as later on keys.record_key = later.{key}
    """


# The figures that both releases have, and that are not the same.
_SETTING = """
    create or replace temp table setting as
    select
        later.la_code,
        later.indicator_code,
        indicator.aggregation,
        later.period_type,
        later.period_start_date,
        later.period_end_date,
        earlier.numerator as previous_numerator,
        earlier.denominator as previous_denominator,
        earlier.value as previous_value,
        later.numerator,
        later.denominator,
        later.value,
        (select release_id from {before}.ops.release) as previous_release_id
    from {after}.indicators.rpt_indicator as later
    inner join {before}.indicators.rpt_indicator as earlier
        on
            later.la_code = earlier.la_code
            and later.indicator_code = earlier.indicator_code
            and later.period_type = earlier.period_type
            and later.period_start_date = earlier.period_start_date
            and later.period_end_date = earlier.period_end_date
    inner join {after}.marts.dim_authority as authority on later.la_code = authority.la_code
    inner join {after}.reference.indicator as indicator
        on
            later.indicator_code = indicator.indicator_code
            and indicator.valid_from <= authority.as_at_date
            and (indicator.valid_to > authority.as_at_date or indicator.valid_to is null)
    where
        later.breakdown = 'all'
        and earlier.breakdown = 'all'
        and later.availability = 'available'
        and earlier.availability = 'available'
        and (
            later.numerator is distinct from earlier.numerator
            or later.denominator is distinct from earlier.denominator
            or later.value is distinct from earlier.value
        )
"""

# The rows behind those figures that only one of the releases has, or that say another thing.
_DETAIL_ROWS = """
    create or replace temp table detail_rows as
    with
    wanted as (
        select
            la_code,
            indicator_code,
            min(period_start_date) as first_date,
            max(period_end_date) as last_date
        from setting
        group by la_code, indicator_code
    ),

    earlier as (
        select
            la_code, indicator_code, record_table, record_key, child_key, event_date,
            numerator_date, numerator, denominator, quantity
        from {before}.indicators.fct_indicator_detail as detail
        inner join wanted using (la_code, indicator_code)
        where event_date between first_date and last_date
    ),

    later as (
        select
            la_code, indicator_code, record_table, record_key, child_key, event_date,
            numerator_date, numerator, denominator, quantity
        from {after}.indicators.fct_indicator_detail as detail
        inner join wanted using (la_code, indicator_code)
        where event_date between first_date and last_date
    )

    select *, false as is_later from (select * from earlier except all select * from later)
    union all
    select *, true as is_later from (select * from later except all select * from earlier)
"""

_RECORDS = """
    create or replace temp table revised_records as
    select distinct la_code, indicator_code, record_table, record_key
    from detail_rows
"""

_NO_FIELDS = """
    create or replace temp table compared_fields (
        record_table varchar, row_key varchar, is_origin boolean, was_there boolean,
        is_there boolean, changed_fields varchar
    )
"""

# Why a record moved a figure. What a month-end row was made of says more than the row itself; a
# record that says the same as before moved by another one (a status, a link) or by the rule.
_RECORD_REVISIONS = """
    insert into {target}.fct_indicator_revision
    with
    reasons as (
        select
            record_table,
            row_key,
            bool_or(is_origin and was_there and not is_there) as origin_gone,
            bool_or(is_origin and is_there and not was_there) as origin_new,
            bool_or(is_origin) as has_origin,
            bool_or(not is_origin and was_there and not is_there) as is_gone,
            bool_or(not is_origin and is_there and not was_there) as is_new,
            string_agg(changed_fields, ', ' order by changed_fields)
                filter (where is_origin) as origin_fields,
            string_agg(changed_fields, ', ' order by changed_fields)
                filter (where not is_origin) as own_fields
        from compared_fields
        group by record_table, row_key
    ),

    explained as (
        select
            record_table,
            row_key,
            case
                when origin_fields is not null then 'changed'
                when has_origin and origin_new then 'added'
                when has_origin and origin_gone then 'removed'
                when not has_origin and is_new then 'added'
                when not has_origin and is_gone then 'removed'
                when own_fields is not null then 'changed'
                else 'related'
            end as change_reason,
            coalesce(origin_fields, own_fields) as changed_fields
        from reasons
    ),

    records as (
        select
            la_code,
            indicator_code,
            record_table,
            record_key,
            coalesce(
                max(child_key) filter (where is_later), max(child_key)
            ) as child_key,
            min(event_date) filter (where not is_later) as previous_event_date,
            min(event_date) filter (where is_later) as event_date,
            sum(numerator) filter (where not is_later) as previous_numerator,
            sum(numerator) filter (where is_later) as numerator,
            sum(denominator) filter (where not is_later) as previous_denominator,
            sum(denominator) filter (where is_later) as denominator
        from detail_rows
        group by la_code, indicator_code, record_table, record_key
    )

    select
        records.la_code,
        records.indicator_code,
        records.record_table,
        records.record_key,
        records.child_key,
        coalesce(explained.change_reason, 'related') as change_reason,
        case
            when explained.change_reason = 'changed' then explained.changed_fields
        end as changed_fields,
        records.previous_event_date,
        records.event_date,
        records.previous_numerator,
        records.numerator,
        records.previous_denominator,
        records.denominator
    from records
    left join explained
        on
            records.record_table = explained.record_table
            and records.record_key = explained.row_key
    order by records.la_code, records.indicator_code, records.record_table, records.record_key
"""

# What counts once in a figure, a record or a child, before and after; with why it moved.
_UNITS = """
    create or replace temp table units as
    with
    revisions as (
        select
            revision.*,
            setting.aggregation,
            setting.period_type,
            setting.period_start_date,
            setting.period_end_date,
            setting.aggregation like '%\\_of\\_children' escape '\\' as is_by_child
        from {target}.fct_indicator_revision as revision
        inner join setting
            on
                revision.la_code = setting.la_code
                and revision.indicator_code = setting.indicator_code
                and (
                    revision.event_date
                        between setting.period_start_date and setting.period_end_date
                    or revision.previous_event_date
                        between setting.period_start_date and setting.period_end_date
                )
    ),

    reasons as (
        select
            la_code,
            indicator_code,
            period_type,
            period_start_date,
            period_end_date,
            is_by_child,
            case when is_by_child then child_key else record_table || record_key end as unit,
            bool_or(change_reason = 'added') as has_added,
            bool_or(change_reason = 'removed') as has_removed,
            bool_or(change_reason = 'changed') as has_changed,
            min(changed_fields) as changed_fields
        from revisions
        group by all
    ),

    rows_of_units as (
        select
            reasons.la_code,
            reasons.indicator_code,
            reasons.period_type,
            reasons.period_start_date,
            reasons.period_end_date,
            reasons.unit,
            detail.is_later,
            max(reasons.is_by_child) as is_by_child,
            bool_or(reasons.has_added) as has_added,
            bool_or(reasons.has_removed) as has_removed,
            bool_or(reasons.has_changed) as has_changed,
            max(reasons.changed_fields) as changed_fields,
            max(
                case when detail.numerator_date > reasons.period_end_date then 0
                else detail.numerator end
            ) as child_numerator,
            max(detail.denominator) as child_denominator,
            sum(
                case when detail.numerator_date > reasons.period_end_date then 0
                else detail.numerator end
            ) as record_numerator,
            sum(detail.denominator) as record_denominator
        from reasons
        inner join (
            select *, false as is_later from {before}.indicators.fct_indicator_detail
            union all by name
            select *, true as is_later from {after}.indicators.fct_indicator_detail
        ) as detail
            on
                reasons.la_code = detail.la_code
                and reasons.indicator_code = detail.indicator_code
                and detail.event_date
                    between reasons.period_start_date and reasons.period_end_date
                and case
                    when reasons.is_by_child then detail.child_key
                    else detail.record_table || detail.record_key
                end = reasons.unit
        group by all
    )

    select
        la_code,
        indicator_code,
        period_type,
        period_start_date,
        period_end_date,
        unit,
        case
            when bool_and(is_later) and bool_or(has_added) then 'added'
            when not bool_or(is_later) and bool_or(has_removed) then 'removed'
            when bool_or(has_changed) then 'changed'
            when bool_or(has_added) then 'added'
            when bool_or(has_removed) then 'removed'
            else 'related'
        end as change_reason,
        max(changed_fields) as changed_fields,
        coalesce(sum(
            case when is_by_child then child_numerator else record_numerator end
        ) filter (where is_later), 0)
        - coalesce(sum(
            case when is_by_child then child_numerator else record_numerator end
        ) filter (where not is_later), 0) as numerator_change,
        coalesce(sum(
            case when is_by_child then child_denominator else record_denominator end
        ) filter (where is_later), 0)
        - coalesce(sum(
            case when is_by_child then child_denominator else record_denominator end
        ) filter (where not is_later), 0) as denominator_change
    from rows_of_units
    group by la_code, indicator_code, period_type, period_start_date, period_end_date, unit
"""

# The parts of each figure's move. Of a share, a part is what its numerator and its denominator
# move, each weighed by the mean of before and after: with them the parts add up to the whole.
_FIGURE_REVISIONS = """
    insert into {target}.rpt_indicator_revision
    with
    parts as (
        select
            la_code,
            indicator_code,
            period_type,
            period_start_date,
            period_end_date,
            change_reason,
            case when change_reason = 'changed' then coalesce(changed_fields, '') else '' end
                as changed_fields,
            count(*) as moved_count,
            sum(numerator_change) as numerator_change,
            sum(denominator_change) as denominator_change
        from units
        where numerator_change <> 0 or denominator_change <> 0
        group by all
    ),

    together as (
        select
            setting.la_code,
            setting.indicator_code,
            setting.period_type,
            setting.period_start_date,
            setting.period_end_date,
            count(units.unit) as moved_count
        from setting
        left join units
            on
                setting.la_code = units.la_code
                and setting.indicator_code = units.indicator_code
                and setting.period_type = units.period_type
                and setting.period_start_date = units.period_start_date
                and setting.period_end_date = units.period_end_date
        where setting.aggregation not in ({added_up})
        group by all
    ),

    explained as (
        select
            setting.*,
            parts.change_reason,
            parts.changed_fields,
            parts.moved_count,
            cast(parts.numerator_change as bigint) as numerator_change,
            case
                when setting.denominator is not null
                    then cast(parts.denominator_change as bigint)
            end as denominator_change,
            case
                when setting.aggregation like 'count\\_%' escape '\\'
                    then cast(parts.numerator_change as double)
                when setting.previous_denominator > 0 and setting.denominator > 0
                    then
                        50.0 * parts.numerator_change
                        * (1.0 / setting.previous_denominator + 1.0 / setting.denominator)
                        - 50.0 * parts.denominator_change
                        * (setting.previous_numerator + setting.numerator)
                        / (cast(setting.previous_denominator as double) * setting.denominator)
            end as value_change
        from setting
        inner join parts
            on
                setting.la_code = parts.la_code
                and setting.indicator_code = parts.indicator_code
                and setting.period_type = parts.period_type
                and setting.period_start_date = parts.period_start_date
                and setting.period_end_date = parts.period_end_date
        where setting.aggregation in ({added_up})

        union all

        select
            setting.*,
            'together' as change_reason,
            '' as changed_fields,
            together.moved_count,
            cast(setting.numerator - setting.previous_numerator as bigint) as numerator_change,
            cast(setting.denominator - setting.previous_denominator as bigint)
                as denominator_change,
            setting.value - setting.previous_value as value_change
        from setting
        inner join together
            on
                setting.la_code = together.la_code
                and setting.indicator_code = together.indicator_code
                and setting.period_type = together.period_type
                and setting.period_start_date = together.period_start_date
                and setting.period_end_date = together.period_end_date
    )

    select
        la_code,
        indicator_code,
        period_type,
        period_start_date,
        period_end_date,
        change_reason,
        changed_fields,
        previous_release_id,
        previous_numerator,
        previous_denominator,
        previous_value,
        numerator,
        denominator,
        value,
        moved_count,
        numerator_change,
        denominator_change,
        value_change
    from explained
    order by
        la_code, indicator_code, period_type, period_start_date, period_end_date,
        change_reason, changed_fields
"""

_MOVED = """
    with
    figures as (
        select
            la_code,
            indicator_code,
            period_type,
            period_start_date,
            period_end_date,
            any_value(previous_value) as previous_value,
            any_value(value) as value
        from rpt_indicator_revision
        where
            ($la_codes is null or list_contains($la_codes, la_code))
            and ($code is null or indicator_code = $code)
        group by la_code, indicator_code, period_type, period_start_date, period_end_date
    ),

    ordered as (
        select
            *,
            count(*) over (partition by la_code, indicator_code) as figures,
            row_number() over (
                partition by la_code, indicator_code
                order by
                    period_end_date desc,
                    abs(value - previous_value) desc nulls last,
                    period_type
            ) as place
        from figures
    ),

    reasons as (
        select
            la_code,
            indicator_code,
            string_agg(record_count || ' ' || change_reason, ', ' order by change_reason)
                as reasons
        from (
            select la_code, indicator_code, change_reason, count(*) as record_count
            from fct_indicator_revision
            group by la_code, indicator_code, change_reason
        )
        group by la_code, indicator_code
    )

    select
        ordered.la_code,
        ordered.indicator_code,
        ordered.figures,
        ordered.period_type,
        ordered.period_end_date,
        ordered.previous_value,
        ordered.value,
        reasons.reasons
    from ordered
    left join reasons using (la_code, indicator_code)
    where ordered.place = 1
    order by ordered.la_code, ordered.indicator_code
"""

_MOVED_FIGURES = """
    select *
    from rpt_indicator_revision
    where
        indicator_code = $code
        and ($la_codes is null or list_contains($la_codes, la_code))
    order by la_code, period_end_date desc, period_type, abs(value_change) desc, change_reason
"""

_MOVED_RECORDS = """
    select *
    from fct_indicator_revision
    where
        indicator_code = $code
        and ($la_codes is null or list_contains($la_codes, la_code))
    order by la_code, coalesce(event_date, previous_event_date) desc, record_key
"""
