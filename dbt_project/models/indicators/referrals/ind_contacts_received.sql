-- CON-01: contacts by their day; of one child's contacts of one day the fact counts one.
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
