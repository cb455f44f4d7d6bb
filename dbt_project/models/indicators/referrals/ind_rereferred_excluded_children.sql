-- RE-REF-EX: of the children of RE-REF-DIS's numerator, those excluded or suspended in the 12
-- calendar months before they were referred again. Each is dated by that new referral.
with

fct_referral as (
    select * from {{ ref('fct_referral') }}
),

fct_school_exclusion as (
    select * from {{ ref('fct_school_exclusion') }}
),

returns as (
    select
        referral_key,
        la_code,
        child_key,
        next_referral_date as referral_date
    from fct_referral
    where
        is_last_case_closed
        and close_date is not null
        and next_referral_date is not null
),

excluded as (
    {{ referrals_after_exclusion('returns') }}
),

returned as (
    select fct_referral.*
    from fct_referral
    inner join excluded
        on fct_referral.referral_key = excluded.referral_key
),

final as (
    select
        {{ indicator_columns(
            record_table='fct_referral',
            record_key='referral_key',
            event_date='close_date',
            numerator_date='next_referral_date',
            age_years='age_at_close_years',
            team_key='team_key',
        ) }}
    from returned
)

select * from final
