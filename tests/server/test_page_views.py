"""What the templates receive says where words come from, and hostile sources stay words."""

from __future__ import annotations

import pytest

from index.errors import IndexingError
from index.passages import Section, Source, StoredDocument
from server.conversations import Conversation
from server.page_render import environment
from server.page_summary import summary_view
from server.page_views import original_url, review_words, safe_url, turn_view
from server.schemas import AnswerOut, CardOut, ConfidenceOut, SourceOut

HOSTILE = '<script>alert(1)</script> & "quoted" <img src=x onerror=alert(2)> \u202etfel'


def source(**changes: object) -> SourceOut:
    values = {
        "id": "hip",
        "title": "Hip pain",
        "publisher": "Someone",
        "url": "https://example.org/hip",
        "heading_path": ["Care"],
        "licence": "CC BY 4.0",
        "last_reviewed": "2026-01-02",
        "next_review": "2028-01-02",
        "reviewed_by": "A. Nurse",
        "stale": False,
    }
    return SourceOut.model_validate({**values, **changes})


def answer(quote: str = "Rest.", text: str | None = None, cited: SourceOut | None = None) -> AnswerOut:
    text = f"{quote} [1]" if text is None else text
    citation = {
        "id": 1,
        "answer_span": {"start": 0, "end": len(quote)},
        "quote": quote,
        "source_span": {"start": 10, "end": 10 + len(quote)},
        "passage_id": "hip:p01",
        "document_id": "d",
        "source": (cited or source()).model_dump(),
    }
    safety = {"level": "none", "sticky": False, "flags": [], "card": None, "contacts": [], "questions": []}
    return AnswerOut.model_validate(
        {
            "id": "ans_1",
            "conversation_id": "c_1",
            "status": "answered",
            "safety": safety,
            "query_used": "rest",
            "query_rewritten": False,
            "answer": {
                "text": text,
                "mode": "extractive",
                "sentences": [{"start": 0, "end": len(quote), "kind": "excerpt", "citations": [1]}],
            },
            "citations": [citation],
            "suggestions": [],
            "confidence": {"evidence": 0.9, "cutoff": 0.5},
            "disclaimer": {"id": "d", "text": "Not advice."},
            "index": {"version": "v", "model": "m"},
            "timings_ms": {},
        }
    )


def confidence(cutoff: float) -> ConfidenceOut:
    return ConfidenceOut(evidence=0.9, cutoff=cutoff)


def stored(quote: str = "Rest.") -> StoredDocument:
    text = "Hip pain\n\n" + quote + " More."
    return StoredDocument("d", Source("hip", "Hip pain"), text, (Section(("Care",), 10, len(text)),))


def test_a_citation_shows_its_section_with_the_quote_marked() -> None:
    view = turn_view(1, "does rest help", answer(), lambda _: stored(), True).sources[0]
    assert view.is_current
    pieces = view.section[0].blocks[0].pieces
    assert [(piece.text, piece.is_marked) for piece in pieces] == [("Rest.", True), (" More.", False)]
    assert view.article_url == "/library/hip?document=d&from=10&to=15#quote"


@pytest.mark.parametrize("words", ["Other words entirely.", ""])
def test_words_that_are_not_at_their_offsets_any_more_are_not_shown_as_if_they_were(words: str) -> None:
    """The library may be rebuilt while a conversation lives."""
    view = turn_view(1, "q", answer(), lambda _: stored(words), True).sources[0]
    assert not view.is_current
    assert [block.text for group in view.section for block in group.blocks] == ["Rest."]


def test_a_document_that_is_gone_leaves_the_quote() -> None:
    def gone(_: str) -> StoredDocument:
        raise IndexingError("gone")

    assert turn_view(1, "q", answer(), gone, True).sources[0].quote == "Rest."


def test_hostile_words_are_shown_as_words() -> None:
    hostile = answer(HOSTILE, cited=source(title=HOSTILE, publisher=HOSTILE, url="javascript:alert(3)"))
    view = turn_view(1, HOSTILE, hostile, lambda _: stored(HOSTILE), True)
    html = environment.get_template("turn.html").render(
        turn=view, conversation_id="c_1", embedded=False, token="t", token_field="f", thanks=0
    )
    assert "<script" not in html
    assert "<img" not in html
    assert "javascript:" not in html
    assert "&lt;script&gt;alert(1)&lt;/script&gt;" in html


