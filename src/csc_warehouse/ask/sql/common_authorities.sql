-- One row: how many authorities both releases have.
select count(*)
from before_release.marts.dim_authority
inner join after_release.marts.dim_authority using (la_code)
