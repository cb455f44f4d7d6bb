"""Each quirk of Annex A, the 903 and the CIN census has a test: this list says which.

The quirks of the standard dataset are numbered: theirs are the `test_quirk_NN` of `test_quirks` and
`test_landing`. A name without a module is that of a dbt unit test, beside the rule.
"""

from __future__ import annotations

import ast
from collections.abc import Mapping
from functools import cache

import pytest
import yaml

from csc_warehouse.places import DBT_PROJECT
from library.places import TESTS

ANNEX_A = {
    "sheets by their set of headers, not by name":
        "test_annex_a.test_sheets_are_found_by_headers_not_by_names",
    "headers by name or pattern": "test_annex_a.test_headers_by_name_alias_or_pattern",
    "Age or Age of Child (Years)": "test_annex_a.test_headers_by_name_alias_or_pattern",
    "an age of 6.138, of 8 months": "test_annex_a.test_ages_with_decimals_or_words_do_no_harm",
    "smart quotes in headers; a bracket too many":
        "test_annex_a.test_smart_quotes_and_stray_brackets_in_headers",
    "smart quotes in values": "test_annex_a.test_smart_quotes_in_values_become_plain",
    "a non-breaking space behind a name": "test_annex_a.test_odd_spaces_make_no_second_worker",
    "#N/A of a look-up": "test_annex_a.test_errors_are_no_value_and_no_worker",
    "formulas as dates": "test_annex_a.test_formulas_count_with_their_last_value",
    "serial and text dates, both epochs": "test_annex_a.test_days_as_dates_numbers_and_text",
    "merged cells": "test_annex_a.test_merged_cells_hold_their_value_in_each_row",
    "hidden sheets": "test_annex_a.test_a_hidden_copy_of_a_list_is_left_out",
    "Female and b) Female in one column": "the_letter_of_a_list_is_no_part_of_a_code",
    "s) NOBT here, t) NOBT there": "the_letter_of_a_list_is_no_part_of_a_code",
    "needs of the adult service (PSRMEM)": "the_letter_of_a_list_is_no_part_of_a_code",
    "a junk postcode, a blank date of birth":
        "test_annex_a.test_blank_birth_dates_and_junk_postcodes_are_kept",
    "care leavers: returned home is left out": "cl_02_leaves_out_who_returned_home",
    "offered and declined is not accepted":
        "test_staging_codes.test_an_interview_that_was_offered_and_declined_was_not_accepted",
    "P5 is part time": "test_staging_codes.test_activities_that_begin_with_p_are_part_time",
    "a snapshot: what it doesn't cover says so":
        "test_annex_a.test_what_the_lists_do_not_cover_says_so",
    "a status is what the list of its month said": "a_status_is_what_the_list_of_its_month_said",
    "names of workers and free text":
        "test_canary.test_nothing_of_a_child_is_in_what_a_month_writes_or_says",
    "a CSV in the known order with other headers":
        "test_annex_a.test_a_csv_with_other_headers_is_read_by_order",
    "columns that one script leaves dead":
        "test_quirks.test_quirk_31_a_column_with_one_value_everywhere_is_caught",
}  # fmt: skip

