-- One row per issue that fails now: the day of its record, and the team and worker it names.
create or replace temp table issue_event as
{% for event in events %}
select
    issue.issue_key,
    issue.la_code,
    issue.child_key,
    coalesce({{ event.day }}, authority.as_at_date) as event_date,
    {{ event.team }} as team,
    {{ event.worker }} as worker_key
from analyst.dq.issue as issue
inner join intermediate.{{ event.table }} as record
    on issue.record_key = record.record_key and issue.la_code = record.la_code
inner join authority on issue.la_code = authority.la_code
where issue.table_name = {{ event.table | literal }} and issue.state <> 'resolved'
{{ "union all" if not loop.last }}
{% endfor %}
