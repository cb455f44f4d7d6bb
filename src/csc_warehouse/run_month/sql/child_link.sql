-- One row per child and id of the case system, for those who correct.
select distinct la_code, child_key, person_id
from intermediate.int_persons_conformed
where person_id is not null
order by la_code, child_key, person_id
