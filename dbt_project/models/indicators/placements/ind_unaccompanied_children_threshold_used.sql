-- UASC-04: the unaccompanied children of UASC-01, out of the number of UASC-03.
with

fct_cla_month as (
    select * from {{ ref('fct_cla_month') }}
),

threshold_unaccompanied as (
    select * from {{ ref('threshold_unaccompanied') }}
),

{{ transfer_scheme_numbers(
    numerator='cast(unaccompanied as integer)',
    denominator='cast(threshold as integer)',
) }}

select * from final
