-- RE-REF-OPEN: of the children of RE-REF-DIS's numerator, those who had a case open at the end of
-- the day on which their last period of care ended; by the legal status and the placement of the
-- day before.
with

fct_referral as (
    select * from {{ ref('fct_referral') }}
),

fct_period_of_care as (
    select * from {{ ref('fct_period_of_care') }}
),

-- A later start says which of two that end on one day was the last.
ended as (
    select
        la_code,
        child_key,
        end_date as care_end_date,
        end_legal_status_code,
        end_placement_type_code,
        row_number() over (
            partition by la_code, child_key
            order by
                end_date desc,
                start_date desc nulls last,
                period_of_care_key desc
        ) as end_number
    from fct_period_of_care
    where end_date is not null
),

last_ends as (
    select * from ended
    where end_number = 1
),

open_then as (
    select distinct
        last_ends.la_code,
        last_ends.child_key,
        last_ends.care_end_date,
        last_ends.end_legal_status_code,
        last_ends.end_placement_type_code
    from last_ends
    inner join fct_referral
        on
            last_ends.la_code = fct_referral.la_code
            and last_ends.child_key = fct_referral.child_key
            and not fct_referral.is_no_further_action
            and {{ is_open_at(
                'fct_referral.referral_date', 'fct_referral.close_date', 'last_ends.care_end_date'
            ) }}
),

returned as (
    select
        fct_referral.*,
        open_then.end_legal_status_code,
        open_then.end_placement_type_code,
        case
            when open_then.care_end_date > fct_referral.next_referral_date
                then open_then.care_end_date
            else fct_referral.next_referral_date
        end as counted_date
    from fct_referral
    inner join open_then
        on
            fct_referral.la_code = open_then.la_code
            and fct_referral.child_key = open_then.child_key
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
            legal_status_code=code_or_not_known('end_legal_status_code'),
            placement_type_code=code_or_not_known('end_placement_type_code'),
        ) }}
    from returned
)

select * from final
