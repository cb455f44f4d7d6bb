-- One row per restated figure and what counts once in it, a record or a child: what it moves, and
-- why.
create or replace temp table units as
with
revisions as (
    select
        revision.*,
        restated_figures.aggregation,
        restated_figures.occasion,
        restated_figures.period_type,
        restated_figures.period_start_date,
        restated_figures.period_end_date,
        restated_figures.aggregation like '%\_of\_children' escape '\' as is_by_child
    from {{ target }}.fct_indicator_revision as revision
    inner join restated_figures
        on
            revision.la_code = restated_figures.la_code
            and revision.indicator_code = restated_figures.indicator_code
            and (
                revision.event_date
                    between restated_figures.period_start_date and restated_figures.period_end_date
                or revision.previous_event_date
                    between restated_figures.period_start_date and restated_figures.period_end_date
            )
),

reasons as (
    select
        la_code,
        indicator_code,
        period_type,
        period_start_date,
        period_end_date,
        occasion,
        is_by_child,
        case when is_by_child then child_key else record_table || record_key end as unit,
        bool_or(change_reason = 'added') as has_added,
        bool_or(change_reason = 'removed') as has_removed,
        bool_or(change_reason = 'changed') as has_changed,
        min(changed_fields) as changed_fields
    from revisions
    group by all
),

rows_of_units as (
    select
        reasons.la_code,
        reasons.indicator_code,
        reasons.period_type,
        reasons.period_start_date,
        reasons.period_end_date,
        reasons.unit,
        detail.is_later,
        max(reasons.is_by_child) as is_by_child,
        bool_or(reasons.has_added) as has_added,
        bool_or(reasons.has_removed) as has_removed,
        bool_or(reasons.has_changed) as has_changed,
        max(reasons.changed_fields) as changed_fields,
        case
            when case
                when reasons.occasion = 'first'
                    then min_by(
                        coalesce({{ rule.indicator_numerator_from("detail.") }}, 'infinity'),
                        (detail.event_date, detail.record_key)
                    )
                when reasons.occasion = 'last'
                    then max_by(
                        coalesce({{ rule.indicator_numerator_from("detail.") }}, 'infinity'),
                        (detail.event_date, detail.record_key)
                    )
                else min({{ rule.indicator_numerator_from("detail.") }})
            end <= reasons.period_end_date
                then 1
            else 0
        end as child_numerator,
        max(detail.denominator) as child_denominator,
        sum(
            {{ rule.indicator_numerator_as_at("reasons.period_end_date", "detail.") }}
        ) as record_numerator,
        sum(detail.denominator) as record_denominator
    from reasons
    inner join counted_rows as detail
        on
            reasons.la_code = detail.la_code
            and reasons.indicator_code = detail.indicator_code
            and detail.event_date
                between reasons.period_start_date and reasons.period_end_date
            and case
                when reasons.is_by_child then detail.child_key
                else detail.record_table || detail.record_key
            end = reasons.unit
    -- The end of the period is compared with an aggregate, which `group by all` does not take.
    group by
        reasons.la_code,
        reasons.indicator_code,
        reasons.period_type,
        reasons.period_start_date,
        reasons.period_end_date,
        reasons.occasion,
        reasons.unit,
        detail.is_later
)

select
    la_code,
    indicator_code,
    period_type,
    period_start_date,
    period_end_date,
    unit,
    case
        when bool_and(is_later) and bool_or(has_added) then 'added'
        when not bool_or(is_later) and bool_or(has_removed) then 'removed'
        when bool_or(has_changed) then 'changed'
        when bool_or(has_added) then 'added'
        when bool_or(has_removed) then 'removed'
        else 'related'
    end as change_reason,
    max(changed_fields) as changed_fields,
    coalesce(sum(
        case when is_by_child then child_numerator else record_numerator end
    ) filter (where is_later), 0)
    - coalesce(sum(
        case when is_by_child then child_numerator else record_numerator end
    ) filter (where not is_later), 0) as numerator_change,
    coalesce(sum(
        case when is_by_child then child_denominator else record_denominator end
    ) filter (where is_later), 0)
    - coalesce(sum(
        case when is_by_child then child_denominator else record_denominator end
    ) filter (where not is_later), 0) as denominator_change
from rows_of_units
group by la_code, indicator_code, period_type, period_start_date, period_end_date, unit
