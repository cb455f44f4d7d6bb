-- One row per month-end row of one table that moved a figure and record that it was made of by
-- `column`, before or now.
select distinct
    {{ key }} as row_key,
    {{ column }} as record_key
from (
    select {{ key }}, {{ column }} from {{ before }}.marts.{{ table }}
    union all
    select {{ key }}, {{ column }} from {{ after }}.marts.{{ table }}
)
where
    {{ column }} is not null
    and {{ key }} in (select record_key from revised_records where record_table = '{{ table }}')
