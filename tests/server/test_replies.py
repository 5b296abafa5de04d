"""Our own words: short and human, never instead of an answer, and a refusal that helps on."""

from __future__ import annotations

import tomllib

import pytest

from server.answers import AnswerStatus, Draft
from server.page_regions import REGIONS
from server.replies import DATA, LibraryReplies
from tests.fakes import make_hit, make_query

WORDS = "sciatica does help the nerve hip pain what is swimming good for walking cost much a"
VOCABULARY = dict.fromkeys(WORDS.split(), 9)
REPLIES = LibraryReplies(lambda: VOCABULARY)
HIT = make_hit("Sciatica is pain along the sciatic nerve.", "What is sciatica?")
FAR = make_hit("Bread is baked.", "What is bread?", title="Bread", cosine=0.05)


def words(draft: Draft | None) -> str:
    """Return the text of a draft."""
    assert draft is not None
    return " ".join(part.text for part in draft.parts)


@pytest.mark.parametrize(
    ("kind", "status", "must"),
    [
        ("greeting", AnswerStatus.OUT_OF_SCOPE, "Ask|ask|Tell|know"),
        ("identity", AnswerStatus.OUT_OF_SCOPE, "not a doctor"),
        ("capability", AnswerStatus.OUT_OF_SCOPE, "exercise"),
        ("other_language", AnswerStatus.OUT_OF_SCOPE, "English"),
        ("vague", AnswerStatus.NEEDS_CLARIFICATION, "Where"),
        ("screening", AnswerStatus.NEEDS_CLARIFICATION, "get help at once"),
        ("abuse", AnswerStatus.REJECTED, "look again|in other words"),
        ("gibberish", AnswerStatus.REJECTED, "say it|Try"),
    ],
)
def test_small_talk_is_answered_without_search(kind: str, status: AnswerStatus, must: str) -> None:
    draft = REPLIES.without_search(make_query("whatever", request=kind))
    assert draft is not None
    assert draft.status == status
    assert any(part in words(draft) or part in words(draft).replace("where", "Where") for part in must.split("|"))
    assert draft.hits == ()


def test_who_asks_for_the_number_to_ring_is_told_that_of_every_region() -> None:
    said = words(REPLIES.without_search(make_query("which number?", request="emergency_number")))
    missing = [region.code for region in REGIONS if region.numbers[0] not in said]
    assert not missing


@pytest.mark.parametrize("kind", ["question", "diagnosis", "dose", "stop_medicine", "prognosis", "scan"])
def test_what_asks_the_library_is_searched_for(kind: str) -> None:
    assert REPLIES.without_search(make_query("do I have sciatica", request=kind)) is None


@pytest.mark.parametrize(
    ("kind", "whom"),
    [
        ("diagnosis", "physiotherapist"),
        ("dose", "pharmacist"),
        ("stop_medicine", "prescribed"),
        ("prognosis", "examines"),
        ("scan", "sent you"),
    ],
)
def test_redirects_say_whom_to_ask_before_and_without_excerpts(kind: str, whom: str) -> None:
    query = make_query("my question about sciatica", request=kind)
    assert whom in REPLIES.redirect(query)[0].text
    alone = words(REPLIES.not_covered(query, [HIT]))
    assert whom in alone or whom.rstrip("s") in alone
    assert "Sciatica" in alone


def test_an_ordinary_question_gets_no_redirect() -> None:
    assert REPLIES.redirect(make_query("what is sciatica")) == []


def test_a_refusal_nearby_names_what_is_covered_and_where_to_go() -> None:
    draft = REPLIES.not_covered(make_query("does kombucha help sciatica"), [HIT])
    assert draft.status == AnswerStatus.NO_EVIDENCE
    assert "Sciatica" in words(draft)
    assert "“kombucha”" in words(draft)
    assert "GP or physiotherapist" in words(draft)


def test_a_complaint_of_another_part_is_named_and_no_article_is_offered_for_it() -> None:
    draft = REPLIES.not_covered(make_query("my knee replacement clicks on the stairs"), [HIT])
    assert draft.status == AnswerStatus.NO_EVIDENCE
    assert "“knee replacement”" in words(draft)
    assert "Sciatica" not in words(draft)


def test_costs_and_medicines_go_to_who_knows_them() -> None:
    assert "hospital" in words(REPLIES.not_covered(make_query("how much does a new hip cost"), [HIT]))
    assert "pharmacist" in words(REPLIES.not_covered(make_query("which supplements help sciatica"), [HIT]))


