-- skeleton: to be replaced
select
    cast(null as varchar) as la_code,
    cast(null as varchar) as authority_name,
    cast(null as boolean) as is_fictional,
    cast(null as varchar) as region_name,
    cast(null as date) as as_at_date,
    cast(null as date) as history_start_date,
    cast(null as boolean) as is_stale,
where false
