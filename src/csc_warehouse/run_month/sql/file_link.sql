-- One row per file or sheet of the release's loads: the name behind `source_file`.
select
    unnest($la_codes::varchar[]) as la_code,
    unnest($load_ids::varchar[]) as load_id,
    unnest($numbers::varchar[]) as source_file,
    unnest($names::varchar[]) as file_name
