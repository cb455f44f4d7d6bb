-- REF-03: of referrals, those with an earlier one of the child in the look-back of 12 calendar
-- months. The fact decides what an earlier one is; the period reported is another thing.
with

fct_referral as (
    select * from {{ ref('fct_referral') }}
),

fct_school_exclusion as (
    select * from {{ ref('fct_school_exclusion') }}
),

counted as (
    select *
    from fct_referral
    where
        is_counted
        and referral_date is not null
),

excluded as (
    {{ referrals_after_exclusion('counted') }}
),

-- Nobody is known not to be excluded where no exclusions were delivered.
asked as (
    select distinct la_code from fct_school_exclusion
),

described as (
    select
        counted.*,
        case
            when asked.la_code is not null then excluded.referral_key is not null
        end as is_excluded
    from counted
    left join asked on counted.la_code = asked.la_code
    left join excluded on counted.referral_key = excluded.referral_key
),

final as (
    select
        {{ indicator_columns(
            record_table='fct_referral',
            record_key='referral_key',
            event_date='referral_date',
            numerator='case when is_rereferral_within_12_months then 1 else 0 end',
            denominator='1',
            quantity='cast(days_since_previous_referral as double)',
            age_years='age_years',
            team_key='team_key',
            is_care_leaver='is_care_leaver',
            is_excluded='is_excluded',
            referral_source_code="coalesce(source_code, 'not known')",
            primary_need_code="coalesce(primary_need_code, 'not known')",
            school_day='referral_date',
        ) }}
    from described
)

select * from final
