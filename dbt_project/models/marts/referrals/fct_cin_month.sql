-- skeleton: to be replaced
select
    cast(null as varchar) as cin_month_key,
    cast(null as varchar) as la_code,
    cast(null as varchar) as child_key,
    cast(null as date) as month_end_date,
    cast(null as varchar) as referral_key,
    cast(null as date) as referral_date,
    cast(null as varchar) as primary_need_code,
    cast(null as integer) as age_years,
    cast(null as varchar) as team_key,
    cast(null as varchar) as load_id,
    cast(null as varchar) as source_file,
    cast(null as bigint) as row_number,
where false
