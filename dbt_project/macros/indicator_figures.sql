{#
    The last part (see indicator_wanted): the CTE `figures`, value and bounds made of the numbers.

    What a fault left out may belong in any period: it is added to whatever the upper bound counts.
    Of a share it may be in the numerator or not, and by its absence another may be in either that
    isn't (a case that blocks, an earlier referral): as many more and as many fewer. Of a quantity it
    is not known how much was left out, so its bounds reckon with the records in doubt alone.
#}
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
                then {{ indicator_value_of(
                    '(sure_numerator + doubtful_denominator + left_out)', '(denominator + left_out)'
                ) }}
            when kind = 'rate' and denominator > 0
                then {{ indicator_value_of('sure_numerator', 'denominator') }}
            when denominator > 0
                then {{ indicator_value_of(
                    'greatest(sure_numerator - left_out, 0)', '(denominator + left_out)'
                ) }}
        end as lower_bound,
        case
            when kind = 'count' then cast(numerator + left_out as double)
            when kind = 'quantity' then quantity_upper_bound
            when kind = 'rate' and denominator > 0
                then {{ indicator_value_of('(numerator + left_out)', 'denominator') }}
            when kind = 'ratio' and denominator > doubtful_denominator
                then {{ indicator_value_of(
                    '(numerator + left_out)', '(denominator - doubtful_denominator)'
                ) }}
            -- Of a number that is no whole, such as a limit, there may be more.
            when kind <> 'ratio' and denominator > 0 and numerator > denominator
                then {{ indicator_value_of('(numerator + left_out)', 'denominator') }}
            when kind <> 'ratio' and denominator > left_out
                then least({{ indicator_value_of(
                    '(sure_numerator + doubtful_denominator + left_out)', '(denominator - left_out)'
                ) }}, 100)
            when kind <> 'ratio' and denominator > 0 then 100
        end as upper_bound,
        coalesce(denominator > 0 and denominator < minimum_denominator, false)
            as is_small_denominator,
        availability,
        unavailable_reason
    from numbered
)
{%- endmacro %}
