-- One row per authority and indicator for which the council has not decided, at the authority's
-- as-at date, what no national rule says; with what people read instead of a figure.
{{ config(materialized='view', schema='intermediate') }}

with

int_authorities as (
    select * from {{ ref('int_authorities') }}
),

indicator_decision as (
    select * from {{ ref('indicator_decision') }}
),

council_cp_visit as (
    select * from {{ ref('council_cp_visit') }}
),

final as (
    select
        int_authorities.la_code,
        indicator_decision.indicator_code,
        indicator_decision.unavailable_reason
    from int_authorities
    cross join indicator_decision
    left join council_cp_visit
        on
            int_authorities.la_code = council_cp_visit.la_code
            and indicator_decision.council_file = 'cp_visits'
            and {{ holds_at('council_cp_visit', 'int_authorities.as_at_date') }}
    where council_cp_visit.la_code is null
)

select * from final
