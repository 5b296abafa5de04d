"""Every citation is proved: verbatim words, both spans, numbers in order of first use."""

from __future__ import annotations

import re

from hypothesis import given
from hypothesis import strategies as st

from server.citations import Citer, cite
from server.drafts import DraftPart
from tests.fakes import make_hit

TEXTS = st.text(st.characters(codec="utf-8", exclude_characters="[]"), min_size=3, max_size=60).filter(str.strip)


@st.composite
def drafts(draw: st.DrawFn) -> tuple[list[DraftPart], list[object]]:
    """Return parts quoted from hits, some with words or spans that are not there."""
    hits = [
        make_hit(text, rank=rank, start=rank * 1000)
        for rank, text in enumerate(draw(st.lists(TEXTS, min_size=1, max_size=4)), 1)
    ]
    parts = [DraftPart("lead_in", "What helps")]
    for _ in range(draw(st.integers(1, 6))):
        rank = draw(st.integers(1, len(hits) + 1))
        passage = hits[min(rank, len(hits)) - 1].passage
        start = draw(st.integers(0, len(passage.text) - 1))
        end = draw(st.integers(start + 1, len(passage.text)))
        text = passage.text[start:end] if draw(st.booleans()) else draw(TEXTS)
        parts.append(DraftPart("excerpt", text, (rank,), (passage.start + start, passage.start + end)))
    return parts, list(hits)


@given(drafts())
def test_quotes_are_verbatim_at_both_ends(made: tuple[list[DraftPart], list[object]]) -> None:
    parts, hits = made
    cited = cite(parts, hits)  # type: ignore[arg-type]  # hits of the strategy
    for citation in cited.citations:
        start, end = citation.source_span
        passage = citation.passage
        assert passage.text[start - passage.start : end - passage.start] == citation.quote
        assert cited.text[slice(*citation.answer_span)] == citation.quote
    assert [citation.number for citation in cited.citations] == list(range(1, len(cited.citations) + 1))
    used = [number for sentence in cited.sentences for number in sentence.citations]
    assert list(dict.fromkeys(used)) == sorted(set(used))
    for sentence in cited.sentences:
        assert sentence.kind == "lead_in" or sentence.citations


@given(drafts())
def test_a_stream_adds_up_to_the_finished_answer(made: tuple[list[DraftPart], list[object]]) -> None:
    parts, hits = made
    citer = Citer(hits)  # type: ignore[arg-type]
    streamed = "".join(citer.add(part)[0] for part in parts)
    assert streamed == citer.finish().text == cite(parts, hits).text  # type: ignore[arg-type]


def test_words_that_are_not_in_the_passage_are_dropped_and_counted() -> None:
    cited = cite([DraftPart("excerpt", "made up", (1,), (0, 7))], [make_hit("A true sentence.")])
    assert (cited.text, cited.dropped) == ("", 1)


def test_the_same_words_keep_their_number() -> None:
    part = DraftPart("excerpt", "A true sentence.", (1,), (0, 16))
    cited = cite([part, part], [make_hit("A true sentence.")])
    assert re.findall(r"\[\d+\]", cited.text) == ["[1]", "[1]"]
    assert len(cited.citations) == 1


def test_a_part_that_replaces_all_starts_the_numbering_anew() -> None:
    hits = [make_hit("First words."), make_hit("Other words.", rank=2, start=100)]
    parts = [
        DraftPart("excerpt", "First words.", (1,), (0, 12)),
        DraftPart("excerpt", "Other words.", (2,), (100, 112), replaces_all=True),
    ]
    cited = cite(parts, hits)
    assert cited.text == "Other words. [1]"
    assert cited.citations[0].passage is hits[1].passage
