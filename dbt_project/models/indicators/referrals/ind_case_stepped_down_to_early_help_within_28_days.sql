-- EH-04: of cases closed, those after which early help began within so many days, the day of the
-- closure included. It counts only in a period that reaches the start of early help.
with

fct_referral as (
    select * from {{ ref('fct_referral') }}
    where
        not is_no_further_action
        and referral_date is not null
        and close_date is not null
),

fct_early_help_episode as (
    select * from {{ ref('fct_early_help_episode') }}
),

threshold as (
    select * from {{ ref('threshold') }}
    where indicator_code = 'EH-04'
),

steps_down as (
    select
        fct_referral.referral_key,
        min(fct_early_help_episode.start_date) as early_help_date
    from fct_referral
    inner join fct_early_help_episode
        on
            fct_referral.la_code = fct_early_help_episode.la_code
            and fct_referral.child_key = fct_early_help_episode.child_key
            and fct_referral.close_date <= fct_early_help_episode.start_date
    inner join threshold
        on
            {{ holds_at('threshold', 'fct_referral.close_date') }}
            and {{ days_between('fct_referral.close_date', 'fct_early_help_episode.start_date') }}
            <= threshold.threshold
    group by fct_referral.referral_key
),

judged as (
    select
        fct_referral.*,
        steps_down.early_help_date
    from fct_referral
    left join steps_down on fct_referral.referral_key = steps_down.referral_key
),

final as (
    select
        {{ indicator_columns(
            record_table='fct_referral',
            record_key='referral_key',
            event_date='close_date',
            numerator='case when early_help_date is not null then 1 else 0 end',
            denominator='1',
            numerator_date='early_help_date',
            age_years='age_at_close_years',
            team_key='team_key',
        ) }}
    from judged
)

select * from final