SSDA903 = {
    "names of files aren't standard":
        "test_landing.test_ssda903_tables_are_found_by_columns_and_dates_stay_as_written",
    "a collection year in the folder and the name":
        "test_ssda903.test_a_name_of_another_year_is_refused",
    "any root; PL for PLACE, CHILDID for CHILD":
        "test_ssda903.test_xml_calls_the_placement_pl_and_the_child_childid",
    "XML groups by their values":
        "test_ssda903.test_xml_groups_are_told_by_their_values_and_a_header_is_several_rows",
    "UASC 0 in the XML header":
        "test_ssda903.test_a_child_that_is_not_unaccompanied_has_no_such_row",
    "E43, E44 to E45-E48; CUSTOD; F3, P3; P2, H5, K3, Z1":
        "test_ssda903.test_codes_are_valid_in_the_collection_years_that_have_them",
    "K3 in lower case": "the_letter_of_a_list_is_no_part_of_a_code",
    "sex 1, 2 before M, F, U": "test_staging_codes.test_sex_of_earlier_returns_is_known",
    "S1 and X1 of accommodation":
        "test_staging_codes.test_the_return_has_needs_n1_to_n8_and_one_accommodation_more_than_a_validator",
    "0 where not in touch; letter and suitability":
        "oc3_is_dated_on_the_birthday_in_the_collection_year",
    "social workers since 2023-24; DoLo":
        "test_ssda903.test_social_workers_of_2023_24_land_with_a_hash_and_so_do_orders_of_liberty",
    "an episode of several years' returns": "the_newest_year_says_what_an_episode_was",
    "open, superseded, overlapping, gapped episodes":
        "an_open_episode_ends_with_the_next_one_or_its_year",
    "episodes that overlap": "an_episode_ends_when_the_next_starts",
    "a corrected start": "the_newer_return_corrects_the_start_of_an_episode",
    "the reason for a change is of the ending episode":
        "a_change_of_status_alone_goes_on_with_the_placement",
    "a return tells of its year only": "test_ssda903.test_a_return_tells_of_its_year_only",
    "files that somebody else wrote":
        "test_landing.test_ssda903_files_of_others_land_without_losing_a_row",
    "a document type declaration": "test_ssda903.test_what_is_no_return_is_refused_with_the_place",
}  # fmt: skip

CIN_CENSUS = {
    "one to three referrals of a child":
        "test_cin_census.test_a_child_has_several_referrals_and_each_has_its_own",
    "a conference at either level": "test_cin_census.test_the_conference_may_stand_at_either_level",
    "a conference at both levels (rule 2884)": "a_conference_at_both_levels_is_one",
    "true and false, or 1 and 0": "a_referral_of_no_further_action_is_a_referral",
    "a referral of no further action": "a_referral_of_no_further_action_is_a_referral",
    "GenderCurrent before Sex": "test_cin_census.test_sex_and_the_gender_of_earlier_years",
    "the module of 2026":
        "test_cin_census.test_the_module_of_2026_is_read_and_an_unknown_element_is_put_aside",
    "only the census year": "test_cin_census.test_the_generator_writes_the_census_of_each_march",
    "an authority that is somebody else's; a year that is not that of the date":
        "test_cin_census."
        "test_a_census_whose_header_names_another_year_or_authority_is_refused",
    "18B, 24A, 5D, RC9 by year":
        "test_cin_census.test_codes_are_valid_in_the_censuses_that_have_them",
    "an entity bomb": "test_cin_census.test_what_is_no_census_is_refused_with_the_place",
    "a census that somebody else wrote":
        "test_cin_census.test_a_census_that_somebody_else_wrote_loses_nothing",
    "no contacts, workers, teams, visits: not available":
        "test_same_answer.test_the_censuses_give_the_figures_of_the_standard_dataset",
}  # fmt: skip


@cache
def known_tests() -> frozenset[str]:
    """The tests that there are: `module.function`, and the names of the dbt unit tests."""
    functions = {
        f"{path.stem}.{node.name}"
        for path in TESTS.rglob("test_*.py")
        for node in ast.parse(path.read_text(encoding="utf-8")).body
        if isinstance(node, ast.FunctionDef) and node.name.startswith("test_")
    }
    declared = (
        yaml.load(path.read_bytes(), Loader=yaml.CSafeLoader) or {}
        for path in (DBT_PROJECT / "models").rglob("*.yml")
    )
    return frozenset(
        functions | {test["name"] for file in declared for test in file.get("unit_tests", ())}
    )


@pytest.mark.parametrize("quirks", [ANNEX_A, SSDA903, CIN_CENSUS], ids=["annex_a", "903", "cin"])
def test_every_quirk_names_a_test_that_there_is(quirks: Mapping[str, str]) -> None:
    assert {quirk for quirk, test in quirks.items() if test not in known_tests()} == set()
