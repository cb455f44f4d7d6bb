-- skeleton: to be replaced
select
    cast(null as varchar) as cin_plan_key,
    cast(null as varchar) as la_code,
    cast(null as varchar) as child_key,
    cast(null as varchar) as referral_key,
    cast(null as date) as start_date,
    cast(null as date) as end_date,
    cast(null as integer) as age_years,
    cast(null as varchar) as team_key,
    cast(null as varchar) as load_id,
    cast(null as varchar) as source_file,
    cast(null as bigint) as row_number,
where false
