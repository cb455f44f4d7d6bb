"""Whoever is late in an indicator was on the list of what falls due: said by the facts alone.

Written from the sentences of the indicators, not from the models of `fct_due`: each thing that was
late, with the day from which it was asked and the day on which it was done.
"""

from __future__ import annotations

from collections import Counter
from typing import Any

import duckdb

#: Late events: duty, record, the day from which it was asked, the day on which it was done.
LATE = """
    select 'assessment', assessment_key, start_date, authorised_date
    from marts.fct_assessment
    where working_days_from_start > 45 and open_until_date = authorised_date
    union all
    select 'initial_conference', s47_enquiry_key, min(s47_start_date), min(conference_date)
    from marts.fct_initial_conference
    where s47_enquiry_key is not null and conference_date is not null
    group by s47_enquiry_key
    having min(working_days_from_s47) > 15
    union all
    select
        'initial_health_assessment', period_of_care_key, start_date,
        coalesce(initial_health_assessment_date, end_date, date '9999-12-31')
    from marts.fct_period_of_care
    where
        is_counted_start
        and initial_health_assessment_due_date
        > (select max(as_at_date) from marts.dim_authority) - interval 12 month
        and (end_date is null or end_date > initial_health_assessment_due_date)
        and (initial_health_assessment_date is null
            or initial_health_assessment_date > initial_health_assessment_due_date)
    union all
    select 'return_interview', missing_episode_key, end_date, cast(interview_held_at as date)
    from marts.fct_missing_episode
    where
        missing_type_code = 'M' and is_interview_required and is_interview_accepted
        and interview_hours_from_return > 72
"""

#: What an indicator counts as overdue at a month end, by the record of its month.
OVERDUE = {
    "ASM-03": ("assessment", "numerator = 1"),
    "REV-03": ("care_visit", "numerator = 0"),
    "CPP-09": ("plan_visit", "numerator = 0"),
    "HLT-04": ("health_assessment", "numerator = 1"),
    "CL-08": ("pathway_plan", "numerator = 0"),
}

#: Of a plan or a child whose reviews were late in twelve months, some review was on a list.
REVIEWED = {
    "CPP-08": ("child_protection_review", "cp_month.cp_plan_key = due.record_key"),
    "REV-01": ("care_review", "detail.child_key = due.child_key"),
}


def unlisted(connection: duckdb.DuckDBPyConnection) -> list[tuple[Any, ...]]:
    """What was late and stood on no list: duty, record and the month end. None should be."""
    found = connection.execute(
        f"""
        with late(duty_code, record_key, asked_date, done_date) as ({LATE})
        select late.duty_code, late.record_key, months.month_end_date
        from late
        inner join (select distinct month_end_date from indicators.fct_due) as months
            on late.asked_date <= months.month_end_date
            and late.done_date > months.month_end_date
        left join indicators.fct_due as due
            on late.duty_code = due.duty_code and late.record_key = due.record_key
            and months.month_end_date = due.month_end_date
        where due.due_key is null
        """
    ).fetchall()
    for code, (duty, late) in OVERDUE.items():
        found += connection.execute(
            f"""
            select detail.indicator_code, detail.record_key, detail.event_date
            from indicators.fct_indicator_detail as detail
            inner join (select distinct month_end_date from indicators.fct_due) as months
                on detail.event_date = months.month_end_date
            left join indicators.fct_due as due
                on due.duty_code = '{duty}' and due.is_overdue
                and detail.record_key = due.record_key and detail.event_date = due.month_end_date
            where detail.indicator_code = '{code}' and {late} and due.due_key is null
            """
        ).fetchall()
    for code, (duty, same) in REVIEWED.items():
        found += connection.execute(
            f"""
            select detail.indicator_code, detail.record_key, detail.event_date
            from indicators.fct_indicator_detail as detail
            inner join marts.dim_authority as authority
                on detail.la_code = authority.la_code and detail.event_date = authority.as_at_date
            left join marts.fct_cp_month as cp_month on detail.record_key = cp_month.cp_month_key
            left join marts.fct_cla_month as cla_month
                on detail.record_key = cla_month.cla_month_key
            where detail.indicator_code = '{code}' and detail.numerator = 0
                and coalesce(cla_month.care_start_date < authority.as_at_date - 400, true)
                and not exists (
                    select 1 from indicators.fct_due as due
                    where due.duty_code = '{duty}' and due.due_date < detail.event_date and {same}
                )
            """
        ).fetchall()
    return found


def listed(connection: duckdb.DuckDBPyConnection) -> Counter[str]:
    """How many rows of the list each duty has."""
    rows = connection.execute(
        "select duty_code, count(*) from indicators.fct_due group by duty_code"
    ).fetchall()
    return Counter(dict(rows))
