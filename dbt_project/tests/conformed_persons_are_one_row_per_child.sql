-- Our promise: joins to a child on authority and child_key never multiply rows.
{{ config(tags=['staging']) }}

select
    la_code,
    child_key
from {{ ref('int_persons_conformed') }}
group by la_code, child_key
having count(*) > 1
