-- skeleton: to be replaced
select
    cast(null as varchar) as assessment_factor_key,
    cast(null as varchar) as la_code,
    cast(null as varchar) as child_key,
    cast(null as varchar) as assessment_key,
    cast(null as varchar) as factor_code,
    cast(null as varchar) as load_id,
    cast(null as varchar) as source_file,
    cast(null as bigint) as row_number,
where false
