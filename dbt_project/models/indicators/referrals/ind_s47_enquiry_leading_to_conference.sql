-- S47-02: of enquiries started, those that a conference names which was held. It counts only in a
-- period that reaches the conference.
with

fct_s47_enquiry as (
    select * from {{ ref('fct_s47_enquiry') }}
    where start_date is not null
),

fct_initial_conference as (
    select * from {{ ref('fct_initial_conference') }}
),

first_conferences as (
    select
        s47_enquiry_key,
        min(conference_date) as conference_date
    from fct_initial_conference
    where
        s47_enquiry_key is not null
        and conference_date is not null
    group by s47_enquiry_key
),

followed as (
    select
        fct_s47_enquiry.*,
        first_conferences.conference_date
    from fct_s47_enquiry
    left join first_conferences
        on fct_s47_enquiry.s47_enquiry_key = first_conferences.s47_enquiry_key
),

final as (
    select
        {{ indicator_columns(
            record_table='fct_s47_enquiry',
            record_key='s47_enquiry_key',
            event_date='start_date',
            numerator='case when conference_date is not null then 1 else 0 end',
            denominator='1',
            numerator_date='conference_date',
            age_years='age_years',
            team_key='team_key',
        ) }}
    from followed
)

select * from final
