{#
    The second part (see indicator_quantity_counts), CTEs from `period_counts` to `measured`: one row per
    authority, indicator, period and breakdown value with every measure of its quantities, of all of
    them and of the sure ones.
#}
{% macro indicator_quantity_measures() -%}
{%- set group = 'la_code, indicator_code, period_number, breakdown, breakdown_value' %}

running_counts as (
    select
        *,
        sum(records) over in_order as records_so_far,
        sum(sure_records) over in_order as sure_records_so_far,
        sum(records) over all_of_it as all_records,
        sum(sure_records) over all_of_it as all_sure_records,
        sum(doubtful_records) over all_of_it as all_doubtful_records
    from period_counts
    window
        all_of_it as (partition by {{ group }}),
        in_order as (
            partition by {{ group }}
            order by quantity asc nulls last
            rows between unbounded preceding and current row
        )
),

-- The middle of n records stands at (n + 1) / 2: at one place, or half-way between two.
placed_middles as (
    select
        *,
        floor((all_records + 1) / 2) as middle,
        ceil((all_records + 1) / 2) as next_middle,
        floor((all_sure_records + all_doubtful_records + 1) / 2) as possible_middle,
        ceil((all_sure_records + all_doubtful_records + 1) / 2) as next_possible_middle
    from running_counts
),

measured as (
    select
        {{ group }},
        max(all_records) as records,
        max(all_sure_records) as sure_records,
        max(all_doubtful_records) as doubtful_records,
        min(quantity) as minimum,
        max(quantity) as maximum,
        min(case when sure_records > 0 then quantity end) as sure_minimum,
        max(case when sure_records > 0 then quantity end) as sure_maximum,
        sum(quantity * weight) as total,
        sum(quantity * sure_weight) as sure_total,
        sum(divisor) as divisor,
        sum(sure_divisor) as sure_divisor,
        sum(doubtful_divisor) as doubtful_divisor,
        min(case when records_so_far >= middle then quantity end) as median_from,
        min(case when records_so_far >= next_middle then quantity end) as median_to,
        max(possible_middle) as possible_middle,
        max(next_possible_middle) as next_possible_middle,
        min(
            case
                when sure_records_so_far >= possible_middle - all_doubtful_records then quantity
            end
        ) as lowest_median_from,
        min(
            case
                when sure_records_so_far >= next_possible_middle - all_doubtful_records
                    then quantity
            end
        ) as lowest_median_to,
        min(case when sure_records_so_far >= possible_middle then quantity end)
            as highest_median_from,
        min(case when sure_records_so_far >= next_possible_middle then quantity end)
            as highest_median_to
    from placed_middles
    group by {{ group }}
)
{%- endmacro %}
