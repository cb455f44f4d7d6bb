-- EH-05: EH-03 with 6 calendar months instead of 12, so that a change of early help is seen half a
-- year sooner. An episode counts on the day on which those months are over.
with

fct_early_help_episode as (
    select * from {{ ref('fct_early_help_episode') }}
    where end_date is not null
),

fct_referral as (
    select * from {{ ref('fct_referral') }}
),

followed_up as (
    select distinct fct_early_help_episode.early_help_episode_key
    from fct_early_help_episode
    inner join fct_referral
        on
            fct_early_help_episode.la_code = fct_referral.la_code
            and fct_early_help_episode.child_key = fct_referral.child_key
            and fct_early_help_episode.end_date < fct_referral.referral_date
            and {{ add_months('fct_early_help_episode.end_date', 6) }}
            >= fct_referral.referral_date
),

judged as (
    select
        fct_early_help_episode.*,
        {{ add_months('fct_early_help_episode.end_date', 6) }} as followed_to_date,
        followed_up.early_help_episode_key is not null as is_followed
    from fct_early_help_episode
    left join followed_up
        on fct_early_help_episode.early_help_episode_key = followed_up.early_help_episode_key
),

final as (
    select
        {{ indicator_columns(
            record_table='fct_early_help_episode',
            record_key='early_help_episode_key',
            event_date='followed_to_date',
            numerator='case when is_followed then 1 else 0 end',
            denominator='1',
            age_years='age_at_end_years',
        ) }}
    from judged
)

select * from final
