-- PLC-04: of the placements that a child left for other carers, those that ended for a reason
-- that nobody had planned. A change of status alone is no move; a move without a known reason is
-- not counted as unplanned.
with

fct_placement as (
    select * from {{ ref('fct_placement') }}
),

final as (
    select
        {{ placement_end_columns(
            numerator=one_if(
                "change_reason_code in ('CREQB', 'CREQO', 'ALLEG', 'STAND', 'APPRR', "
                ~ "'CLOSE', 'CHILD', 'LAREQ')"
            ),
            denominator='1',
            placement_change_reason_code=code_or_not_known('change_reason_code'),
        ) }}
    from fct_placement
    where is_left_for_another
)

select * from final
