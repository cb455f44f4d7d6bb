{{ config(materialized='view') }}

with

referrals as (
    select * from {{ ref('int_referrals_conformed') }}
),

-- A referral without its date isn't counted, and a case without it is no case.
dated_referrals as (
    select
        record_key,
        la_code,
        child_key,
        referral_date,
        {{ counted_close_date('referrals') }} as close_date,
        is_no_further_action
    from referrals
    where referral_date is not null
),

-- Each with all of the child's, itself too: it is never before itself, nor open when it closes.
compared_referrals as (
    select
        this.record_key,
        this.referral_date,
        this.close_date,
        this.is_no_further_action,
        max(other.referral_date) filter (
            where other.referral_date < this.referral_date
        ) as previous_referral_date,
        max(other.close_date) filter (
            where
                other.referral_date < this.referral_date
                and other.close_date <= this.referral_date
        ) as previous_close_date,
        min(other.referral_date) filter (
            where other.referral_date > this.close_date
        ) as next_referral_date,
        count(other.record_key) filter (
            where
                not other.is_no_further_action
                and {{ is_open_at('other.referral_date', 'other.close_date', 'this.close_date') }}
        ) as other_cases_open
    from dated_referrals as this
    inner join dated_referrals as other
        on {{ same_child('this', 'other') }}
    group by
        this.record_key,
        this.referral_date,
        this.close_date,
        this.is_no_further_action
),

final as (
    select
        record_key,
        previous_referral_date,
        previous_close_date,
        next_referral_date,
        coalesce(
            previous_referral_date >= {{ add_months('referral_date', -12) }}, false
        ) as is_rereferral_within_12_months,
        coalesce(
            previous_referral_date >= {{ add_months('referral_date', -6) }}, false
        ) as is_rereferral_within_6_months,
        close_date is not null
        and not is_no_further_action
        and other_cases_open = 0 as is_last_case_closed
    from compared_referrals
)

select * from final
