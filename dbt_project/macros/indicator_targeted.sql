{# The CTE `targeted`: the rows of the CTE `figures`, each with the target that holds at its end. #}
{% macro indicator_targeted(figures) -%}
target as (
    select * from {{ ref('target') }}
),

-- The authority's own row wins over the one for every fictional authority.
targeted as (
    select
        {{ figures }}.*,
        coalesce(own.green_from, demonstration.green_from) as green_from,
        coalesce(own.amber_from, demonstration.amber_from) as amber_from,
        case when own.green_from is not null then own.source else demonstration.source end
            as target_source
    from {{ figures }}
    left join target as own
        on
            {{ figures }}.indicator_code = own.indicator_code
            and {{ figures }}.la_code = own.la_code
            and {{ figures }}.period_end_date >= own.valid_from
            and ({{ figures }}.period_end_date < own.valid_to or own.valid_to is null)
    left join target as demonstration
        on
            {{ figures }}.indicator_code = demonstration.indicator_code
            and {{ figures }}.is_fictional
            and demonstration.la_code is null
            and {{ figures }}.period_end_date >= demonstration.valid_from
            and (
                {{ figures }}.period_end_date < demonstration.valid_to
                or demonstration.valid_to is null
            )
)
{%- endmacro %}
