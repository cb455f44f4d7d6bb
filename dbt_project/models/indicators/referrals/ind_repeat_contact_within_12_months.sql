-- CON-06: of contacts, those about a child with an earlier one in the 12 calendar months before and
-- no referral in between: from the day of the earlier one to the day before this one. The nearest
-- earlier contact decides, for it leaves the least room for a referral.
with

fct_contact as (
    select * from {{ ref('fct_contact') }}
    where
        is_counted
        and contact_date is not null
),

fct_referral as (
    select * from {{ ref('fct_referral') }}
    where referral_date is not null
),

followed as (
    select
        *,
        lag(contact_date) over (
            partition by la_code, child_key
            order by contact_date
        ) as previous_contact_date
    from fct_contact
),

referred_between as (
    select distinct followed.contact_key
    from followed
    inner join fct_referral
        on
            followed.la_code = fct_referral.la_code
            and followed.child_key = fct_referral.child_key
            and followed.previous_contact_date <= fct_referral.referral_date
            and followed.contact_date > fct_referral.referral_date
),

judged as (
    select
        followed.*,
        followed.previous_contact_date >= {{ add_months('followed.contact_date', -12) }}
        and referred_between.contact_key is null as is_repeat
    from followed
    left join referred_between on followed.contact_key = referred_between.contact_key
),

final as (
    select
        {{ indicator_columns(
            record_table='fct_contact',
            record_key='contact_key',
            event_date='contact_date',
            numerator='case when is_repeat then 1 else 0 end',
            denominator='1',
            age_years='age_years',
            referral_source_code="coalesce(source_code, 'not known')",
            school_day='contact_date',
        ) }}
    from judged
)

select * from final
