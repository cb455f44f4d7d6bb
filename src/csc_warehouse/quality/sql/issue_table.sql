-- One row per conformed table that an issue is open on.
select distinct issue.table_name
from analyst.dq.issue as issue
inner join duckdb_tables() as built
    on
        issue.table_name = built.table_name
        and built.database_name = current_database()
        and built.schema_name = 'intermediate'
where issue.state <> 'resolved'
order by issue.table_name
