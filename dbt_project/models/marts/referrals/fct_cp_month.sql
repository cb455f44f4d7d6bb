-- skeleton: to be replaced
select
    cast(null as varchar) as cp_month_key,
    cast(null as varchar) as la_code,
    cast(null as varchar) as child_key,
    cast(null as date) as month_end_date,
    cast(null as varchar) as cp_plan_key,
    cast(null as date) as plan_start_date,
    cast(null as varchar) as latest_category_code,
    cast(null as integer) as days_on_plan,
    cast(null as integer) as age_years,
    cast(null as varchar) as team_key,
    cast(null as varchar) as load_id,
    cast(null as varchar) as source_file,
    cast(null as bigint) as row_number,
where false
