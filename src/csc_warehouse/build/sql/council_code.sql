-- One row per spelling of a council for a code. It is never published: what somebody wrote as a
-- received value stays with the candidate.
create or replace table crosswalk.council_code as
select
    unnest($la_codes::varchar[]) as la_code,
    unnest($code_sets::varchar[]) as code_set,
    unnest($received::varchar[]) as alias,
    unnest($codes::varchar[]) as code
