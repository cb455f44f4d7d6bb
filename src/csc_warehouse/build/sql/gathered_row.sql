-- One row per row of a group of authorities: its own, and what of nobody's is not there yet.
insert into analyst.{{ schema }}.{{ table }} by name
{% if has_authority %}
select *
from gathered.{{ schema }}.{{ table }}
where list_contains($own, la_code)
union all
{% endif %}
(
    select *
    from gathered.{{ schema }}.{{ table }}
    {% if has_authority %}
    where la_code is null or not list_contains($all, la_code)
    {% endif %}
    except all
    select *
    from analyst.{{ schema }}.{{ table }}
)
