-- REF-07: the re-referrals of REF-03, by what they led to (the furthest), the need, and why the
-- case before had closed.
with

fct_referral as (
    select * from {{ ref('fct_referral') }}
),

fct_cp_plan as (
    select * from {{ ref('fct_cp_plan') }}
),

fct_cin_plan as (
    select * from {{ ref('fct_cin_plan') }}
),

fct_assessment as (
    select * from {{ ref('fct_assessment') }}
),

fct_period_of_care as (
    select * from {{ ref('fct_period_of_care') }}
),

rereferrals as (
    select * from fct_referral
    where
        is_counted
        and referral_date is not null
        and is_rereferral_within_12_months
),

-- Into care while the case was open; the others name the referral.
outcomes as (
    select
        rereferrals.referral_key,
        1 as how_far
    from rereferrals
    inner join fct_period_of_care
        on
            rereferrals.la_code = fct_period_of_care.la_code
            and rereferrals.child_key = fct_period_of_care.child_key
            and fct_period_of_care.start_date >= rereferrals.referral_date
            and (
                rereferrals.close_date is null
                or fct_period_of_care.start_date <= rereferrals.close_date
            )

    union all

    select
        referral_key,
        2 as how_far
    from fct_cp_plan

    union all

    select
        referral_key,
        3 as how_far
    from fct_cin_plan

    union all

    select
        referral_key,
        4 as how_far
    from fct_assessment
),

furthest as (
    select
        referral_key,
        min(how_far) as how_far
    from outcomes
    where referral_key is not null
    group by referral_key
),

closures as (
    select
        la_code,
        child_key,
        close_date,
        max(close_reason_code) as close_reason_code
    from fct_referral
    where close_date is not null
    group by la_code, child_key, close_date
),

described as (
    select
        rereferrals.*,
        closures.close_reason_code as previous_close_reason_code,
        case
            when rereferrals.is_no_further_action then 'no further action'
            when furthest.how_far = 1 then 'looked after'
            when furthest.how_far = 2 then 'child protection plan'
            when furthest.how_far = 3 then 'child in need plan'
            when furthest.how_far = 4 then 'child in need, assessed'
            else 'child in need, no assessment recorded'
        end as status_after_referral
    from rereferrals
    left join furthest on rereferrals.referral_key = furthest.referral_key
    left join closures
        on
            rereferrals.la_code = closures.la_code
            and rereferrals.child_key = closures.child_key
            and rereferrals.previous_close_date = closures.close_date
),

final as (
    select
        {{ indicator_columns(
            record_table='fct_referral',
            record_key='referral_key',
            event_date='referral_date',
            denominator='1',
            age_years='age_years',
            team_key='team_key',
            is_care_leaver='is_care_leaver',
            referral_source_code="coalesce(source_code, 'not known')",
            primary_need_code="coalesce(primary_need_code, 'not known')",
            status_after_referral='status_after_referral',
            previous_close_reason_code="coalesce(previous_close_reason_code, 'not known')",
            school_day='referral_date',
        ) }}
    from described
)

select * from final
