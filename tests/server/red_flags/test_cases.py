"""Every rule code has cases for and against, and the page shows them."""

from __future__ import annotations

import pytest

from server.red_flags.assess import assess
from server.red_flags.explain import UserText
from server.red_flags.levels import Level
from server.red_flags.rules import all_rules
from server.red_flags.rules_page import PAGE, load_cases, render_page

CASES = load_cases()
SPECIFIED = [
    "CE1",
    "CE2",
    "CE3",
    "CE4",
    "CE5",
    "CC1",
    "CC2",
    "MD1",
    "MD2",
    "MD3",
    "SI1",
    "SI2",
    "SI3",
    "SI4",
    "SJ1",
    "SJ2",
    "FR1",
    "FR2",
    "FR3",
    "FR4",
    "FR5",
    "MA2",
    "MA3",
    "MA4",
    "MA5",
    "MA6",
    "AO1",
    "AO2",
    "LI1",
    "LI2",
    "LI3",
    "DV1",
    "DV2",
    "IN1",
    "IN2",
    "IN3",
    "IN4",
    "VI1",
    "VI2",
    "VI3",
    "PG1",
    "PG2",
    "PG3",
    "PA1",
    "PA2",
    "PA3",
    "AV1",
    "PO1",
    "PO2",
    "PO3",
    "ME1",
    "ME2",
    "ME3",
    "SH1",
    "SH2",
    "GE1",
    "GE2",
]


def test_every_specified_rule_code_exists() -> None:
    assert {item.code for item in all_rules()} == set(SPECIFIED)


@pytest.mark.parametrize(("code", "text"), [(c, t) for c, case in CASES.items() for t in case["for"]])
def test_case_for_reaches_its_rule(code: str, text: str) -> None:
    assert code in {hit.rule for hit in assess([UserText(text)]).hits}


@pytest.mark.parametrize(("code", "text"), [(c, t) for c, case in CASES.items() for t in case["against"]])
def test_case_against_reaches_nothing(code: str, text: str) -> None:
    found = assess([UserText(text)])
    assert found.level is Level.NONE, f"{code}: {[hit.rule for hit in found.hits]}"


def test_rules_page_is_up_to_date() -> None:
    assert PAGE.read_text(encoding="utf-8") == render_page(), "run python -m server.red_flags.rules_page"