def test_review_says_what_is_missing_and_what_is_late() -> None:
    assert review_words(source()) == "Reviewed by A. Nurse on 2 January 2026. Next review due 2 January 2028"
    assert review_words(source(reviewed_by="")).startswith("Not yet reviewed by a clinician")
    assert "Past its review date: 2 January 2028" in review_words(source(stale=True))


@pytest.mark.parametrize(
    "url", ["javascript:alert(1)", "data:text/html,x", "//example.org", "", "http://[", "vbscript:x"]
)
def test_only_web_addresses_become_links(url: str) -> None:
    assert safe_url(url) == ""
    assert original_url(url, "words") == ""


def test_long_quotes_are_linked_by_their_ends() -> None:
    words = " ".join(f"word{n}" for n in range(30))
    url = original_url("https://example.org/a#part", words)
    assert url.startswith("https://example.org/a#part:~:text=word0%20word1")
    assert url.endswith("word28%20word29")


def test_neighbouring_quotes_of_one_passage_stand_under_one_caption() -> None:
    double = answer()
    sentence = double.answer.sentences[0]
    double = double.model_copy(update={"answer": double.answer.model_copy(update={"sentences": [sentence, sentence]})})
    view = turn_view(1, "q", double, lambda _: stored(), True)
    assert len(view.passages) == 1
    assert [part.first_for for part in view.passages[0].parts] == [(1,), ()]


def test_the_summary_holds_a_source_and_a_quote_once() -> None:
    first, again = (turn_view(number, "q", answer(), lambda _: stored(), number == 2) for number in (1, 2))
    summary = summary_view(Conversation("c_1"), [first, again])
    assert len(summary.references) == 1
    assert [[quote.number for quote in turn.quotes] for turn in summary.turns] == [[1], []]


def test_the_summary_leaves_out_thanks_and_shows_a_card_once() -> None:
    card = {"variant": "urgent", "prefix": "Urgent advice:", "heading": "Ring if:", "items": ["a foot drags"]}
    urgent = answer().safety.model_copy(update={"card": CardOut.model_validate(card)})
    standing = urgent.model_copy(update={"sticky": True, "reminder": "Ring, if you have not yet."})
    thanks = answer().model_copy(update={"status": "out_of_scope", "confidence": confidence(0)})
    views = [
        turn_view(number, question, found, lambda _: stored(), number == 4)
        for number, (question, found) in enumerate(
            [
                ("my foot drags", answer().model_copy(update={"safety": urgent})),
                ("what now", answer().model_copy(update={"safety": standing})),
                ("my foot still drags", answer().model_copy(update={"safety": urgent})),
                ("thank you", thanks),
            ],
            1,
        )
    ]
    summary = summary_view(Conversation("c_1"), views)
    assert [turn.question for turn in summary.turns] == ["my foot drags", "what now", "my foot still drags"]
    assert [card.heading for card in summary.advice] == ["Ring if:"]


@pytest.mark.parametrize(
    ("question", "query", "shown"),
    [
        ("Hi, how long does sciatica last?", "how long does sciatica last?", ""),
        ("how long does it last", "how long does sciatica last?", "how long does sciatica last"),
        ("I had a bad day. My dog is ill. Work is hard too. And my hip clicks", "my hip clicks", "my hip clicks"),
        ("Is it numb? No.\nAny fever? Not sure.", "Is it numb? Any fever? Not sure.", ""),
    ],
)
def test_words_searched_for_are_shown_when_they_tell_something_new(question: str, query: str, shown: str) -> None:
    found = answer().model_copy(update={"query_used": query, "confidence": confidence(0.5)})
    assert turn_view(1, question, found, lambda _: stored(), True).searched_for == shown


@pytest.mark.parametrize(("quote", "is_whole"), [("Rest. More.", True), ("Rest.", False)])
def test_a_section_that_is_quoted_whole_is_known(quote: str, is_whole: bool) -> None:
    """Paper does not repeat it."""
    view = turn_view(1, "q", answer(quote), lambda _: stored("Rest."), True)
    assert view.sources[0].is_whole_section is is_whole
