"""Every column that a source may deliver is in a table, is used, or is not stored for a reason."""

from __future__ import annotations

import pytest

from csc_warehouse.command import lineage, not_stored
from csc_warehouse.command.not_stored import IN_TABLE, NOT_STORED, USED, Account


def account(source: str, table: str, column: str) -> Account:
    (found,) = (
        each
        for each in not_stored.accounts()
        if (each.source, each.table, each.column) == (source, table, column)
    )
    return found


def test_every_column_goes_somewhere_or_has_a_reason() -> None:
    without = [each for each in not_stored.accounts() if not each.where]
    assert without == [], "say why in dbt_project/not_stored.csv"


def test_every_reason_is_somebodys() -> None:
    given = {
        not_stored.reason_of(each.source, each.table, each.column)
        for each in not_stored.accounts()
        if each.state == NOT_STORED
    }
    assert [each for each in not_stored.reasons() if each not in given] == []


def test_a_column_that_no_model_reads_needs_a_reason(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(not_stored, "reasons", lambda: ())
    not_stored.accounts.cache_clear()
    try:
        assert account("ssd", "ssd_person", "pers_forename").where == ""
    finally:
        not_stored.accounts.cache_clear()


@pytest.mark.parametrize(
    ("source", "table", "column", "place"),
    [
        ("ssd", "ssd_contacts", "cont_contact_date", "fct_contact.contact_date"),
        ("ssd", "ssd_contacts", "cont_contact_source_desc", "fct_contact.source_code"),
        ("ssd", "ssd_cin_episodes", "cine_referral_id", "fct_referral.referral_key"),
        ("ssd", "ssd_cin_episodes", "cine_referral_team", "fct_referral.team_key"),
        ("ssd", "ssd_cin_episodes", "cine_close_date", "fct_referral.close_date"),
        ("ssd", "ssd_professionals", "prof_full_time_equivalency",
         "dim_worker.full_time_equivalency"),
        ("annex_a", "list_3_referrals", "gender", "dim_child.sex"),
        ("annex_a", "list_8_looked_after_children", "date_of_last_dental_check",
         "fct_health_assessment.check_date"),
        ("cin_census", "section47", "s47_actual_start_date", "fct_s47_enquiry.start_date"),
        ("local", "return_interviews", "held_at", "fct_return_interview.held_at"),
    ],
)  # fmt: skip
def test_columns_whose_way_is_known(source: str, table: str, column: str, place: str) -> None:
    assert place in lineage.published((f"{source}.{table}", column))


def test_what_is_made_of_a_column_at_landing_is_where_it_goes() -> None:
    assert account("ssda903", "episodes", "home_post").state == IN_TABLE
    assert "fct_placement.distance_miles" in account("ssda903", "episodes", "home_post").where


def test_a_link_and_a_rule_are_uses() -> None:
    assert account("ssd", "ssd_cin_plans", "cinp_referral_id").where == "`fct_cin_plan`"
    assert account("ssd", "ssd_sdq_scores", "csdq_sdq_reason") == Account(
        "ssd", "ssd_sdq_scores", "csdq_sdq_reason", USED, "the rules of sdq_scores"
    )
