-- One row per row_key of the query `keys` (row_key, record_key) and record of one table of the
-- marts: whether it was there before and is there now, and the columns that differ. `recorded` are
-- what somebody wrote, `derived` what follows from other columns: that is named only where nothing
-- recorded changed. `origin` names the record that a month-end row was made of, before its columns.
{% macro changed(columns) %}
    {% if columns %}
        {% for column in columns %}
            case when earlier.{{ column }} is distinct from later.{{ column }}
                then '{{ origin }}{{ column }}' end{{ "," if not loop.last }}
        {% endfor %}
    {% else %}
        null
    {% endif %}
{% endmacro %}
select
    keys.row_key,
    {{ "true" if origin else "false" }} as is_origin,
    earlier.{{ key }} is not null as was_there,
    later.{{ key }} is not null as is_there,
    case
        when earlier.{{ key }} is not null and later.{{ key }} is not null
            then coalesce(
                nullif(concat_ws(', ', {{ changed(recorded) }}), ''),
                nullif(concat_ws(', ', {{ changed(derived) }}), '')
            )
    end as changed_fields
from ({{ keys }}) as keys
left join {{ before }}.marts.{{ table }} as earlier on keys.record_key = earlier.{{ key }}
left join {{ after }}.marts.{{ table }} as later on keys.record_key = later.{{ key }}
