-- ICPC-01: of conferences held (a target date alone is a plan), those in time from the start of
-- the enquiry that they name. Transfers in and conferences without an enquiry are not in time.
with

fct_initial_conference as (
    select * from {{ ref('fct_initial_conference') }}
),

threshold as (
    select * from {{ ref('threshold') }}
    where indicator_code = 'ICPC-01'
),

measured as (
    select
        fct_initial_conference.*,
        threshold.threshold
    from fct_initial_conference
    left join threshold
        on {{ holds_at('threshold', 'fct_initial_conference.conference_date') }}
),

final as (
    select
        {{ indicator_columns(
            record_table='fct_initial_conference',
            record_key='initial_conference_key',
            related_record_key='s47_enquiry_key',
            event_date='conference_date',
            numerator='case when working_days_from_s47 <= threshold then 1 else 0 end',
            denominator='1',
            quantity='cast(working_days_from_s47 as double)',
            age_years='age_years',
            team_key='team_key',
        ) }}
    from measured
    where conference_date is not null
)

select * from final
