-- One row: the views of a release that count what the restated figures count, one a topic; null
-- where the release counts in another way.
with
topics as (
    select distinct indicator.topic
    from {{ database }}.reference.indicator as indicator
    inner join restated_figures using (indicator_code)
),

views as (
    select view_name
    from duckdb_views()
    where database_name = '{{ database }}' and schema_name = 'internal'
)

select
    case
        when bool_and(views.view_name is not null)
            then list('internal.' || views.view_name order by views.view_name)
    end as counted_views
from topics
left join views on views.view_name = 'int_indicator_counted_' || topics.topic
