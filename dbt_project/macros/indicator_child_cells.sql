{#
    The second part (see indicator_child_months), CTEs up to `child_cells`, of the import
    `period_months` too: months of children that are alike, added up, with their breakdowns.
#}
{% macro indicator_child_cells(breakdowns, columns, are_described=false) -%}
{#- A cell is two numbers: hundreds of thousands of rows are grouped by it, for every breakdown. Its
    indicator, the neighbour and the month (of 65536 months from year 0); the months in which the
    numerator, the sure numerator and the doubt begin, the last month where that is never. #}
{%- set never = 65535 %}
{%- set cell = ['cell_number', 'cell_months'] %}
{%- set sums %}
        sum(denominator) as denominator,
        sum(numerator) as numerator,
        sum(sure_numerator) as sure_numerator,
        sum(doubtful_denominator) as doubtful_denominator
{%- endset %}

numbered_period_months as (
    select
        *,
        {{ month_number('month_end_date') }} as month_number,
        {{ month_number('min(month_end_date) over (partition by period_number)') }}
            as start_month,
        {{ month_number('period_end_date') }} as end_month
    from period_months
    where measured_as = 'event'
),

numbered_months as (
    select
        *,
        (
            (indicator_number * 2 + case when is_last_4_weeks_only then 1 else 0 end) * 65536
            + neighbour_month
        ) * 65536 + month_number as cell_number,
        (
            coalesce(first_numerator_month, {{ never }}) * 65536
            + coalesce(first_sure_month, {{ never }})
        ) * 65536 + coalesce(first_doubtful_month, {{ never }}) as cell_months
    from first_months
),

contributions as (
    select
        cell_number,
        cell_months,
        month_number,
        first_row_order,
        1 as denominator,
        case when is_ratio then 0 else 1 end as numerator,
        case when is_ratio then 0 else 1 end as sure_numerator,
        1 as doubtful_denominator
    from numbered_months

    union all

    -- Of records per child, the records of that month and of each later one.
    select
        numbered_months.cell_number,
        (later.month_number * 65536 + later.month_number) * 65536 + {{ never }} as cell_months,
        numbered_months.month_number,
        numbered_months.first_row_order,
        0 as denominator,
        later.records as numerator,
        later.sure_records as sure_numerator,
        0 as doubtful_denominator
    from numbered_months
    inner join child_months as later
        on
            numbered_months.indicator_number = later.indicator_number
            and numbered_months.child_key = later.child_key
            and numbered_months.is_last_4_weeks_only = later.is_last_4_weeks_only
            and numbered_months.month_number <= later.month_number
    where numbered_months.is_ratio
),

-- Only the periods with breakdowns need the child's first row; most have none.
breakdown_months as (
    select distinct month_number
    from numbered_period_months
    where has_breakdowns
),

first_rows as (
    select
        contributions.cell_number,
        contributions.cell_months,
        contributions.denominator,
        contributions.numerator,
        contributions.sure_numerator,
        contributions.doubtful_denominator,
        {%- for column in columns %}
        child_rows.{{ column }}{{ ',' if not loop.last }}
        {%- endfor %}
    from contributions
    inner join breakdown_months on contributions.month_number = breakdown_months.month_number
    inner join child_rows on contributions.first_row_order = child_rows.row_order
    where child_rows.has_breakdowns
),

{{ indicator_described('first_rows', breakdowns, are_described) }},

child_cells as (
    select
        {{ cell | join(',\n        ') }},
        'all' as breakdown,
        'all' as breakdown_value,
        {{- sums }}
    from contributions
    group by {{ cell | join(', ') }}

    union all

    select
        {{ cell | join(',\n        ') }},
        {{ indicator_grouped_breakdown(breakdowns) }},
        {{- sums }}
    from described
    group by {{ indicator_grouping_sets(cell, breakdowns) }}
)
{%- endmacro %}
