-- CL-11: of the relevant, former relevant and qualifying care leavers whom the council is to
-- support (returned home left out), those with whom there was contact in the last weeks, that many.
with

fct_care_leaver_month as (
    select * from {{ ref('fct_care_leaver_month') }}
),

threshold as (
    select * from {{ ref('threshold') }}
    where indicator_code = 'CL-11'
),

final as (
    select
        {{ care_leaver_month_columns(
            numerator=one_if(
            "in_touch_code = 'YES' and "
            ~ days_between('observation_date', 'month_end_date')
            ~ ' <= 7 * threshold.threshold'
        ),
            denominator='1',
        ) }}
    from fct_care_leaver_month
    left join threshold on {{ holds_at('threshold', 'month_end_date') }}
    where
        is_to_be_supported
        and eligibility_code in ('RELEVANT', 'FORMER_RELEVANT', 'QUALIFYING')
        and coalesce(in_touch_code, 'not known') <> 'RHOM'
)

select * from final
