-- One row per indicator and record, or child, that has an open failure of a rule that protects the
-- indicator: what it counts could turn out either way.

with

expectation_indicator as (
    select * from {{ source('dq', 'expectation_indicator') }}
),

failing_record as (
    select * from {{ source('dq', 'failing_record') }}
),

final as (
    select distinct
        expectation_indicator.indicator_code,
        failing_record.la_code,
        case
            when expectation_indicator.applies_to = 'child' then 'child'
            else 'record'
        end as applies_to,
        case
            when expectation_indicator.applies_to = 'child' then failing_record.child_key
            else failing_record.record_key
        end as doubtful_key
    from failing_record
    inner join expectation_indicator on failing_record.rule_id = expectation_indicator.rule_id
)

select * from final
