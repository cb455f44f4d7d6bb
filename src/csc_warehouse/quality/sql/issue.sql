-- One row per rule and record that fails it now, or failed it within the months remembered.
insert into analyst.dq.issue by name
with

failing as (
    select
        md5(concat_ws('|', rule_id, la_code, table_name, record_key, column_name)) as issue_key,
        rule_id,
        la_code,
        table_name,
        record_key,
        max(child_key) as child_key,
        column_name
    from found
    group by rule_id, la_code, table_name, record_key, column_name
),

accepted as (
    select
        item.issue_key,
        max(decision.accepted_until) as accepted_until
    from decided_issue as item
    inner join analyst.dq.issue_decision as decision
        on item.decision_id = decision.decision_id
    inner join authority on decision.la_code = authority.la_code
    where decision.accepted_until > authority.as_at_date
    group by item.issue_key
),

-- The authority's own owner, where its council has decided who it is.
decided_owners as (
    select
        rule_id,
        la_code,
        max(owner) as owner
    from analyst.dq.expectation_result
    group by rule_id, la_code
),

spells as (
    select
        coalesce(failing.issue_key, base.issue_key) as issue_key,
        coalesce(failing.rule_id, base.rule_id) as rule_id,
        coalesce(failing.la_code, base.la_code) as la_code,
        coalesce(failing.table_name, base.table_name) as table_name,
        coalesce(failing.record_key, base.record_key) as record_key,
        coalesce(failing.child_key, base.child_key) as child_key,
        coalesce(failing.column_name, base.column_name) as column_name,
        coalesce(base.first_seen_month, $month) as first_seen_month,
        case
            when failing.issue_key is null then base.opened_month
            when base.state <> 'resolved' then base.opened_month
            else $month
        end as opened_month,
        case
            when failing.issue_key is not null then $month
            else base.last_seen_month
        end as last_seen_month,
        case
            when failing.issue_key is null then coalesce(base.resolved_month, $month)
        end as resolved_month,
        failing.issue_key is not null as is_failing,
        accepted.accepted_until,
        base.owner_team,
        base.worker_key
    from failing
    full join base_issue as base on failing.issue_key = base.issue_key
    left join accepted on failing.issue_key = accepted.issue_key
)

select
    spells.issue_key,
    spells.rule_id,
    spells.la_code,
    spells.table_name,
    spells.record_key,
    spells.child_key,
    spells.column_name,
    spells.first_seen_month,
    spells.opened_month,
    spells.last_seen_month,
    spells.resolved_month,
    case
        when not spells.is_failing then 'resolved'
        when spells.accepted_until is not null then 'accepted'
        when spells.opened_month > spells.first_seen_month then 'reopened'
        else 'open'
    end as state,
    spells.accepted_until,
    coalesce(decided_owners.owner, expectation.owner, 'data-quality lead') as owner,
    spells.owner_team,
    spells.worker_key,
    date_diff(
        'month',
        cast(spells.opened_month || '-01' as date),
        cast(spells.last_seen_month || '-01' as date)
    ) as age_months
from spells
left join analyst.dq.expectation as expectation on spells.rule_id = expectation.rule_id
left join decided_owners
    on spells.rule_id = decided_owners.rule_id and spells.la_code = decided_owners.la_code
where
    spells.is_failing
    or date_diff(
        'month',
        cast(spells.resolved_month || '-01' as date),
        cast($month || '-01' as date)
    ) < $remembered
order by spells.issue_key
