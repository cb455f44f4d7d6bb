-- skeleton: to be replaced
select
    cast(null as varchar) as return_interview_key,
    cast(null as varchar) as la_code,
    cast(null as varchar) as child_key,
    cast(null as varchar) as missing_episode_key,
    cast(null as varchar) as offered_code,
    cast(null as varchar) as accepted_code,
    cast(null as timestamp) as held_at,
    cast(null as varchar) as load_id,
    cast(null as varchar) as source_file,
    cast(null as bigint) as row_number,
where false
