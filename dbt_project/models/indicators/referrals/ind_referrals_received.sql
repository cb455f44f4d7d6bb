-- REF-01: referrals by their day, NFA or not; of one child's of one day the fact counts one.
with

fct_referral as (
    select * from {{ ref('fct_referral') }}
),

final as (
    select
        {{ indicator_columns(
            record_table='fct_referral',
            record_key='referral_key',
            event_date='referral_date',
            age_years='age_years',
            team_key='team_key',
            is_care_leaver='is_care_leaver',
            referral_source_code="coalesce(source_code, 'not known')",
            primary_need_code="coalesce(primary_need_code, 'not known')",
            school_day='referral_date',
        ) }}
    from fct_referral
    where
        is_counted
        and referral_date is not null
)

select * from final
