"""Order of hits: by fitness, with rules for what the judged questions are too few to teach."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import replace

import pytest

from index.passages import Passage
from index.retriever import Filters, Hit
from server.asked import is_for_others
from server.fitness import EVIDENCE_UNASKED, RERANKED, by_rules, features, find, reranked
from server.queries import Query
from tests.fakes import make_hit, make_query


class Found:
    """A search that returns what it was given, and remembers how many were wanted."""

    def __init__(self, hits: Collection[Hit]) -> None:
        self.hits = list(hits)
        self.wanted = 0

    def search(
        self, query: str, k: int, *, filters: Filters | None = None, lexical_query: str | None = None
    ) -> list[Hit]:
        """Return up to `k` of the hits."""
        self.wanted = k
        return self.hits[:k]


def _hit(heading: str, *, rank: int, title: str = "Sciatica", text: str = "It may be the nerve.", **more: float) -> Hit:
    document = title.lower().replace(" ", "-")
    return make_hit(text, heading, rank=rank, score=0.9, title=title, document=document, start=rank * 500, **more)


def _first(query: Query, hits: list[Hit]) -> Passage:
    return reranked(query, hits)[0].passage


def test_hits_are_ranked_anew_and_the_score_of_the_search_is_kept() -> None:
    near, far = _hit("What helps sciatica?", rank=2, question=0.95), _hit("Who gets sciatica?", rank=1, question=0.1)
    hits = reranked(make_query("what helps sciatica", intent="treatment"), [far, near])
    assert [hit.passage for hit in hits] == [near.passage, far.passage]
    assert [hit.rank for hit in hits] == [1, 2]
    assert all(0 <= hit.score <= 1 and hit.scores["fused"] == 0.9 for hit in hits)


def test_hits_that_are_equally_fit_keep_the_order_of_the_search() -> None:
    hits = [replace(_hit("What is it?", rank=1), rank=rank) for rank in (1, 1, 1)]
    assert [hit.passage for hit in reranked(make_query("what is it"), hits)] == [hit.passage for hit in hits]


def test_no_hits_stay_none() -> None:
    assert reranked(make_query("sciatica"), []) == []
    assert features(make_query("sciatica"), []) == []


def test_what_the_asking_clause_names_and_asks_comes_before_what_is_told() -> None:
    told = _hit("What causes pain in the thigh?", rank=1, title="Thigh pain")
    asked = _hit("What causes sciatica?", rank=2)
    told_and_asked = make_query("my thigh hurts down to the knee, what causes sciatica?", intent="causes")
    assert _first(told_and_asked, [told, asked]) == asked.passage
    only_told = make_query("my thigh hurts down to the knee, what causes it?", intent="causes")
    assert _first(only_told, [told, asked]) == told.passage


@pytest.mark.parametrize(
    ("text", "is_asked_about"),
    [
        ("is a scan useful for my back", True),
        ("can I play golf with a bad back", True),
        ("I had a scan, what causes back pain?", False),
    ],
)
def test_a_treatment_test_or_activity_counts_only_where_it_is_asked_about(text: str, is_asked_about: bool) -> None:
    never_speaks_of_it = _hit("What is it?", rank=1, title="Back pain")
    [added] = by_rules(make_query(text), [never_speaks_of_it])
    assert (added < 0) is is_asked_about


@pytest.mark.parametrize(
    ("text", "is_unasked"),
    [
        ("can I fly with back pain", True),
        ("can I fly after a steroid injection", False),
        ("what causes back pain", False),
    ],
)
def test_an_activity_after_a_treatment_is_no_answer_on_the_activity_alone(text: str, is_unasked: bool) -> None:
    after = _hit("Can I fly after a steroid injection?", rank=1, title="Back pain", text="You can fly.")
    alone = _hit("Can I fly?", rank=1, title="Back pain", text="You can fly.")
    [added], [beside] = by_rules(make_query(text), [after]), by_rules(make_query(text), [alone])
    assert (added < beside) is is_unasked


def test_lists_of_urgent_signs_come_first_only_when_they_are_asked_for() -> None:
    urgent, plain = _hit("Get help now if", rank=1), _hit("What helps sciatica?", rank=2)
    assert _first(make_query("what helps sciatica", intent="treatment"), [urgent, plain]) == plain.passage
    assert _first(make_query("is sciatica an emergency", intent="help"), [urgent, plain]) == urgent.passage
    assert _first(make_query("who should I see about sciatica", intent="help"), [urgent, plain]) == plain.passage


def test_a_hospital_that_is_told_of_asks_for_no_list_of_urgent_signs() -> None:
    urgent, plain = _hit("Get help now if", rank=1), _hit("What helps sciatica?", rank=2)
    told = make_query(
        "My dad was in hospital for weeks with his leg last year. What helps sciatica?", intent="treatment"
    )
    assert _first(told, [urgent, plain]) == plain.passage


def test_enough_hits_are_put_in_order_however_few_are_wanted() -> None:
    search = Found([_hit("What helps sciatica?", rank=rank) for rank in range(1, 20)])
    found = find(search, make_query("what helps sciatica"), 3)
    assert (search.wanted, len(found)) == (RERANKED, 3)


@pytest.mark.parametrize(
    ("kind", "heading", "is_found"),
    [
        ("exercise", "What is the clamshell?", False),
        ("self-care", "What helps sciatica at night?", False),
        ("self-care", "Can I drive with sciatica?", False),
        ("self-care", "What causes sciatica when I sit on a wallet?", True),
        ("condition", "What helps sciatica?", True),
        ("condition", "Is it normal to have a sore leg after sciatica?", False),
    ],
)
def test_beside_an_urgent_card_no_exercise_no_plan_for_oneself_and_nothing_that_reassures_is_found(
    kind: str, heading: str, is_found: bool
) -> None:
    hit = _hit(heading, rank=1)
    source = replace(hit.passage.source, kind=kind)
    search = Found([replace(hit, passage=replace(hit.passage, source=source))])
    query = make_query("sciatica when I sit on my wallet")
    assert len(find(search, query, 3, is_urgent=True)) == is_found
    assert len(find(search, query, 3)) == 1


@pytest.mark.parametrize(
    ("text", "first"),
    [
        ("I am 40. How is a shallow hip treated?", "How is a shallow hip treated?"),
        ("My baby is 1 year old. How is a shallow hip treated?", "How is a shallow hip treated in babies?"),
        ("I am 15. How is a shallow hip treated?", "How is a shallow hip treated in babies?"),
    ],
)
def test_a_section_for_another_age_comes_after_one_for_the_age_that_was_told(text: str, first: str) -> None:
    babies = _hit("How is a shallow hip treated in babies?", rank=1, title="Shallow hip")
    adults = _hit("How is a shallow hip treated?", rank=2, title="Shallow hip in adults")
    for order in ([babies, adults], [replace(adults, rank=1), replace(babies, rank=2)]):
        assert _first(make_query(text), order).heading_path == (first,)


@pytest.mark.parametrize(
    ("text", "first"),
    [
        ("my tailbone hurts but I did not fall", "What causes tailbone pain?"),
        ("my tailbone hurts, no injury", "What causes tailbone pain?"),
        ("my tailbone hurts since a fall", "How long does a bruised tailbone last?"),
    ],
)
def test_a_section_that_takes_a_fall_for_granted_comes_behind_when_there_was_none(text: str, first: str) -> None:
    bruised = _hit("How long does a bruised tailbone last?", rank=1, title="Tailbone pain", question=0.66)
    causes = _hit("What causes tailbone pain?", rank=2, title="Tailbone pain", question=0.6)
    assert _first(make_query(text), [bruised, causes]).heading_path == (first,)


def test_a_list_of_myths_comes_behind_unless_somebody_asks_what_is_true() -> None:
    myths = _hit("What is uncertain or a myth about sciatica?", rank=1, question=0.66)
    helps = _hit("Should I stay in bed with sciatica?", rank=2, question=0.6)
    assert _first(make_query("should I stay in bed with sciatica"), [myths, helps]) is helps.passage
    [unasked] = by_rules(make_query("should I stay in bed with sciatica"), [myths])
    [asked] = by_rules(make_query("is it true that I should stay in bed with sciatica"), [myths])
    assert unasked == pytest.approx(asked + EVIDENCE_UNASKED)


def test_how_common_it_is_comes_behind_unless_somebody_asks() -> None:
    common = _hit("How common is sciatica?", rank=1, question=0.66)
    feels = _hit("Where is sciatica felt?", rank=2, question=0.6)
    assert _first(make_query("front of my thigh hurts, is that still sciatica"), [common, feels]) is feels.passage
    assert _first(make_query("is sciatica rare at my age"), [common, feels]) is common.passage


def test_an_operation_in_words_of_its_own_is_spoken_of() -> None:
    passage = _hit("What is recovery like after surgery?", rank=1, title="Slipped disc").passage
    assert not is_for_others(passage, make_query("when can I drive after my microdiscectomy"))
    assert is_for_others(passage, make_query("when can I drive with a slipped disc"))


def test_a_section_on_another_operation_comes_behind_the_one_that_is_named() -> None:
    disc = _hit("Is a disc replacement better than decompression?", rank=1, title="Back operations", question=0.66)
    fusion = _hit("Do I need a fusion as well?", rank=2, title="Back operations", question=0.6)
    assert _first(make_query("do I need a spinal fusion for my back"), [disc, fusion]) is fusion.passage
    assert _first(make_query("do I need an operation for my back"), [disc, fusion]) is disc.passage
    keyhole = _hit("How long is recovery?", rank=1, title="Hip arthroscopy (keyhole surgery)", question=0.66)
    replaced = _hit("How long is recovery?", rank=2, title="Hip replacement", question=0.6)
    assert _first(make_query("how long is recovery from a hip replacement"), [keyhole, replaced]) is replaced.passage


def test_a_treatment_that_is_not_wanted_comes_behind() -> None:
    medicines = _hit("Which medicines help sciatica?", rank=1)
    others = _hit("What helps sciatica?", rank=2)
    assert _first(make_query("what helps sciatica apart from tablets"), [medicines, others]) is others.passage
    assert _first(make_query("which tablets help sciatica"), [medicines, others]) is medicines.passage


def test_words_for_teenagers_suit_a_child_and_words_on_an_operation_who_speaks_of_one() -> None:
    teenagers = _hit("Do teenagers need a brace?", rank=1, title="Curved spine in teenagers").passage
    assert not is_for_others(teenagers, make_query("my son is 12 and his spine is curved"))
    assert is_for_others(teenagers, make_query("I am 40 and my spine is curved"))
    replaced = _hit("How long does a hip replacement last?", rank=1, title="Hip replacement").passage
    assert not is_for_others(replaced, make_query("how long will the replacement of my hip last"))
    assert is_for_others(replaced, make_query("how long will my hip pain last"))


def test_a_list_behind_the_colon_of_a_title_makes_its_sections_for_nobody_special() -> None:
    section = _hit(
        "When can I lift after surgery?", rank=1, title="After a back operation: lifting and pregnancy"
    ).passage
    assert not is_for_others(section, make_query("when can I lift after my back operation"))
    pregnant = _hit("What helps?", rank=1, title="Exercise in pregnancy").passage
    assert is_for_others(pregnant, make_query("what helps my back"))


@pytest.mark.parametrize(
    ("text", "first"),
    [
        ("sciatica for weeks and the MRI says a bulge at L5", "What is sciatica?"),
        ("sciatica for weeks and the MRI is clear", "Can I have sciatica if my MRI is normal?"),
    ],
)
def test_a_section_on_normal_tests_comes_behind_for_who_tells_of_none(text: str, first: str) -> None:
    normal = _hit("Can I have sciatica if my MRI is normal?", rank=1, question=0.7)
    other = _hit("What is sciatica?", rank=2, question=0.6)
    assert _first(make_query(text), [normal, other]).heading_path == (first,)


def test_what_suits_the_passage_beside_it_suits_whoever_asks() -> None:
    running = _hit("When can I run after having a baby?", rank=1, title="Back pain after birth").passage
    helps = _hit("What helps back pain after birth?", rank=2, title="Back pain after birth").passage
    query = make_query("my back hurts, can I run again")
    assert is_for_others(helps, query)
    assert not is_for_others(helps, query, running)
