-- The list of facts that the tests go through and the facts of the star are the same.
{%- set differences = [] %}
{%- if execute %}
    {%- set star = [] %}
    {%- for node in graph.nodes.values()
        if node.resource_type == 'model' and node.config.schema == 'marts'
        and node.name.startswith('fct_') %}
        {%- do star.append(node.name) %}
    {%- endfor %}
    {%- for name in star + fact_models() if name not in star or name not in fact_models() %}
        {%- do differences.append(name) %}
    {%- endfor %}
{%- endif %}

with

final as (
    {%- for name in differences %}
    select '{{ name }}' as fact_name
    {{ 'union all' if not loop.last }}
    {%- else %}
    select cast(null as string) as fact_name
    where false
    {%- endfor %}
)

select * from final
