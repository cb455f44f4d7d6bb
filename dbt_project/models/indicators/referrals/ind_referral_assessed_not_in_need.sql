-- REF-10: of referrals, those assessed and closed as not in need (RC8, or RC9: to early help). It
-- counts only in a period that reaches the closure.
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
            numerator=one_if(
                "close_date is not null and close_reason_code in ('RC8', 'RC9') "
                ~ 'and not is_no_further_action'
            ),
            denominator='1',
            numerator_date="case when close_reason_code in ('RC8', 'RC9') then close_date end",
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