def test_another_subject_is_out_of_scope_and_names_nothing_far_off() -> None:
    draft = REPLIES.not_covered(make_query("who baked the first bread"), [FAR])
    assert draft.status == AnswerStatus.OUT_OF_SCOPE
    assert "Bread" not in words(draft)
    health = words(REPLIES.not_covered(make_query("my ear infection"), [FAR]))
    assert "pharmacist" in health


def test_a_part_the_library_leaves_open_is_named() -> None:
    query = make_query("what is sciatica and does kombucha help")
    assert "“kombucha”" in REPLIES.gaps(query, [HIT])[0].text
    assert REPLIES.gaps(make_query("what is sciatica"), [HIT]) == []


def test_suggestions_are_questions_that_stand_alone_and_were_not_asked() -> None:
    hits = [
        HIT,
        make_hit("x", "What is sciatica?", rank=2),
        make_hit("x", "What helps sciatica?", rank=3),
        make_hit("x", "What are the alternatives?", rank=4),
        make_hit("x", "Get help now if", rank=5),
    ]
    assert REPLIES.suggestions(make_query("what is sciatica"), hits) == ("What helps sciatica?",)
    assert REPLIES.suggestions(make_query("hi", request="greeting"), hits) == ()


def test_no_wording_of_ours_doses_diagnoses_or_shouts() -> None:
    raw = tomllib.loads(DATA.read_text(encoding="utf-8"))
    texts = [
        text
        for table in raw.values()
        for value in table.values()
        for text in ([value] if isinstance(value, str) else value)
    ]
    assert len(texts) > 25
    for text in texts:
        assert " mg" not in text
        assert "you have sciatica" not in text.lower()
        assert "!" not in text
        assert max(len(sentence.split()) for sentence in text.split(". ")) <= 32


def test_suggestions_leave_out_what_was_quoted_and_what_is_unrelated() -> None:
    hits = [
        HIT,
        make_hit("x", "How long does sciatica last?", rank=2, start=50),
        make_hit("x", "Does sciatica come back?", rank=3, start=80),
        make_hit("x", "What is a hip labral tear?", rank=4, title="Labral tear", document="labral"),
    ]
    quoted = [hits[0].passage.passage_id, hits[1].passage.passage_id]
    suggested = REPLIES.suggestions(make_query("what helps sciatica"), hits, quoted)
    assert suggested == ("Does sciatica come back?",)


@pytest.mark.parametrize(
    ("text", "is_said"),
    [
        ("where can I find a good surgeon for my hip", True),
        ("can you recommend a hip specialist", True),
        ("best hip surgeons in Leeds", True),
        ("which specialist treats hip pain", False),
        ("where can I feel sciatica", False),
    ],
)
def test_who_asks_for_an_address_is_told_that_none_are_held(text: str, is_said: bool) -> None:
    said = " ".join(part.text for part in REPLIES.gaps(make_query(text), [HIT]))
    assert ("names or addresses" in said) is is_said


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("is sciatica hereditary", "runs in families"),
        ("I have sciatica. Will my daughter get it?", "runs in families"),
        ("can I fly with sciatica", "flying"),
        ("can I have the flu jab with sciatica", "vaccines"),
        ("how long can people live with sciatica", "how long people live"),
        ("is sciatica nerve pain", ""),
        ("I flew home and have sciatica", ""),
    ],
)
def test_what_is_asked_about_the_subject_and_not_found_is_said(text: str, said: str) -> None:
    parts = REPLIES.gaps(make_query(text), [HIT])
    assert said in parts[0].text if said else parts == []


def test_an_aspect_that_a_passage_speaks_of_is_no_gap() -> None:
    held = make_hit("Sciatica can run in families.", "Who gets sciatica?")
    assert REPLIES.gaps(make_query("is sciatica hereditary"), [held]) == []
    for_others = make_hit("Flying is safe after six weeks.", "Can I fly after a hip replacement?", rank=2, start=90)
    assert REPLIES.gaps(make_query("can I fly with sciatica"), [HIT, for_others]) != []


def test_a_request_beside_an_urgent_card_gets_its_own_words_and_an_ordinary_question_none() -> None:
    (part,) = REPLIES.redirect_alone(make_query("how much can I give her", request="dose"))
    assert "pharmacist" in part.text
    assert REPLIES.redirect_alone(make_query("what is sciatica")) == []
