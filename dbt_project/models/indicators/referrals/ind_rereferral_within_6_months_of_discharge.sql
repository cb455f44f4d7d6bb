-- RE-REF-DIS6: children whose last open case closed; of those, the ones with a referral in the 6
-- calendar months after. A closure counts on the day on which those months are over: all have had
-- the same time.
with

fct_referral as (
    select * from {{ ref('fct_referral') }}
),

followed as (
    select
        *,
        {{ add_months('close_date', 6) }} as followed_to_date
    from fct_referral
),

final as (
    select
        {{ indicator_columns(
            record_table='fct_referral',
            record_key='referral_key',
            event_date='followed_to_date',
            numerator='case when next_referral_date <= followed_to_date then 1 else 0 end',
            denominator='1',
            age_years='age_at_close_years',
            team_key='team_key',
            is_care_leaver='is_care_leaver',
        ) }}
    from followed
    where
        is_last_case_closed
        and close_date is not null
)

select * from final
