-- A release candidate is a new file that nobody else has open until it is whole. So a table is made
-- under its own name at once: the adapter's way (make aside, rename, drop) took a third longer per
-- model, and there are over a hundred. The primary key is held by counting its values once: an
-- index would hold it too, for a fifth of the star's CPU time and more memory than there is (it
-- doesn't spill), and nobody adds a row to a table of a release afterwards. See docs/shortcuts.md.
{% materialization table, adapter='duckdb' %}
    {%- if not var('own_tables', true) -%}
        {{ return(dbt.materialization_table_duckdb()) }}
    {%- endif -%}
    {%- set target_relation = this.incorporate(type='table') -%}
    {{ run_hooks(pre_hooks, inside_transaction=False) }}
    {{ run_hooks(pre_hooks, inside_transaction=True) }}
    {%- set definition = create_table_as(False, target_relation, compiled_code) -%}
    {%- set unkeyed = definition | replace('not null primary key', 'not null') -%}
    {% call statement('main') -%}
        drop table if exists {{ target_relation }} cascade;
        {{ unkeyed }}
    {%- endcall %}
    {% if unkeyed != definition %}
        {% call statement('primary_key') -%}
            {{ refuse_repeated_keys(target_relation, primary_key_columns()) }}
        {%- endcall %}
    {% endif %}
    {{ run_hooks(post_hooks, inside_transaction=True) }}
    {% do adapter.commit() %}
    {{ run_hooks(post_hooks, inside_transaction=False) }}
    {{ return({'relations': [target_relation]}) }}
{% endmaterialization %}


-- The columns that the model's contract makes its primary key.
{% macro primary_key_columns() %}
    {%- set names = [] -%}
    {%- for column in model.columns.values() -%}
        {%- if column.constraints | selectattr('type', 'equalto', 'primary_key') | list -%}
            {%- do names.append(column.name) -%}
        {%- endif -%}
    {%- endfor -%}
    {{ return(names) }}
{% endmacro %}


-- A query that fails where two rows of the relation have one key.
{% macro refuse_repeated_keys(relation, columns) -%}
    select
        case
            when count(*) > count(distinct ({{ columns | join(', ') }}))
                then error(
                    'repeated primary key: '
                    || cast(count(*) - count(distinct ({{ columns | join(', ') }})) as string)
                    || ' rows of {{ relation.identifier }}'
                )
        end as refusal
    from {{ relation }}
{%- endmacro %}
