{# The last part (see indicator_wanted): the CTE `figures`, value and bounds made of the numbers. #}
{% macro indicator_figures() -%}
figures as (
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
{%- endmacro %}
