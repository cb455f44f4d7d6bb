-- RE-REF-DIS: children whose last open case closed; of those, the ones with a referral dated
-- after the closure. The numerator counts only in a period that reaches that referral.
with

fct_referral as (
    select * from {{ ref('fct_referral') }}
),

final as (
    select
        {{ indicator_columns(
            record_table='fct_referral',
            record_key='referral_key',
            event_date='close_date',
            numerator='case when next_referral_date is not null then 1 else 0 end',
            denominator='1',
            numerator_date='next_referral_date',
            age_years='age_at_close_years',
            team_key='team_key',
        ) }}
    from fct_referral
    where
        is_last_case_closed
        and close_date is not null
)

select * from final
