-- REF-04: of referrals, those with an earlier one of the child in the look-back of 6 calendar
-- months. The fact decides what an earlier one is; the period reported is another thing.
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
            numerator='case when is_rereferral_within_6_months then 1 else 0 end',
            denominator='1',
            quantity='cast(days_since_previous_referral as double)',
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
