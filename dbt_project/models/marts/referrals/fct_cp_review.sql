-- skeleton: to be replaced
select
    cast(null as varchar) as cp_review_key,
    cast(null as varchar) as la_code,
    cast(null as varchar) as child_key,
    cast(null as varchar) as cp_plan_key,
    cast(null as date) as due_date,
    cast(null as date) as review_date,
    cast(null as boolean) as is_continued,
    cast(null as varchar) as load_id,
    cast(null as varchar) as source_file,
    cast(null as bigint) as row_number,
where false
