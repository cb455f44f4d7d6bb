-- One row: rows that name a record of another table, and those whose record was delivered.
with

named as (
    select trim({{ column }}) as id
    from read_parquet($files)
    where upper(trim({{ column }})) not in ('', 'NULL', '\N', '-1', '0')
),

delivered as (
    select distinct trim({{ owner_column }}) as id
    from read_parquet($owner_files)
)

select
    count(*) as named_count,
    count(delivered.id) as found_count
from named
left join delivered on named.id = delivered.id
