-- RE-REF-CLO: of the children of RE-REF-DIS's numerator, those whose new referral has closed again.
-- A count, because its denominator is that numerator: both are only known at the period's end.
with

fct_referral as (
    select * from {{ ref('fct_referral') }}
),

closed_again as (
    select
        discharged.*,
        returned.close_date as closed_again_date
    from fct_referral as discharged
    inner join fct_referral as returned
        on
            discharged.la_code = returned.la_code
            and discharged.child_key = returned.child_key
            and discharged.next_referral_date = returned.referral_date
    where
        discharged.is_last_case_closed
        and discharged.close_date is not null
        and returned.is_counted
        and returned.close_date is not null
),

final as (
    select
        {{ indicator_columns(
            record_table='fct_referral',
            record_key='referral_key',
            event_date='close_date',
            numerator_date='closed_again_date',
            age_years='age_at_close_years',
            team_key='team_key',
        ) }}
    from closed_again
)

select * from final
