-- One row: the different children of a raw table whose event lies after one day, up to another.
select count(distinct _child_key) as child_count
from read_parquet($files)
where cast(
    try_strptime(left(trim({{ column }}), 10), ['%Y-%m-%d', '%d/%m/%Y', '%Y/%m/%d']) as date
) between cast($first as date) + 1 and cast($last as date)
