-- PLC-16: of the placements that a child left for other carers (as PLC-04), those that ended
-- because the carers or the child asked for it: they could not go on meeting the child's needs.
with

fct_placement as (
    select * from {{ ref('fct_placement') }}
),

final as (
    select
        {{ placement_end_columns(
            numerator=one_if("change_reason_code in ('CREQB', 'CREQO', 'CHILD')"),
            denominator='1',
            placement_change_reason_code=code_or_not_known('change_reason_code'),
        ) }}
    from fct_placement
    where is_left_for_another
)

select * from final
