"""Leaving out rules that cannot fire changes nothing: the same hits as when every rule is tried."""

from __future__ import annotations

import random

import pytest

from server.red_flags import rules
from server.red_flags.facts import Fact, Status
from server.red_flags.lexicon import load_lexicon
from server.red_flags.rules import View, all_rules, apply_rules

VIEWS = 400


def some_view(dice: random.Random) -> View:
    """Return a view of somebody with up to twelve features, of any status, age and time."""
    facts = tuple(
        Fact(
            "writer",
            feature,
            dice.choice([Status.PRESENT, Status.PRESENT, *Status]),
            0,
            5,
            days=dice.choice([None, 1.0, 20.0, 400.0]),
            is_new=dice.random() < 0.3,
        )
        for feature in dice.sample(sorted(load_lexicon().features), dice.randint(1, 12))
    )
    age = dice.choice([None, *(float(years) for years in range(1, 96))])
    return View("writer", facts, age, is_child=age is not None and age < 16)


def test_every_rule_that_fires_is_tried(monkeypatch: pytest.MonkeyPatch) -> None:
    dice = random.Random(7)
    views = [some_view(dice) for _ in range(VIEWS)]
    tried = [apply_rules(view) for view in views]
    monkeypatch.setattr(rules, "_rules_for", lambda _: list(all_rules()))
    assert tried == [apply_rules(view) for view in views]
    assert sum(map(bool, tried)) > VIEWS // 4


def test_few_rules_are_tried_for_one_feature() -> None:
    fever = View("writer", (Fact("writer", "fever", Status.PRESENT, 0, 5),))
    assert 0 < len(rules._rules_for(fever)) < len(all_rules()) / 2
