{#
    Where a child's home was, by the list of a council (docs/what-a-council-decides.md): of the homes
    open on a day, one that the case system calls a home before any other address, then the one that
    began last. An address that it calls a placement is no home. In the 903 it is the home postcode
    of the episode, while that lasts.

    Only authorities with a list are looked at: without one, nothing is sorted or hashed.
#}
{% set columns = [
    'address_type',
    'start_date',
    'end_date',
    'postcode_key',
] %}

with

council_locality as (
    select * from {{ source('crosswalk', 'council_locality') }}
),

ssd_addresses as (
    select * from {{ ref('stg_ssd__addresses') }}
),

ssda903_episodes as (
    select * from {{ ref('int_ssda903_episodes_merged') }}
),

subject_sources as (
    select * from {{ ref('int_subject_sources') }}
),

authorities as (
    select distinct la_code
    from council_locality
),

ssd_addresses_of_lists as (
    select ssd_addresses.*
    from ssd_addresses
    inner join authorities on ssd_addresses.la_code = authorities.la_code
),

received as (
    {{ from_chosen_source('ssd_addresses_of_lists', 'all', columns) }}
),

{{ latest_versions('addresses', columns) }},

homes as (
    select
        la_code,
        child_key,
        record_key,
        start_date,
        end_date,
        postcode_key,
        coalesce(upper(address_type) like 'HOME%', false) as is_called_home,
        true as is_address
    from latest
    where
        start_date is not null
        and coalesce(upper(address_type) not like '%PLACE%', true)

    union all

    select
        ssda903_episodes.la_code,
        ssda903_episodes.child_key,
        ssda903_episodes.record_key,
        ssda903_episodes.start_date,
        ssda903_episodes.end_date,
        ssda903_episodes.home_postcode_key as postcode_key,
        false as is_called_home,
        false as is_address
    from ssda903_episodes
    inner join authorities on ssda903_episodes.la_code = authorities.la_code
    where ssda903_episodes.start_date is not null
),

{{ choose_open_record(
    'homes',
    ['postcode_key'],
    'open_records.is_called_home desc, open_records.is_address desc, '
    ~ 'open_records.start_date desc, open_records.record_key desc'
) }},

final as (
    select
        chosen_homes.la_code,
        chosen_homes.child_key,
        chosen_homes.start_date,
        chosen_homes.end_date,
        {{ locality_key('council_locality.la_code', 'council_locality.locality_code') }}
            as locality_key
    from chosen_records as chosen_homes
    inner join council_locality
        on
            chosen_homes.la_code = council_locality.la_code
            and chosen_homes.postcode_key = council_locality.place_key
)

select * from final
