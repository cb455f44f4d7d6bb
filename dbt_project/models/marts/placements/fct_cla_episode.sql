-- skeleton: to be replaced
select
    cast(null as varchar) as cla_episode_key,
    cast(null as varchar) as la_code,
    cast(null as varchar) as child_key,
    cast(null as varchar) as period_of_care_key,
    cast(null as date) as start_date,
    cast(null as date) as end_date,
    cast(null as varchar) as start_reason_code,
    cast(null as varchar) as end_reason_code,
    cast(null as varchar) as primary_need_code,
    cast(null as varchar) as legal_status_code,
    cast(null as integer) as age_years,
    cast(null as varchar) as load_id,
    cast(null as varchar) as source_file,
    cast(null as bigint) as row_number,
where false
