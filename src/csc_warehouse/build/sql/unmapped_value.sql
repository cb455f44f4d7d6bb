-- One row per authority, code set and received value that stands for no code; the three likeliest.
select
    la_code,
    code_set,
    received_value,
    string_agg(
        distinct concat(source_system, '.', table_name, '.', column_name), ', '
        order by concat(source_system, '.', table_name, '.', column_name)
    ),
    sum(row_count),
    any_value([suggested_code, second_code, third_code])
from unmapped_code
where $la_codes is null or list_contains($la_codes, la_code)
group by la_code, code_set, received_value
order by la_code, code_set, sum(row_count) desc, received_value
