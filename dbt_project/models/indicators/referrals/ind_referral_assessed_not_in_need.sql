-- REF-10: of referrals, those assessed and closed as not in need (RC8, or RC9: to early help), with
-- no activity but the assessment: no section 47 enquiry, conference or plan names the referral. It
-- counts only in a period that reaches the closure.
with

fct_referral as (
    select * from {{ ref('fct_referral') }}
),

{% for fact in ['fct_assessment', 'fct_s47_enquiry', 'fct_initial_conference', 'fct_cp_plan',
                'fct_cin_plan'] -%}
{{ fact }} as (
    select * from {{ ref(fact) }}
    where referral_key is not null
),

{% endfor -%}
further_activity as (
    select referral_key from fct_s47_enquiry
    union all
    select referral_key from fct_initial_conference
    union all
    select referral_key from fct_cp_plan
    union all
    select referral_key from fct_cin_plan
),

judged as (
    select
        *,
        close_reason_code in ('RC8', 'RC9')
        and not is_no_further_action
        and referral_key in (select fct_assessment.referral_key from fct_assessment)
        and referral_key not in (select further_activity.referral_key from further_activity)
            as is_not_in_need
    from fct_referral
),

final as (
    select
        {{ indicator_columns(
            record_table='fct_referral',
            record_key='referral_key',
            event_date='referral_date',
            numerator=one_if('is_not_in_need and close_date is not null'),
            denominator='1',
            numerator_date='case when is_not_in_need then close_date end',
            age_years='age_years',
            team_key='team_key',
            is_care_leaver='is_care_leaver',
            referral_source_code="coalesce(source_code, 'not known')",
            primary_need_code="coalesce(primary_need_code, 'not known')",
            school_day='referral_date',
        ) }}
    from judged
    where
        is_counted
        and referral_date is not null
)

select * from final
