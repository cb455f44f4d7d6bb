-- One row per table and view that an analyst sees, with its columns in their order.
select
    columns.schema_name,
    columns.table_name,
    if(views.view_name is null, 'table', 'view') as kind,
    list(columns.column_name order by columns.column_index) as column_names
from duckdb_columns() as columns
left join duckdb_views() as views
    on
        columns.database_name = views.database_name
        and columns.schema_name = views.schema_name
        and columns.table_name = views.view_name
where
    columns.database_name = 'analyst'
    and columns.schema_name <> 'internal'
    and not columns.internal
group by columns.schema_name, columns.table_name, views.view_name
order by columns.schema_name, columns.table_name
