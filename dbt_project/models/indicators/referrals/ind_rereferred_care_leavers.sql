-- RE-REF-CL: of the children of RE-REF-DIS's numerator, those with a care-leaver observation by the
-- period's end.
with

fct_referral as (
    select * from {{ ref('fct_referral') }}
),

fct_care_leaver_outcome as (
    select * from {{ ref('fct_care_leaver_outcome') }}
),

first_observations as (
    select
        la_code,
        child_key,
        min(observation_date) as observation_date
    from fct_care_leaver_outcome
    where observation_date is not null
    group by la_code, child_key
),

observed as (
    select
        fct_referral.*,
        case
            when first_observations.observation_date > fct_referral.next_referral_date
                then first_observations.observation_date
            else fct_referral.next_referral_date
        end as counted_date
    from fct_referral
    inner join first_observations
        on
            fct_referral.la_code = first_observations.la_code
            and fct_referral.child_key = first_observations.child_key
    where
        fct_referral.is_last_case_closed
        and fct_referral.close_date is not null
        and fct_referral.next_referral_date is not null
),

final as (
    select
        {{ indicator_columns(
            record_table='fct_referral',
            record_key='referral_key',
            event_date='close_date',
            numerator_date='counted_date',
            age_years='age_at_close_years',
            team_key='team_key',
        ) }}
    from observed
)

select * from final
