{#
    The second part (see indicator_wanted), CTEs from `totals` and `wanted` to `numbered`: the numbers
    from which a figure is made.
#}
{% macro indicator_numbers() -%}
fct_indicator_left_out as (
    select * from {{ ref('fct_indicator_left_out') }}
),

-- Of a distribution, all to whom the breakdown applies.
distribution_totals as (
    select
        totals.la_code,
        totals.indicator_code,
        totals.period_number,
        totals.breakdown,
        sum(totals.numerator) as numerator,
        sum(coalesce(totals.sure_numerator, 0)) as sure_numerator
    from totals
    inner join indicators
        on
            totals.la_code = indicators.la_code
            and totals.indicator_code = indicators.indicator_code
    where indicators.gives = 'distribution'
    group by
        totals.la_code,
        totals.indicator_code,
        totals.period_number,
        totals.breakdown
),

numbered as (
    select
        wanted.*,
        case
            when wanted.availability = 'available' and wanted.kind <> 'quantity'
                then coalesce(totals.numerator, 0)
        end as numerator,
        case
            when wanted.availability <> 'available' or wanted.kind = 'count' then null
            when wanted.kind = 'rate' then populations.children
            when wanted.kind = 'distribution' then coalesce(distribution_totals.numerator, 0)
            else coalesce(totals.denominator, 0)
        end as denominator,
        coalesce(totals.sure_numerator, 0) as sure_numerator,
        case
            when wanted.kind = 'distribution'
                then distribution_totals.numerator - distribution_totals.sure_numerator
            else coalesce(totals.doubtful_denominator, 0)
        end as doubtful_denominator,
        coalesce(left_out.records_left_out, 0) as left_out,
        case when wanted.availability = 'available' then totals.value end as quantity_value,
        case when wanted.availability = 'available' then totals.lower_bound end
            as quantity_lower_bound,
        case when wanted.availability = 'available' then totals.upper_bound end
            as quantity_upper_bound
    from wanted
    left join totals
        on
            wanted.la_code = totals.la_code
            and wanted.indicator_code = totals.indicator_code
            and wanted.period_number = totals.period_number
            and wanted.breakdown = totals.breakdown
            and wanted.breakdown_value = totals.breakdown_value
    left join distribution_totals
        on
            wanted.la_code = distribution_totals.la_code
            and wanted.indicator_code = distribution_totals.indicator_code
            and wanted.period_number = distribution_totals.period_number
            and wanted.breakdown = distribution_totals.breakdown
    left join fct_indicator_left_out as left_out
        on
            wanted.la_code = left_out.la_code
            and wanted.indicator_code = left_out.indicator_code
    left join populations
        on wanted.period_number = populations.period_number
)
{%- endmacro %}
