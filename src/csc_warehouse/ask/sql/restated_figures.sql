-- One row per figure, of the indicator `code` or of all, that both releases have and that is not
-- the same.
create or replace temp table restated_figures as
select
    later.la_code,
    later.indicator_code,
    indicator.aggregation,
    coalesce(occasion.occasion, 'any') as occasion,
    later.period_type,
    later.period_start_date,
    later.period_end_date,
    earlier.numerator as previous_numerator,
    earlier.denominator as previous_denominator,
    earlier.value as previous_value,
    later.numerator,
    later.denominator,
    later.value,
    (select release_id from {{ before }}.ops.release) as previous_release_id
from {{ after }}.indicators.rpt_indicator as later
inner join {{ before }}.indicators.rpt_indicator as earlier
    on
        later.la_code = earlier.la_code
        and later.indicator_code = earlier.indicator_code
        and later.period_type = earlier.period_type
        and later.period_start_date = earlier.period_start_date
        and later.period_end_date = earlier.period_end_date
inner join {{ after }}.marts.dim_authority as authority on later.la_code = authority.la_code
inner join {{ after }}.reference.indicator as indicator
    on
        later.indicator_code = indicator.indicator_code
        and indicator.valid_from <= authority.as_at_date
        and (indicator.valid_to > authority.as_at_date or indicator.valid_to is null)
left join {{ after }}.reference.occasion as occasion
    on later.indicator_code = occasion.indicator_code
where
    later.breakdown = 'all'
    and earlier.breakdown = 'all'
    and later.availability = 'available'
    and earlier.availability = 'available'
    {% if code %}
    and later.indicator_code = {{ code | literal }}
    {% endif %}
    and (
        later.numerator is distinct from earlier.numerator
        or later.denominator is distinct from earlier.denominator
        or later.value is distinct from earlier.value
    )
