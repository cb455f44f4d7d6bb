with

contacts as (
    select * from {{ ref('int_contacts_conformed') }}
),

referrals as (
    select * from {{ ref('fct_referral') }}
),

persons as (
    select * from {{ ref('int_persons_conformed') }}
),

localities as (
    select * from {{ ref('int_child_localities') }}
),

-- A child's contacts of one day count once: the lowest id carries the breakdowns.
{{ repeats_of_a_day('contacts', 'contact_date', 'contact_id asc nulls last, record_key asc') }},

counted_contacts as (
    select contacts.*
    from contacts
    left join repeats
        on contacts.record_key = repeats.record_key
    where
        contacts.contact_date is not null
        and repeats.record_key is null
),

-- A referral came of one contact: of those in the days before, one that says so, then the latest.
contacts_before_referrals as (
    select
        contacts.record_key,
        referrals.referral_key,
        referrals.referral_date,
        row_number() over (
            partition by referrals.referral_key
            order by
                case when contacts.outcome_codes like '%NEW_REFERRAL%' then 0 else 1 end asc,
                contacts.contact_date desc
        ) as choice_number
    from referrals
    inner join counted_contacts as contacts
        on
            {{ same_child('referrals', 'contacts') }}
            and contacts.contact_date <= referrals.referral_date
            and contacts.contact_date >= {{ add_days(
                'referrals.referral_date',
                '-' ~ rule('contact_to_referral_days', 'referrals.referral_date')
            ) }}
    where referrals.is_counted
),

-- Of two referrals out of one contact the first.
referred_contacts as (
    select
        record_key,
        referral_key,
        row_number() over (partition by record_key order by referral_date) as referral_number
    from contacts_before_referrals
    where choice_number = 1
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
        contacts.contact_date is not null and repeats.record_key is null as is_counted,
        referred_contacts.referral_key,
        {{ age_years('persons.birth_date', 'contacts.contact_date') }} as age_years,
        localities.locality_key,
        contacts.load_id,
        contacts.source_file,
        contacts.row_number
    from contacts
    left join repeats
        on contacts.record_key = repeats.record_key
    left join referred_contacts
        on
            contacts.record_key = referred_contacts.record_key
            and referred_contacts.referral_number = 1
    left join persons
        on {{ same_child('contacts', 'persons') }}
    {{ join_locality('contacts', 'contacts.contact_date') }}
)

select * from final
