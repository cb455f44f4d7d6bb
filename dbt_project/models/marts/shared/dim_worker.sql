-- skeleton: to be replaced
select
    cast(null as varchar) as worker_key,
    cast(null as varchar) as la_code,
    cast(null as boolean) as is_agency,
    cast(null as double) as full_time_equivalency,
where false
