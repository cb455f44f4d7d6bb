-- Every key of every fact stands in its dimension: one row per fact, column and missing key.
-- The facts and their columns come from the contracts, so that a new fact is tested too.
{%- set dimensions = {
    'la_code': 'dim_authority',
    'child_key': 'dim_child',
    'team_key': 'dim_team',
    'worker_key': 'dim_worker',
} %}
-- depends_on: {{ ref('dim_authority') }}, {{ ref('dim_child') }}, {{ ref('dim_team') }}
-- depends_on: {{ ref('dim_worker') }}
{%- for fact in fact_models() %}
-- depends_on: {{ ref(fact) }}
{%- endfor %}

with

final as (
    {%- set checks = [] %}
    {%- if execute %}
        {%- for node in graph.nodes.values() if node.name in fact_models() %}
            {%- for column in dimensions if column in node.columns %}
                {%- do checks.append((node.name, column)) %}
            {%- endfor %}
        {%- endfor %}
    {%- endif %}
    {%- for fact, column in checks %}
    select
        '{{ fact }}' as fact_name,
        '{{ column }}' as column_name,
        facts.{{ column }} as missing_key,
    from {{ ref(fact) }} as facts
    left join {{ ref(dimensions[column]) }} as dimensions
        on facts.{{ column }} = dimensions.{{ column }}
    where
        facts.{{ column }} is not null
        and dimensions.{{ column }} is null
    {{ 'union all' if not loop.last }}
    {%- else %}
    select
        cast(null as string) as fact_name,
        cast(null as string) as column_name,
        cast(null as string) as missing_key,
    where false
    {%- endfor %}
)

select * from final
