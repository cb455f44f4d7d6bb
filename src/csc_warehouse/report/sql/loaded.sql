-- One row per load of the release: whose, from where, of which month, and its rows.
select
    load.la_code,
    authority.authority_name,
    load.source_system,
    load.extract_month,
    load.is_stale,
    load.rows_in,
    load.rows_kept,
    load.rows_quarantined
from ops.load as load
left join marts.dim_authority as authority on load.la_code = authority.la_code
order by load.la_code, load.source_system, load.extract_month desc
