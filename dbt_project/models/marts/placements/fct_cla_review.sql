-- skeleton: to be replaced
select
    cast(null as varchar) as cla_review_key,
    cast(null as varchar) as la_code,
    cast(null as varchar) as child_key,
    cast(null as date) as due_date,
    cast(null as date) as review_date,
    cast(null as boolean) as is_cancelled,
    cast(null as varchar) as participation_code,
    cast(null as integer) as age_years,
    cast(null as varchar) as load_id,
    cast(null as varchar) as source_file,
    cast(null as bigint) as row_number,
where false
