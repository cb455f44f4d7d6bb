{#
    The totals of the periods for events that count children, in three parts that the model and
    indicator_between put together. A child counts once in a period, by one row there: the first
    (earliest date, then record key), or the last where the indicator's occasion says so; where it
    says any, with the numerator of any of its rows and the breakdowns of the first. Of records per
    child the numerator is the child's records.

    This is the first part, CTEs up to `first_months`, after indicator_child_parts, of the imports `counted`, `indicators` and
    `days`. `columns` is what the breakdowns are made of. No child is counted period by period: there
    are 25 periods to a month, and most children have one row. A child's month is the child's first of
    every period that starts after its month before (with rows) and ends with it or later; in all of
    those periods the numerator counts once the period reaches the earliest day on which that of this
    row or (of any) a later one comes true. It is the last of every period that ends before its next
    month and starts with it or earlier. So each month of a child is one row, with its neighbour, the
    month before or the next; the rows of a last occasion are numbered backwards.
#}
{% macro indicator_child_months() -%}
{%- set never = 65535 %}
-- The rolling four weeks know a month's last days only; every other period, the whole month.
child_months as (
    select
        indicator_number,
        child_key,
        occasion,
        is_ratio,
        false as is_last_4_weeks_only,
        month_number,
        sum(records) as records,
        sum(sure_records) as sure_records,
        min(first_row_order) as first_row_order,
        {{ indicator_of_occasion('min', 'numerator_month', 'first_row_order') }}
            as numerator_month,
        {{ indicator_of_occasion('min', 'sure_numerator_month', 'first_row_order') }}
            as sure_numerator_month,
        {{ indicator_of_occasion('max', 'has_doubt', 'first_row_order') }} as has_doubt
    from month_parts
    group by indicator_number, child_key, occasion, is_ratio, month_number

    union all

    select
        indicator_number,
        child_key,
        occasion,
        is_ratio,
        true as is_last_4_weeks_only,
        month_number,
        records,
        sure_records,
        first_row_order,
        numerator_month,
        sure_numerator_month,
        has_doubt
    from month_parts
    where is_last_4_weeks
),

-- In doubt is a child with a row in doubt and no sure numerator: with either of the two, but
-- without the second. Of records per child: one without a sure record.
judged_months as (
    select
        *,
        case
            when not is_ratio then sure_numerator_month
            when sure_records > 0 then month_number
        end as sure_month,
        case
            when has_doubt = 1 or is_ratio then month_number
            else sure_numerator_month
        end as doubtful_month
    from child_months
),

-- No rolling four weeks has a month before the one it ends in, or after.
first_months as (
    select
        *,
        coalesce(
            lead(month_number) over to_neighbour, case when occasion = 'last' then {{ never }} else 0 end
        ) as neighbour_month,
        case when occasion = 'any' then min(numerator_month) over from_last else numerator_month end
            as first_numerator_month,
        case when occasion = 'any' then min(sure_month) over from_last else sure_month end
            as first_sure_month,
        case when occasion = 'any' then min(doubtful_month) over from_last else doubtful_month end
            as first_doubtful_month
    from judged_months
    where not is_last_4_weeks_only
    window
        to_neighbour as (
            partition by indicator_number, child_key
            order by case when occasion = 'last' then -1 else 1 end * month_number desc
        ),
        from_last as (
            partition by indicator_number, child_key
            order by month_number desc
            rows between unbounded preceding and current row
        )

    union all

    select
        *,
        case when occasion = 'last' then {{ never }} else 0 end as neighbour_month,
        numerator_month as first_numerator_month,
        sure_month as first_sure_month,
        doubtful_month as first_doubtful_month
    from judged_months
    where is_last_4_weeks_only
)
{%- endmacro %}



{# The CTEs `child_rows`, numbered in their order, and `month_parts`: what a child has in a month. #}
{% macro indicator_child_parts(columns) -%}
child_indicators as (
    select
        *,
        row_number() over (order by la_code, indicator_code) as indicator_number
    from indicators
    where measured_as = 'event' and counts = 'children'
),

child_rows as (
    select
        {%- for column in columns %}
        counted.{{ column }},
        {%- endfor %}
        counted.is_in_doubt,
        child_indicators.indicator_number,
        child_indicators.occasion,
        child_indicators.gives = 'ratio' as is_ratio,
        child_indicators.has_breakdowns,
        days.month_number,
        days.is_last_4_weeks,
        {{ month_number(indicator_numerator_from('counted.')) }} as numerator_month,
        case when child_indicators.occasion = 'last' then -1 else 1 end * row_number() over (
            order by counted.event_date, counted.record_key, child_indicators.indicator_number
        ) as row_order
    from counted
    inner join child_indicators
        on
            counted.la_code = child_indicators.la_code
            and counted.indicator_code = child_indicators.indicator_code
    inner join days on counted.event_date = days.date_day
),

month_parts as (
    select
        indicator_number,
        child_key,
        occasion,
        is_ratio,
        month_number,
        is_last_4_weeks,
        count(*) as records,
        sum(case when not is_in_doubt then 1 else 0 end) as sure_records,
        min(row_order) as first_row_order,
        {{ indicator_of_occasion('min', 'numerator_month', 'row_order') }} as numerator_month,
        {{ indicator_of_occasion(
            'min', 'case when not is_in_doubt then numerator_month end', 'row_order'
        ) }} as sure_numerator_month,
        {{ indicator_of_occasion(
            'max', 'case when is_in_doubt then 1 else 0 end', 'row_order'
        ) }} as has_doubt
    from child_rows
    group by indicator_number, child_key, occasion, is_ratio, month_number, is_last_4_weeks
)
{%- endmacro %}


{#
    An aggregate of the child's rows where the indicator asks for any of them; else the value of the
    one on the occasion that counts, which comes first in `row_order`. No value is above 65535.
#}
{% macro indicator_of_occasion(aggregate, value, row_order) -%}
    case
            when occasion = 'any' then {{ aggregate }}({{ value }})
            else nullif(min_by(coalesce({{ value }}, 65536), {{ row_order }}), 65536)
        end
{%- endmacro %}
