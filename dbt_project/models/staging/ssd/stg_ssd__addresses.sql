{#
    The postcode is a keyed hash, made at landing: it says which addresses share one, and which
    locality of a council's list they are in.
#}
{% set content = [
    'addr_person_id',
    'addr_address_type',
    'addr_address_start_date',
    'addr_address_end_date',
    'addr_address_postcode',
] %}
{% set dates = {
    'start_date': 'address.addr_address_start_date',
    'end_date': 'address.addr_address_end_date',
} %}

with

address as (
    select * from {{ source('ssd', 'ssd_address') }}
),

final as (
    select
        {{ technical_columns('ssd', 'address') }},
        address._child_key as child_key,
        {{ record_id('address', 'addr_table_id', content) }} as record_id,
        {{ clean_text('address.addr_address_type') }} as address_type,
        {{ clean_date('address.addr_address_start_date') }} as start_date,
        {{ clean_date('address.addr_address_end_date') }} as end_date,
        address.addr_address_postcode as postcode_key,
        {{ unreadable_dates(dates) }} as unreadable_dates,
        {{ placeholder_dates(dates) }} as placeholder_dates,
        cast(null as string) as unknown_codes
    from address
)

select * from final
