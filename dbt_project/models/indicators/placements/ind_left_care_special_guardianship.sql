-- PRM-02: of the children who left care, those with a special guardianship order; E43 and E44
-- until March 2018.
with

fct_period_of_care as (
    select * from {{ ref('fct_period_of_care') }}
),

final as (
    select
        {{ care_end_columns(
            numerator=one_if("end_reason_code in ('E43', 'E44', 'E45', 'E46', 'E47', 'E48')"),
            denominator='1',
        ) }}
    from fct_period_of_care
    where is_counted_end
)

select * from final
