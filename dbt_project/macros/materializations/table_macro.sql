-- A table macro of the database: a query with arguments, which whoever reads the database can ask
-- (`from indicators.indicator_between('REF-03', '2022-01-01', '2022-03-31')`). Like a view it names
-- the tables of its own database without the database, so that it works whatever the file is called;
-- from another database, after `use`.
{% materialization table_macro, adapter='duckdb' %}
    {%- set target_relation = this.incorporate(type='view') -%}
    {{ run_hooks(pre_hooks, inside_transaction=False) }}
    {{ run_hooks(pre_hooks, inside_transaction=True) }}
    {% call statement('main') -%}
        use {{ adapter.quote(this.database) }};
        create or replace macro {{ this.schema }}.{{ this.identifier }}(
            {{ config.require('arguments') | join(', ') }}
        ) as table {{ compiled_code | replace(adapter.quote(this.database) ~ '.', '') }};
        use {{ adapter.quote(target.database) }};
    {%- endcall %}
    {{ run_hooks(post_hooks, inside_transaction=True) }}
    {% do adapter.commit() %}
    {{ run_hooks(post_hooks, inside_transaction=False) }}
    {{ return({'relations': []}) }}
{% endmaterialization %}
