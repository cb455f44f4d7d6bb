-- One row: the change from $base_value to $value of an indicator.
with

figures as (
    select
        cast($value as double) as value,
        cast($base_value as double) as base_value,
        $unit as unit,
        {{ rule.indicator_good_sign("$polarity") }} as good_sign
)

select
        {{ rule.indicator_change("value", "base_value", "unit", "good_sign") }}
from figures
