-- UASC-03: the number of unaccompanied children that the national transfer scheme expects the
-- authority to care for, by the seed row that holds at the month end, rounded to the nearest
-- whole.
with

fct_cla_month as (
    select * from {{ ref('fct_cla_month') }}
),

threshold_unaccompanied as (
    select * from {{ ref('threshold_unaccompanied') }}
),

{{ transfer_scheme_numbers(numerator='cast(threshold as integer)') }}

select * from final
