-- CON-03: of contacts, those with a new referral among their outcomes.
with

fct_contact as (
    select * from {{ ref('fct_contact') }}
),

final as (
    select
        {{ indicator_columns(
            record_table='fct_contact',
            record_key='contact_key',
            event_date='contact_date',
            numerator='case when is_referral_outcome then 1 else 0 end',
            denominator='1',
            age_years='age_years',
            referral_source_code="coalesce(source_code, 'not known')",
            school_day='contact_date',
        ) }}
    from fct_contact
    where
        is_counted
        and contact_date is not null
)

select * from final
