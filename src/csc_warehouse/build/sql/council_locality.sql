-- One row per postcode of a council's list, as its key, with its locality.
create or replace table crosswalk.council_locality as
select
    la_code,
    place_key,
    locality_code,
    locality_name
from listed
