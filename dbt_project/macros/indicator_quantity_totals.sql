{#
    The last part (see indicator_quantity_counts): the CTE `quantity_totals`.

    A quantity is never negative. A record in doubt could be worth nothing, or be of any height, or
    not be there: the lower bound takes it for 0, the upper bound for endless, and where the value
    itself falls among those there is no upper bound (null). A record in doubt without a quantity
    could have one. A mean is weighted where the rows give weights, and out of those rows alone whose
    denominator is not 0.
#}
{% macro indicator_quantity_totals() -%}
quantity_totals as (
    select
        measured.la_code,
        measured.indicator_code,
        measured.period_number,
        measured.breakdown,
        measured.breakdown_value,
        cast(measured.records as bigint) as denominator,
        case
            when measured.records = 0 then null
            when quantity_indicators.gives = 'median'
                then (measured.median_from + measured.median_to) / 2
            when quantity_indicators.gives = 'mean' then measured.total / nullif(measured.divisor, 0)
            when quantity_indicators.gives = 'minimum' then measured.minimum
            when quantity_indicators.gives = 'maximum' then measured.maximum
        end as value,
        case
            when measured.records = 0 then null
            when quantity_indicators.gives = 'median'
                then (
                    case
                        when measured.possible_middle <= measured.doubtful_records then 0
                        else measured.lowest_median_from
                    end
                    + case
                        when measured.next_possible_middle <= measured.doubtful_records then 0
                        else measured.lowest_median_to
                    end
                ) / 2
            when quantity_indicators.gives = 'mean'
                then
                    coalesce(measured.sure_total, 0)
                    / nullif(measured.sure_divisor + measured.doubtful_divisor, 0)
            when quantity_indicators.gives = 'minimum' and measured.doubtful_records > 0 then 0
            when quantity_indicators.gives = 'minimum' then measured.minimum
            when quantity_indicators.gives = 'maximum' then coalesce(measured.sure_maximum, 0)
        end as lower_bound,
        case
            when measured.records = 0 then null
            when quantity_indicators.gives = 'median'
                then (measured.highest_median_from + measured.highest_median_to) / 2
            when quantity_indicators.gives = 'minimum' then measured.sure_minimum
            when measured.doubtful_records > 0 then null
            when quantity_indicators.gives = 'mean' then measured.total / nullif(measured.divisor, 0)
            when quantity_indicators.gives = 'maximum' then measured.maximum
        end as upper_bound
    from measured
    inner join quantity_indicators
        on
            measured.la_code = quantity_indicators.la_code
            and measured.indicator_code = quantity_indicators.indicator_code
)
{%- endmacro %}
