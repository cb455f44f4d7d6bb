-- skeleton: to be replaced
select
    cast(null as varchar) as health_assessment_key,
    cast(null as varchar) as la_code,
    cast(null as varchar) as child_key,
    cast(null as date) as check_date,
    cast(null as varchar) as health_check_type_code,
    cast(null as varchar) as status_code,
    cast(null as integer) as age_years,
    cast(null as varchar) as load_id,
    cast(null as varchar) as source_file,
    cast(null as bigint) as row_number,
where false
