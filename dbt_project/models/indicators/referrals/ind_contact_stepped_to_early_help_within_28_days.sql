-- EH-02: of contacts, those after which early help began for the child within so many days, the day
-- of the contact included: a contact's own outcomes do not know early help. It counts only in a
-- period that reaches the start of early help.
with

fct_contact as (
    select * from {{ ref('fct_contact') }}
    where
        is_counted
        and contact_date is not null
),

fct_early_help_episode as (
    select * from {{ ref('fct_early_help_episode') }}
),

threshold as (
    select * from {{ ref('threshold') }}
    where indicator_code = 'EH-02'
),

steps as (
    select
        fct_contact.contact_key,
        min(fct_early_help_episode.start_date) as early_help_date
    from fct_contact
    inner join fct_early_help_episode
        on
            fct_contact.la_code = fct_early_help_episode.la_code
            and fct_contact.child_key = fct_early_help_episode.child_key
            and fct_contact.contact_date <= fct_early_help_episode.start_date
    inner join threshold
        on
            {{ holds_at('threshold', 'fct_contact.contact_date') }}
            and {{ days_between('fct_contact.contact_date', 'fct_early_help_episode.start_date') }}
            <= threshold.threshold
    group by fct_contact.contact_key
),

judged as (
    select
        fct_contact.*,
        steps.early_help_date
    from fct_contact
    left join steps on fct_contact.contact_key = steps.contact_key
),

final as (
    select
        {{ indicator_columns(
            record_table='fct_contact',
            record_key='contact_key',
            event_date='contact_date',
            numerator='case when early_help_date is not null then 1 else 0 end',
            denominator='1',
            numerator_date='early_help_date',
            age_years='age_years',
            referral_source_code="coalesce(source_code, 'not known')",
            school_day='contact_date',
        ) }}
    from judged
)

select * from final
