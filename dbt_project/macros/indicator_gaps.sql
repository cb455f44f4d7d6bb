{#
    The periods for which an indicator's source lacks a delivery, with the reason, of the import
    `periods`: a query. A figure of events needs, of each table, extracts that cover every month of
    the period (and of its look-back, see fct_indicator_need); a month-end figure needs its own month
    and those of its look-back, and where the source's lists say how things stood at their own month
    end (Annex A) the list of that month.
#}
{% macro indicator_gaps() -%}
with

fct_indicator_need as (
    select * from {{ ref('fct_indicator_need') }}
),

delivered_table as (
    select * from {{ source('ops', 'delivered_table') }}
),

dim_date as (
    select distinct
        month_start_date,
        month_end_date
    from {{ ref('dim_date') }}
),

covered_months as (
    select distinct
        delivered_table.la_code,
        delivered_table.source_system,
        delivered_table.table_name,
        dim_date.month_end_date,
        false as is_own_month
    from delivered_table
    inner join dim_date
        on
            delivered_table.history_start_date <= dim_date.month_start_date
            and delivered_table.as_at_date >= dim_date.month_end_date

    union all

    select distinct
        la_code,
        source_system,
        table_name,
        as_at_date as month_end_date,
        true as is_own_month
    from delivered_table
),

-- Many indicators need the same of a table: each need is compared with the deliveries once.
distinct_needs as (
    select distinct
        la_code,
        measured_as,
        source_system,
        table_name,
        is_own_month,
        look_back_months
    from fct_indicator_need
),

uncovered_needs as (
    select
        distinct_needs.la_code,
        distinct_needs.measured_as,
        distinct_needs.source_system,
        distinct_needs.table_name,
        distinct_needs.is_own_month,
        distinct_needs.look_back_months,
        periods.period_number,
        max(dim_date.month_end_date) as month_end_date
    from distinct_needs
    inner join periods
        on
            distinct_needs.la_code = periods.la_code
            and distinct_needs.measured_as = periods.measured_as
    inner join dim_date
        on
            dim_date.month_end_date
            >= {{ add_months('periods.period_start_date', '-distinct_needs.look_back_months') }}
            and dim_date.month_start_date <= periods.period_end_date
            and (
                distinct_needs.measured_as = 'event'
                or distinct_needs.look_back_months > 0
                or dim_date.month_end_date = periods.period_end_date
            )
    left join covered_months
        on
            distinct_needs.la_code = covered_months.la_code
            and distinct_needs.source_system = covered_months.source_system
            and distinct_needs.table_name = covered_months.table_name
            and distinct_needs.is_own_month = covered_months.is_own_month
            and dim_date.month_end_date = covered_months.month_end_date
    where covered_months.la_code is null
    group by
        distinct_needs.la_code,
        distinct_needs.measured_as,
        distinct_needs.source_system,
        distinct_needs.table_name,
        distinct_needs.is_own_month,
        distinct_needs.look_back_months,
        periods.period_number
),

uncovered_periods as (
    select
        fct_indicator_need.la_code,
        fct_indicator_need.indicator_code,
        fct_indicator_need.source_system,
        fct_indicator_need.table_name,
        uncovered_needs.period_number,
        uncovered_needs.month_end_date
    from fct_indicator_need
    inner join uncovered_needs
        on
            fct_indicator_need.la_code = uncovered_needs.la_code
            and fct_indicator_need.measured_as = uncovered_needs.measured_as
            and fct_indicator_need.source_system = uncovered_needs.source_system
            and fct_indicator_need.table_name = uncovered_needs.table_name
            and fct_indicator_need.is_own_month = uncovered_needs.is_own_month
            and fct_indicator_need.look_back_months = uncovered_needs.look_back_months
),

final as (
    select
        la_code,
        indicator_code,
        period_number,
        'The extracts ' || min(source_system) || ' do not reach far enough: no '
        || min(table_name) || ' covers ' || substr(cast(max(month_end_date) as string), 1, 7)
        || '.' as unavailable_reason
    from uncovered_periods
    group by
        la_code,
        indicator_code,
        period_number
)

select * from final
{%- endmacro %}
