{% set content = [
    'child_unique_id',
    'date_of_contact',
    'contact_source',
] %}
{% set dates = {
    'contact_date': 'contacts.date_of_contact',
} %}
{% set codes = {
    'source_code': 'source_match',
} %}

with

contacts as (
    select * from {{ source('annex_a', 'list_1_contacts') }}
),

codes as (
    select * from {{ ref('int_codes_matched') }}
),

final as (
    select
        {{ technical_columns('annex_a', 'contacts') }},
        contacts._child_key as child_key,
        {{ dated_record_id('contacts', 'date_of_contact', content) }} as record_id,
        cast(null as string) as contact_id,
        {{ clean_date('contacts.date_of_contact') }} as contact_date,
        source_match.code as source_code,
        cast(null as string) as outcome_codes,
        {{ unreadable_dates(dates) }} as unreadable_dates,
        {{ placeholder_dates(dates) }} as placeholder_dates,
        {{ unknown_codes(codes) }} as unknown_codes
    from contacts
    {{ join_codes('source_match', 'referral_source', 'contacts', 'contact_source') }}
)

select * from final
