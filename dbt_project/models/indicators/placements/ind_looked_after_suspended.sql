-- EDU-02: of the children of school age (5 to 15) looked after for twelve months or longer, those
-- with a suspension that began in the twelve calendar months that end with the month.
with

fct_cla_month as (
    select * from {{ ref('fct_cla_month') }}
),

fct_school_exclusion as (
    select * from {{ ref('fct_school_exclusion') }}
),

suspended as (
    select distinct fct_cla_month.cla_month_key
    from fct_cla_month
    inner join fct_school_exclusion
        on
            fct_cla_month.la_code = fct_school_exclusion.la_code
            and fct_cla_month.child_key = fct_school_exclusion.child_key
            and fct_school_exclusion.education_status_code = 'SUSPENSION'
            and fct_school_exclusion.start_date <= fct_cla_month.month_end_date
            and fct_school_exclusion.start_date
            > {{ last_day_of_month(add_months('fct_cla_month.month_end_date', -12)) }}
),

judged as (
    select
        fct_cla_month.*,
        suspended.cla_month_key is not null as is_suspended
    from fct_cla_month
    left join suspended
        on fct_cla_month.cla_month_key = suspended.cla_month_key
),

final as (
    select
        {{ cla_month_columns(
            numerator=one_if('is_suspended'),
            denominator='1',
        ) }}
    from judged
    where
        is_looked_after_12_months
        and age_years between 5 and 15
)

select * from final
