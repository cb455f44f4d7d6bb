-- What each available indicator needs of its authority's source, table by table. A local file is a
-- full snapshot with its history: of those only what a row of source_need says looks back, or says
-- something of the file's own month alone.
{{ config(materialized='table', database='analyst') }}

with

{{ indicator_registered() }},

available as (
    select * from {{ ref('int_indicator_availability') }}
    where availability = 'available'
),

source_need as (
    select * from {{ ref('source_need') }}
),

final as (
    select distinct
        needed.la_code,
        needed.indicator_code,
        needed.measured_as,
        needed.source_system,
        needed.table_name,
        coalesce(
            source_need.is_own_month,
            needed.measured_as = 'snapshot'
            and {{ is_status_of_its_month('needed.source_system') }}
        ) as is_own_month,
        coalesce(source_need.look_back_months, 0) as look_back_months
    from needed
    inner join available
        on
            needed.la_code = available.la_code
            and needed.indicator_code = available.indicator_code
            and needed.indicator_name = available.indicator_name
    left join source_need
        on
            needed.source_system = source_need.source_system
            and needed.indicator_code = source_need.indicator_code
    where
        needed.source_system <> 'local'
        or source_need.indicator_code is not null
)

select * from final
