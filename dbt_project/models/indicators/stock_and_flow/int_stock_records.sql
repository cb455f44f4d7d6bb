-- One row per record while which a child is in a stock: a period of care, a child protection plan,
-- a case of a child in need. What is not counted there at all (plans of another authority,
-- referrals that led to no action) is left out, as is a record without its date.
with

fct_period_of_care as (
    select * from {{ ref('fct_period_of_care') }}
),

fct_cp_plan as (
    select * from {{ ref('fct_cp_plan') }}
),

fct_referral as (
    select * from {{ ref('fct_referral') }}
),

final as (
    select
        'CLA-01' as indicator_code,
        la_code,
        child_key,
        start_date,
        end_date,
        is_continued_from_before,
        is_dropped_from_returns
    from fct_period_of_care

    union all

    select
        'CPP-01' as indicator_code,
        la_code,
        child_key,
        start_date,
        end_date,
        false as is_continued_from_before,
        false as is_dropped_from_returns
    from fct_cp_plan
    where
        not is_other_authority
        and start_date is not null

    union all

    select
        'CIN-01' as indicator_code,
        la_code,
        child_key,
        referral_date as start_date,
        close_date as end_date,
        false as is_continued_from_before,
        false as is_dropped_from_returns
    from fct_referral
    where
        not is_no_further_action
        and referral_date is not null
)

select * from final
