"""A missed passage is one that answers, was among the hits, and is not cited; what was never found is not counted."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

import pytest

from evals.datasets import Dataset, Topic
from evals.missed import Reply, missed_figures, read_replies
from index.build import build_index
from index.passages import Passage, Source, StoredDocument
from server.bootstrap import build_services
from server.settings import Settings

ARTICLE = "Heat eases a stiff sore back for most people. Wrap a warm bottle in a towel and hold it there."


def reply(found: str, cited: str, *, is_answered: bool = True) -> Reply:
    return Reply("q", frozenset(found), frozenset(cited), is_answered)


def values(replies: Sequence[Reply]) -> dict[str, tuple[float, int | None]]:
    return {figure.name: (figure.value, figure.count) for figure in missed_figures(replies)}


def test_what_was_found_and_not_cited_is_counted_by_why() -> None:
    found = values(
        [
            reply("ab", "a"),  # half of it cited
            reply("ab", "ab"),
            reply("a", ""),  # others cited instead
            reply("a", "", is_answered=False),
            reply("", ""),  # never found: search is to blame
        ]
    )
    assert found["judged questions with an answer among the hits"] == (0.8, 5)
    assert found["missed: answer found, none cited"] == (0.5, 4)
    assert found["missed: answer found, question declined"] == (0.25, 4)
    assert found["missed: answer found, others cited instead"] == (0.25, 4)
    assert found["missed: share of the answering sections found"] == (pytest.approx(0.625), 4)


def test_each_figure_has_an_interval_and_knows_which_way_is_better() -> None:
    for figure in missed_figures([reply("ab", "a"), reply("a", "a")]):
        assert figure.low is not None
        assert figure.high is not None
        assert figure.low <= figure.value <= figure.high
        assert figure.lower_is_better == figure.name.startswith("missed")


def test_nothing_found_gives_no_figure() -> None:
    assert missed_figures([reply("", "")]) == []
    assert missed_figures([]) == []


def test_real_replies_are_read_and_an_advice_card_alone_is_left_out(tmp_path: Path) -> None:
    passage = Passage("heat:0", "heat", ARTICLE, 0, len(ARTICLE), Source("heat", "Heat"), ("Does heat help?",))
    document = StoredDocument("heat", passage.source, ARTICLE)
    build_index([passage], [document], tmp_path, embedder="hashing")
    services = build_services(Settings(var=tmp_path, embedder="hashing"))
    topics = (Topic("q1", "does heat help a stiff back"), Topic("q2", "I have back pain and I can't feel when I wipe"))
    qrels = {"q1": {"heat#does-heat-help": 2, "gone#opening": 2}, "q2": {"heat#does-heat-help": 2}}
    found = read_replies(services.assistant, Dataset("tiny", "test", (), topics, qrels, 0))
    assert [one.query_id for one in found] == ["q1"]
    assert found[0].found == {"heat#does-heat-help"}
    assert found[0].cited == (found[0].found if found[0].is_answered else frozenset())
