-- skeleton: to be replaced
select
    cast(null as varchar) as team_key,
    cast(null as varchar) as la_code,
    cast(null as varchar) as team_name,
    cast(null as varchar) as parent_team_name,
where false
