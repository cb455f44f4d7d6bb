{% set content = [
    'cont_contact_id',
    'cont_person_id',
    'cont_contact_date',
    'cont_contact_source_code',
    'cont_contact_source_desc',
    'cont_contact_outcome_json',
] %}
{% set dates = {
    'contact_date': 'contacts.cont_contact_date',
} %}
{% set codes = {
    'source_code': ['source_text_match', 'source_code_match'],
    'outcome_codes': 'outcome_match',
} %}

with

contacts as (
    select * from {{ source('ssd', 'ssd_contacts') }}
),

codes as (
    select * from {{ ref('int_codes_matched') }}
),

final as (
    select
        {{ technical_columns('ssd', 'contacts') }},
        contacts._child_key as child_key,
        {{ record_id('contacts', 'cont_contact_id', content) }} as record_id,
        {{ clean_id('contacts.cont_contact_id') }} as contact_id,
        {{ clean_date('contacts.cont_contact_date') }} as contact_date,
        coalesce(source_text_match.code, source_code_match.code) as source_code,
        outcome_match.code as outcome_codes,
        {{ unreadable_dates(dates) }} as unreadable_dates,
        {{ placeholder_dates(dates) }} as placeholder_dates,
        {{ unknown_codes(codes) }} as unknown_codes
    from contacts
    {{ join_codes('source_code_match', 'referral_source', 'contacts', 'cont_contact_source_code') }}
    {{ join_codes('source_text_match', 'referral_source', 'contacts', 'cont_contact_source_desc') }}
    {{ join_codes('outcome_match', 'outcome_flags', 'contacts', 'cont_contact_outcome_json') }}
)

select * from final
