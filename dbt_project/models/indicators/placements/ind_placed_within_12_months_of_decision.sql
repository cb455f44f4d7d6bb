-- PRM-06: of the children who left care to be adopted, those placed with their adopters within that
-- many months of the decision. Without both days a child was not.
with

fct_period_of_care as (
    select * from {{ ref('fct_period_of_care') }}
),

fct_permanence_plan as (
    select * from {{ ref('fct_permanence_plan') }}
    where is_chosen
),

threshold as (
    select * from {{ ref('threshold') }}
    where indicator_code = 'PRM-06'
),

{{ adopted_children() }},

final as (
    select
        {{ care_end_columns(
            related_record_key='permanence_plan_key',
            numerator=one_if(
                'placed_date <= ' ~ add_months('decision_date', 'threshold.threshold')
            ),
            denominator='1',
        ) }}
    from adopted
    left join threshold on {{ holds_at('threshold', 'end_date') }}
)

select * from final
