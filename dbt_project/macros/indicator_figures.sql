{#
    Every figure, of the imports `indicators`, `periods`, `gaps`, `populations`, `record_totals`,
    `child_totals` and `quantity_totals`: a query. A period without records has its row; of the
    breakdowns, the values that occur in any period shown.

    What the numerator and the denominator are depends on what the aggregation gives:
    count         the count; none
    share         those that count; all
    distribution  those with the breakdown's value; all to whom the breakdown applies
    rate          records (or children); the children who live in the area
    ratio         records; the children who have one
    median …      none; the records measured
#}
{% macro indicator_figures() -%}
with

totals as (
    select
        *,
        cast(null as double) as value,
        cast(null as double) as lower_bound,
        cast(null as double) as upper_bound
    from record_totals

    union all

    select
        *,
        cast(null as double) as value,
        cast(null as double) as lower_bound,
        cast(null as double) as upper_bound
    from child_totals

    union all

    select
        la_code,
        indicator_code,
        period_number,
        breakdown,
        breakdown_value,
        null as numerator,
        denominator,
        null as sure_numerator,
        null as doubtful_denominator,
        value,
        lower_bound,
        upper_bound
    from quantity_totals
),

{{ indicator_wanted() }},

{{ indicator_numbers() }},

final as (
    select
        la_code,
        as_at_date,
        indicator_code,
        indicator_name,
        period_type,
        period_start_date,
        period_end_date,
        breakdown,
        breakdown_value,
        cast(numerator as bigint) as numerator,
        cast(denominator as bigint) as denominator,
        case
            when kind = 'count' then cast(numerator as double)
            when kind = 'quantity' then quantity_value
            when denominator > 0
                then {{ indicator_value_of('numerator', 'denominator') }}
        end as value,
        case
            when availability <> 'available' then cast(null as double)
            when kind = 'count' then cast(sure_numerator as double)
            when kind = 'quantity' then quantity_lower_bound
            -- Records in doubt may be gone, but a child who has only such keeps one of them.
            when kind = 'ratio' and denominator > 0
                then {{ indicator_value_of('(sure_numerator + doubtful_denominator)', 'denominator') }}
            when denominator > 0 then {{ indicator_value_of('sure_numerator', 'denominator') }}
        end as lower_bound,
        case
            when kind = 'count' then cast(numerator as double)
            when kind = 'quantity' then quantity_upper_bound
            when kind = 'rate' and denominator > 0
                then {{ indicator_value_of('numerator', 'denominator') }}
            when kind = 'ratio' and denominator > doubtful_denominator
                then {{ indicator_value_of('numerator', '(denominator - doubtful_denominator)') }}
            when kind <> 'ratio' and denominator > 0
                then {{ indicator_value_of('(sure_numerator + doubtful_denominator)', 'denominator') }}
        end as upper_bound,
        coalesce(denominator > 0 and denominator < minimum_denominator, false)
            as is_small_denominator,
        availability,
        unavailable_reason
    from numbered
)

select * from final
{%- endmacro %}
