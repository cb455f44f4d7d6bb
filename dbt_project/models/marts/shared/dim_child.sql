-- skeleton: to be replaced
select
    cast(null as varchar) as child_key,
    cast(null as varchar) as la_code,
    cast(null as varchar) as sex_code,
    cast(null as varchar) as sex,
    cast(null as varchar) as ethnicity_code,
    cast(null as varchar) as ethnic_group,
    cast(null as date) as birth_month_date,
    cast(null as boolean) as is_birth_date_known,
    cast(null as boolean) as is_birth_date_estimated,
    cast(null as boolean) as has_disability,
    cast(null as varchar) as disability,
    cast(null as boolean) as has_been_unaccompanied,
    cast(null as boolean) as is_in_person_table,
    cast(null as varchar) as load_id,
    cast(null as varchar) as source_file,
    cast(null as bigint) as row_number,
where false
