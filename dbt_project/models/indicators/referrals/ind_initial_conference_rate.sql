-- ICPC-02R: the conferences of ICPC-02; the register divides them by the children who live there.
with

ind_initial_conferences_held as (
    select * from {{ ref('ind_initial_conferences_held') }}
),

final as (
    select * from ind_initial_conferences_held
)

select * from final
