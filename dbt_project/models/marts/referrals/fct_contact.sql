with

contacts as (
    select * from {{ ref('int_contacts_conformed') }}
),

persons as (
    select * from {{ ref('int_persons_conformed') }}
),

-- A child's contacts of one day count once: the lowest id carries the breakdowns.
{{ repeats_of_a_day('contacts', 'contact_date', 'contact_id asc nulls last, record_key asc') }},

final as (
    select
        contacts.record_key as contact_key,
        contacts.la_code,
        contacts.child_key,
        contacts.contact_date,
        contacts.source_code,
        contacts.outcome_codes,
        coalesce(contacts.outcome_codes like '%EARLY%HELP%', false) as is_early_help_outcome,
        coalesce(contacts.outcome_codes like '%NEW_REFERRAL%', false) as is_referral_outcome,
        contacts.contact_date is not null and repeats.record_key is null as is_counted,
        {{ age_years('persons.birth_date', 'contacts.contact_date') }} as age_years,
        contacts.load_id,
        contacts.source_file,
        contacts.row_number
    from contacts
    left join repeats
        on contacts.record_key = repeats.record_key
    left join persons
        on {{ same_child('contacts', 'persons') }}
)

select * from final
