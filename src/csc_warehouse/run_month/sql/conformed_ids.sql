-- One row per conformed table of records: its id column, the one named first after the keys.
select table_name, min_by(column_name, ordinal_position)
from information_schema.columns
where
    table_schema = 'intermediate'
    and (
        table_name like 'int\_%\_conformed' escape '\'
        and column_name like '%\_id' escape '\'
        and column_name not in ('load_id', 'referral_id', 'parent_team_id')
        or table_name = 'int_referrals_conformed' and column_name = 'referral_id'
    )
group by table_name
having table_name in (
    select table_name from information_schema.columns
    where table_schema = 'intermediate' and column_name = 'record_key'
    intersect
    select table_name from information_schema.columns
    where table_schema = 'intermediate' and column_name = 'child_key'
)
order by table_name
