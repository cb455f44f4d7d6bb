with

contacts as (
    select * from {{ ref('int_contacts_conformed') }}
),

persons as (
    select * from {{ ref('int_persons_conformed') }}
),

-- A child's contacts of one day count once: the lowest id carries the breakdowns.
numbered_contacts as (
    select
        *,
        row_number() over (
            partition by la_code, child_key, contact_date
            order by contact_id asc nulls last, record_key asc
        ) as day_number
    from contacts
),

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
        contacts.contact_date is not null and contacts.day_number = 1 as is_counted,
        {{ age_years('persons.birth_date', 'contacts.contact_date') }} as age_years,
        contacts.load_id,
        contacts.source_file,
        contacts.row_number
    from numbered_contacts as contacts
    left join persons
        on
            contacts.la_code = persons.la_code
            and contacts.child_key = persons.child_key
)

select * from final
