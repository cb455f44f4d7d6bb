{#
    Where children live. A model that calls the join imports int_child_localities as `localities`;
    each interval of a child is one locality's and no two meet, so that the join keeps the grain.
#}

-- The key of a locality of an authority's list.
{% macro locality_key(la_code, locality_code) -%}
    {{ hash_key([la_code, "'locality'", locality_code]) }}
{%- endmacro %}

-- The locality of the child's home at the end of `day`, the one that a record of the relation
-- counts on: localities.locality_key, null where none is known.
{% macro join_locality(records, day) -%}
    left join localities
        on {{ same_child_at(records, 'localities', day) }}
{%- endmacro %}
