-- One row per restated figure and part of its move. Of a share, a part is what its numerator and
-- its denominator move, each weighed by the mean of before and after: with them the parts add up to
-- the whole.
insert into {{ target }}.rpt_indicator_revision
with
parts as (
    select
        la_code,
        indicator_code,
        period_type,
        period_start_date,
        period_end_date,
        change_reason,
        case when change_reason = 'changed' then coalesce(changed_fields, '') else '' end
            as changed_fields,
        count(*) as moved_count,
        sum(numerator_change) as numerator_change,
        sum(denominator_change) as denominator_change
    from units
    where numerator_change <> 0 or denominator_change <> 0
    group by all
),

together as (
    select
        restated_figures.la_code,
        restated_figures.indicator_code,
        restated_figures.period_type,
        restated_figures.period_start_date,
        restated_figures.period_end_date,
        count(units.unit) as moved_count
    from restated_figures
    left join units
        on
            restated_figures.la_code = units.la_code
            and restated_figures.indicator_code = units.indicator_code
            and restated_figures.period_type = units.period_type
            and restated_figures.period_start_date = units.period_start_date
            and restated_figures.period_end_date = units.period_end_date
    where restated_figures.aggregation not in ({{ added_up }})
    group by all
),

explained as (
    select
        restated_figures.*,
        parts.change_reason,
        parts.changed_fields,
        parts.moved_count,
        cast(parts.numerator_change as bigint) as numerator_change,
        case
            when restated_figures.denominator is not null
                then cast(parts.denominator_change as bigint)
        end as denominator_change,
        case
            when restated_figures.aggregation like 'count\_%' escape '\'
                then cast(parts.numerator_change as double)
            when restated_figures.previous_denominator > 0 and restated_figures.denominator > 0
                then
                    50.0 * parts.numerator_change
                    * (
                        1.0 / restated_figures.previous_denominator
                        + 1.0 / restated_figures.denominator
                    )
                    - 50.0 * parts.denominator_change
                    * (restated_figures.previous_numerator + restated_figures.numerator)
                    / (
                        cast(restated_figures.previous_denominator as double)
                        * restated_figures.denominator
                    )
        end as value_change
    from restated_figures
    inner join parts
        on
            restated_figures.la_code = parts.la_code
            and restated_figures.indicator_code = parts.indicator_code
            and restated_figures.period_type = parts.period_type
            and restated_figures.period_start_date = parts.period_start_date
            and restated_figures.period_end_date = parts.period_end_date
    where restated_figures.aggregation in ({{ added_up }})

    union all

    select
        restated_figures.*,
        'together' as change_reason,
        '' as changed_fields,
        together.moved_count,
        cast(restated_figures.numerator - restated_figures.previous_numerator as bigint)
            as numerator_change,
        cast(restated_figures.denominator - restated_figures.previous_denominator as bigint)
            as denominator_change,
        restated_figures.value - restated_figures.previous_value as value_change
    from restated_figures
    inner join together
        on
            restated_figures.la_code = together.la_code
            and restated_figures.indicator_code = together.indicator_code
            and restated_figures.period_type = together.period_type
            and restated_figures.period_start_date = together.period_start_date
            and restated_figures.period_end_date = together.period_end_date
)

select
    la_code,
    indicator_code,
    period_type,
    period_start_date,
    period_end_date,
    change_reason,
    changed_fields,
    previous_release_id,
    previous_numerator,
    previous_denominator,
    previous_value,
    numerator,
    denominator,
    value,
    moved_count,
    numerator_change,
    denominator_change,
    value_change
from explained
order by
    la_code, indicator_code, period_type, period_start_date, period_end_date,
    change_reason, changed_fields
