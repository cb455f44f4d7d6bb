{#
    The CTE `clocks` of the reviews of child protection plans, for CPP-08 and for what falls due:
    one row per plan and day from which a review is asked, its deadline and the review that came
    next.
    Needs the imports fct_cp_plan, fct_cp_review and dim_authority. The months are those of Working
    Together: three to the first review, six to each later.
#}
{% macro cp_review_clocks() -%}
{%- set first_months, later_months = cp_first_review_months(), 6 -%}
-- Of a plan that began before the extract's history, the first reviews are not known.
clock_starts as (
    select
        fct_cp_plan.cp_plan_key,
        fct_cp_plan.start_date as clock_date,
        {{ first_months }} as months_to_next
    from fct_cp_plan
    inner join dim_authority
        on
            fct_cp_plan.la_code = dim_authority.la_code
            and fct_cp_plan.start_date >= dim_authority.history_start_date

    union all

    select distinct
        fct_cp_review.cp_plan_key,
        fct_cp_review.review_date as clock_date,
        {{ later_months }} as months_to_next
    from fct_cp_review
    inner join fct_cp_plan
        on
            fct_cp_review.cp_plan_key = fct_cp_plan.cp_plan_key
            and fct_cp_review.review_date > fct_cp_plan.start_date
),

clocks as (
    select
        cp_plan_key,
        clock_date,
        {{ add_months('clock_date', 'months_to_next') }} as deadline_date,
        lead(clock_date) over (
            partition by cp_plan_key
            order by clock_date
        ) as next_review_date
    from clock_starts
)
{%- endmacro %}


{# The months from the start of a child protection plan to its first review. #}
{% macro cp_first_review_months() -%}
    3
{%- endmacro %}
