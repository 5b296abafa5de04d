"""The scorer counts as section F of the specification says."""

from __future__ import annotations

import json
from collections.abc import Sequence
from pathlib import Path

import pytest

from evals.errors import DatasetInvalid
from evals.red_flags import (
    Chat,
    Row,
    load_chats,
    load_own_words,
    load_rows,
    score_chats,
    score_rows,
    table,
    weighted_kappa,
)
from evals.stats import wilson_interval
from server.red_flags.levels import Level


def test_wilson_interval_matches_a_known_value() -> None:
    low, high = wilson_interval(97, 100)
    assert (round(low, 3), round(high, 3)) == (0.915, 0.990)


def test_wilson_interval_refuses_impossible_counts() -> None:
    with pytest.raises(ValueError, match="successes"):
        wilson_interval(3, 0)


def test_kappa_is_one_for_agreement_and_zero_for_chance() -> None:
    assert weighted_kappa([(0, 0), (4, 4)]) == 1.0
    assert weighted_kappa([(0, 0), (0, 4), (4, 0), (4, 4)]) == 0.0


def test_message_scores_count_under_and_over_triage() -> None:
    rows = [
        Row("a-0001", "x", Level.EMERGENCY, ("cauda_equina",), "plain", "CE1"),
        Row("a-0002", "y", Level.NONE, (), "negated", "B3"),
    ]
    scores = score_rows(rows, lambda texts: (Level.NONE, ()) if texts == ["x"] else (Level.SOON, ("malignancy",)))
    assert scores["missed_sh1_ce1"] == ["a-0001"]
    assert scores["sensitivity"] == {"value": 0.0, "n": 1, "k": 0, "interval": [0.0, 0.7935]}
    assert scores["under_triage_2_or_more"]["k"] == 1  # type: ignore[index]  # a mapping by construction
    assert scores["over_triage"]["k"] == 1  # type: ignore[index]  # likewise
    assert "0/1" in table(scores)


def test_conversation_scores_see_premature_alarms_and_lost_levels() -> None:
    chat = Chat("c", ("a", "b", "c"), (Level.NONE, Level.EMERGENCY, Level.EMERGENCY))
    answers = {1: Level.SOON, 2: Level.EMERGENCY, 3: Level.NONE}

    def model(texts: Sequence[str]) -> tuple[Level, tuple[str, ...]]:
        return answers[len(texts)], ()

    scores = score_chats([chat], model)
    assert scores["premature_alarms"]["k"] == 1  # type: ignore[index]  # a mapping by construction
    assert scores["escalation_at_its_turn"]["k"] == 1  # type: ignore[index]  # likewise
    assert scores["stays"]["k"] == 0  # type: ignore[index]  # likewise


def test_data_files_are_read(tmp_path: Path) -> None:
    row = {"id": "a-0001", "text": "x", "label": "soon", "flags": ["malignancy"], "phenomenon": "plain"}
    chat = {"id": "c", "turns": ["x"], "labels_after_each_turn": ["none"], "flags": []}
    (tmp_path / "dev.jsonl").write_text(json.dumps(row) + "\n", encoding="utf-8")
    (tmp_path / "dev.rules.tsv").write_text("id\trule\na-0001\tMA3\n", encoding="utf-8")
    (tmp_path / "dev-conversations.jsonl").write_text(json.dumps(chat) + "\n", encoding="utf-8")
    assert load_rows(tmp_path)[0].level is Level.SOON
    assert load_chats(tmp_path)[0].levels == (Level.NONE,)


def test_own_words_are_read_by_their_part() -> None:
    parts = load_own_words()
    assert set(parts) == {"lexicon", "thresholds", "unseen", "long", "long unseen"}
    texts = [row.text for rows in parts.values() for row in rows]
    assert len(set(texts)) == len(texts)


def test_own_words_with_an_unknown_label_are_refused_by_file(tmp_path: Path) -> None:
    row = {"id": "a-1", "part": "unseen", "text": "x", "label": "urgent", "flags": [], "rule": "CE1"}
    (tmp_path / "own.jsonl").write_text(json.dumps(row) + "\n", encoding="utf-8")
    with pytest.raises(DatasetInvalid, match=r"own\.jsonl: expected a label of none, routine"):
        load_own_words(tmp_path / "own.jsonl")


def test_an_emergency_with_a_same_day_card_counts_as_urgent() -> None:
    rows = [Row("a-0001", "x", Level.EMERGENCY, ("cauda_equina",), "own words", "CE1")]
    scores = score_rows(rows, lambda texts: (Level.SAME_DAY, ()))
    assert scores["emergency_urgent"]["k"] == 1  # type: ignore[index]  # a mapping by construction
    assert scores["emergency_at_emergency"]["k"] == 0  # type: ignore[index]  # likewise
