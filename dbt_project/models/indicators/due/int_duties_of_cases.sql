-- One row per duty towards a child whose case is open: an assessment to be finished, an initial
-- conference to be held after an enquiry, a child protection plan to be reviewed. It is open from
-- asked_date until done_date, the day from which nothing is asked of it any more.
with

fct_assessment as (
    select * from {{ ref('fct_assessment') }}
),

fct_s47_enquiry as (
    select * from {{ ref('fct_s47_enquiry') }}
),

fct_initial_conference as (
    select * from {{ ref('fct_initial_conference') }}
),

fct_cp_plan as (
    select * from {{ ref('fct_cp_plan') }}
),

fct_cp_review as (
    select * from {{ ref('fct_cp_review') }}
),

dim_authority as (
    select * from {{ ref('dim_authority') }}
),

dim_date as (
    select * from {{ ref('dim_date') }}
),

threshold as (
    select * from {{ ref('threshold') }}
),

{{ cp_review_clocks() }},

-- Of several conferences after one enquiry, the first; one without a date is only planned.
conferences as (
    select
        s47_enquiry_key,
        min(conference_date) as conference_date
    from fct_initial_conference
    group by s47_enquiry_key
),

timed_in_working_days as (
    select
        'assessment' as duty_code,
        'ASM-02' as indicator_code,
        'fct_assessment' as record_table,
        assessment_key as record_key,
        la_code,
        child_key,
        start_date as asked_date,
        open_until_date as done_date,
        team_key,
        worker_key
    from fct_assessment

    union all

    -- An enquiry that ended without further action asks for none, unless one was planned.
    select
        'initial_conference' as duty_code,
        'ICPC-01' as indicator_code,
        'fct_s47_enquiry' as record_table,
        fct_s47_enquiry.s47_enquiry_key as record_key,
        fct_s47_enquiry.la_code,
        fct_s47_enquiry.child_key,
        fct_s47_enquiry.start_date as asked_date,
        case
            when conferences.s47_enquiry_key is not null then conferences.conference_date
            when fct_s47_enquiry.is_no_further_action then fct_s47_enquiry.end_date
        end as done_date,
        fct_s47_enquiry.team_key,
        fct_s47_enquiry.worker_key
    from fct_s47_enquiry
    left join conferences on fct_s47_enquiry.s47_enquiry_key = conferences.s47_enquiry_key
),

-- The number of the day on which it is asked: how long will be allowed later, nobody knows yet.
due_in_working_days as (
    select
        timed_in_working_days.*,
        last_days.date_day as due_date
    from timed_in_working_days
    inner join threshold
        on
            timed_in_working_days.indicator_code = threshold.indicator_code
            and {{ holds_at('threshold', 'timed_in_working_days.asked_date') }}
    inner join dim_date as first_days on timed_in_working_days.asked_date = first_days.date_day
    inner join dim_date as last_days
        on
            first_days.working_day_number + threshold.threshold = last_days.working_day_number
            and last_days.is_working_day
),

final as (
    select
        duty_code,
        record_table,
        record_key,
        la_code,
        child_key,
        asked_date,
        due_date,
        done_date,
        team_key,
        worker_key
    from due_in_working_days

    union all

    select
        'child_protection_review' as duty_code,
        'fct_cp_plan' as record_table,
        fct_cp_plan.cp_plan_key as record_key,
        fct_cp_plan.la_code,
        fct_cp_plan.child_key,
        clocks.clock_date as asked_date,
        clocks.deadline_date as due_date,
        coalesce(clocks.next_review_date, fct_cp_plan.end_date) as done_date,
        fct_cp_plan.team_key,
        cast(null as string) as worker_key
    from clocks
    inner join fct_cp_plan on clocks.cp_plan_key = fct_cp_plan.cp_plan_key
    where not fct_cp_plan.is_other_authority
)

select * from final
