{#
    What several ind_ models share beyond their columns: the last CTEs of each, after its imports.
#}

{#
    The children who left care to be adopted, with the days of their way there. Needs the imports
    fct_period_of_care and fct_permanence_plan (the chosen plans).
#}
{% macro adopted_children() -%}
adopted as (
    select
        fct_period_of_care.*,
        fct_permanence_plan.permanence_plan_key,
        fct_permanence_plan.decision_date,
        fct_permanence_plan.matched_date,
        fct_permanence_plan.placed_date
    from fct_period_of_care
    left join fct_permanence_plan
        on fct_period_of_care.period_of_care_key = fct_permanence_plan.period_of_care_key
    where
        fct_period_of_care.is_counted_end
        and fct_period_of_care.end_reason_code in ('E11', 'E12')
)
{%- endmacro %}


{#
    PRM-04 and its parts: the days from one day of the way of `adopted_children` to another. Without
    both days, or with the second before the first, there is no duration. Needs the same imports.
#}
{% macro adopted_children_days(from_date, to_date) -%}
{{ adopted_children() }},

final as (
    select
        {{ care_end_columns(
            related_record_key='permanence_plan_key',
            quantity='cast(' ~ days_between(from_date, to_date) ~ ' as double)',
        ) }}
    from adopted
    where {{ from_date }} <= {{ to_date }}
)
{%- endmacro %}


{#
    UASC-03 and UASC-04: one row per month end and authority for which a row of the seed holds, with
    the unaccompanied children in care and the number that the national transfer scheme expects,
    rounded to the nearest whole. The authority stands where other indicators name a child. Needs the
    imports fct_cla_month and threshold_unaccompanied.
#}
{% macro transfer_scheme_numbers() -%}
counted as (
    select
        la_code,
        month_end_date,
        sum(case when is_looked_after and is_unaccompanied then 1 else 0 end) as unaccompanied
    from fct_cla_month
    group by la_code, month_end_date
),

measured as (
    select
        counted.la_code,
        counted.la_code as child_key,
        counted.month_end_date,
        counted.unaccompanied,
        floor(
            threshold_unaccompanied.children * threshold_unaccompanied.percentage / 100 + 0.5
        ) as threshold,
        cast(null as string) as load_id,
        cast(null as string) as source_file,
        cast(null as bigint) as row_number
    from counted
    inner join threshold_unaccompanied
        on
            counted.la_code = threshold_unaccompanied.la_code
            and {{ holds_at('threshold_unaccompanied', 'counted.month_end_date') }}
),

final as (
    select
        {{ indicator_columns(
            record_table='dim_authority',
            record_key='la_code',
            event_date='month_end_date',
            **kwargs
        ) }}
    from measured
)
{%- endmacro %}


{#
    The referrals of the relation `referrals` whose child was excluded or suspended from school in
    the 12 calendar months before them. Needs the import fct_school_exclusion.
#}
{% macro referrals_after_exclusion(referrals) -%}
select distinct {{ referrals }}.referral_key
    from {{ referrals }}
    inner join fct_school_exclusion
        on
            {{ referrals }}.la_code = fct_school_exclusion.la_code
            and {{ referrals }}.child_key = fct_school_exclusion.child_key
            and fct_school_exclusion.education_status_code is not null
            and fct_school_exclusion.start_date < {{ referrals }}.referral_date
            and fct_school_exclusion.start_date
            >= {{ add_months(referrals ~ '.referral_date', -12) }}
{%- endmacro %}
