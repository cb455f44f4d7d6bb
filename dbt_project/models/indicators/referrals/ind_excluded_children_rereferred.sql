-- REF-08: of children with a re-referral (REF-03), those excluded or suspended in the 12 calendar
-- months before it.
with

fct_referral as (
    select * from {{ ref('fct_referral') }}
),

fct_school_exclusion as (
    select * from {{ ref('fct_school_exclusion') }}
),

rereferrals as (
    select *
    from fct_referral
    where
        is_counted
        and referral_date is not null
        and is_rereferral_within_12_months
),

excluded as (
    {{ referrals_after_exclusion('rereferrals') }}
),

judged as (
    select
        rereferrals.*,
        excluded.referral_key is not null as is_excluded
    from rereferrals
    left join excluded
        on rereferrals.referral_key = excluded.referral_key
),

final as (
    select
        {{ indicator_columns(
            record_table='fct_referral',
            record_key='referral_key',
            event_date='referral_date',
            numerator='case when is_excluded then 1 else 0 end',
            denominator='1',
            age_years='age_years',
            team_key='team_key',
        ) }}
    from judged
)

select * from final
