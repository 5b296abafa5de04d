"""The quoting writer: the right passage first, whole exercises, nothing that cannot stand by itself."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

import pytest

from index.passages import Passage
from index.retriever import Hit
from server.citations import cite
from server.fitness import reranked
from server.queries import Query
from server.writers.excerpts import best_stretch, lead_stretch, whole
from server.writers.extractive import FIGURES_DIFFER, MAY_NOT_FIT, ExtractiveWriter, figures_differ, select
from tests.fakes import make_hit, make_query


def quoted(query: Query, hits: Sequence[Hit]) -> list[Passage]:
    """Return the passages that are quoted of what a search found, in the order they are read."""
    return [excerpt.hit.passage for excerpt in select(query, reranked(query, hits))]


STEPS = "Lie on your side.\n\n1. Bend your knees.\n2. Lift the top knee.\n3. Lower it slowly."
CAUSES = make_hit("A slipped disc is the usual cause. A narrow canal is another.", "What causes sciatica?", start=500)
LASTS = make_hit(
    "Sciatica usually gets better in 4 to 6 weeks. It can last longer.", "How long does sciatica last?", start=900
)


def test_the_passage_that_answers_the_intent_is_cited_first() -> None:
    """The search ranks the other one a little higher."""
    hits = [make_hit(CAUSES.passage.text, "What causes sciatica?", score=0.95), LASTS]
    lasts = make_hit(LASTS.passage.text, "How long does sciatica last?", rank=2, score=0.9, question=0.9, start=900)
    hits = [hits[0], lasts]
    assert quoted(make_query("how long does sciatica last", intent="duration"), hits)[0] == lasts.passage


def test_each_excerpt_stands_under_the_question_that_it_answers() -> None:
    active = make_hit("Keeping gently active helps most people with sciatica.", "What helps sciatica?")
    massage = make_hit(
        "With sciatica, rub the muscles gently and keep away from what stirs up the leg.",
        "Does rubbing ease it?",
        rank=2,
        question=0.7,
        start=500,
        title="Massage",
        document="massage",
    )
    hits = [active, massage]
    cited = cite(ExtractiveWriter().write(make_query("what helps sciatica", intent="treatment"), hits), hits)
    own = [cited.text[s.start : s.end] for s in cited.sentences if s.kind == "lead_in"]
    assert own == ["What helps sciatica?", "Massage: does rubbing ease it?"]


def test_a_passage_that_no_question_brings_near_is_not_quoted_beside_the_best_one() -> None:
    best = make_hit(CAUSES.passage.text, "What causes sciatica?", score=0.9)
    far = make_hit("Hips can ache for reasons of their own.", "Why do hips ache?", rank=2, score=0.75, start=900)
    query = make_query("why does my leg burn", intent="causes")
    assert len(quoted(query, [best, replace(far, scores=far.scores | {"question": 0.9, "adapted": 0.7})])) == 2
    assert len(quoted(query, [best, replace(far, scores=far.scores | {"question": 0.1, "adapted": 0.1})])) == 1


def test_words_for_people_after_an_operation_are_not_quoted_beside_others() -> None:
    clicks = make_hit("A snapping hip is a click that you feel or hear.", "What is a snapping hip?")
    after = make_hit(
        "A soft click is common then and mostly goes away.", "What if my hip replacement clicks?", rank=2, start=400
    )
    asked_about = replace(after, scores=after.scores | {"question": 0.9, "adapted": 0.8})
    assert quoted(make_query("why does my hip click"), [clicks, after]) == [clicks.passage]
    assert quoted(make_query("why does my hip replacement click"), [clicks, asked_about])[0] == after.passage


def test_a_told_complaint_gets_what_to_do_beside_what_it_may_be() -> None:
    told = make_query("my hip has been sore on the outside for months and I keep waking up from it at night")
    may_be = make_hit("Sore tendons cause most outer hip pain.", "What causes outer hip pain?", question=0.8)
    helps = make_hit(
        "Sleep with a pillow between the knees.", "What helps outer hip pain?", rank=2, score=0.6, start=400
    )
    assert quoted(told, [may_be, helps]) == [may_be.passage, helps.passage]
    plain = make_query("what causes outer hip pain", intent="causes")
    assert quoted(plain, [may_be, helps]) == [may_be.passage]


def test_a_story_without_a_name_is_not_told_what_it_is() -> None:
    story = "my thigh burns on the outside since last month and the skin feels odd when I touch it"
    named = make_hit("It is a pinched skin nerve of the thigh.", "What is meralgia paraesthetica?", title="Meralgia")
    parts = list(ExtractiveWriter().write(make_query(story, request="question"), [named]))
    assert parts[0].text == MAY_NOT_FIT
    asked = list(ExtractiveWriter().write(make_query("what is meralgia paraesthetica"), [named]))
    assert asked[0].text != MAY_NOT_FIT


def test_no_line_is_left_that_leads_into_nothing() -> None:
    text = "Other organs can hurt in the back. They include:\n" + "- an organ with a long name and more\n" * 30
    hit = make_hit(text)
    span = lead_stretch(hit)
    assert span is not None
    assert text[slice(*span)] == "Other organs can hurt in the back."


def test_an_exercise_is_given_whole() -> None:
    feel = make_hit(
        "You should feel it at the side of the hip.", "How should the clamshell feel?", title="Clamshell", start=400
    )
    steps = make_hit(STEPS, "How do I do the clamshell?", rank=2, score=0.8, title="Clamshell", kind="steps")
    query = make_query("how do I do the clamshell", intent="exercise")
    hits = reranked(query, [feel, steps])
    cited = cite(ExtractiveWriter().write(query, hits), hits)
    assert cited.citations[0].quote == STEPS
    assert [s.kind for s in cited.sentences if s.kind == "steps"] == ["steps"]


def test_urgent_lists_are_quoted_only_when_asked_for() -> None:
    urgent = make_hit("Call 999 if:\n- you are numb between the legs\n- you cannot pee", "Get help now if", score=1.0)
    helps = make_hit(
        "Keeping gently active helps most people with sciatica.", "What helps sciatica?", rank=2, score=0.7, start=300
    )
    assert quoted(make_query("what helps sciatica", intent="treatment"), [urgent, helps]) == [helps.passage]
    assert quoted(make_query("when is sciatica an emergency", intent="help"), [urgent, helps])[0] == urgent.passage


def test_two_passages_that_say_the_same_are_quoted_once() -> None:
    text = "Keeping gently active helps most people with sciatica more than bed rest."
    hits = [
        make_hit(text, "What helps sciatica?"),
        make_hit(text, "What eases sciatica?", rank=2, start=600, document="other"),
    ]
    assert len(select(make_query("what helps sciatica", intent="treatment"), hits)) == 1


@pytest.mark.parametrize("opening", ["It", "They", "This", "These", "So it", "Both"])
def test_a_sentence_that_leans_on_the_one_before_brings_it_along(opening: str) -> None:
    text = f"The piriformis lies deep in the buttock. {opening} can press on the nerve."
    found = best_stretch(make_hit(text, sentence_scores=(0.2, 0.9)))
    assert found is not None
    assert text[slice(*found[0])] == text


def test_a_list_is_given_with_the_line_that_leads_into_it() -> None:
    text = "These help most people:\n- Walk in short spells.\n- Try heat.\n- Sleep on your side."
    found = best_stretch(make_hit(text, sentence_scores=(0.3, 0.2, 0.9, 0.2)))
    assert found is not None
    assert text[slice(*found[0])] == text


def test_another_texts_reference_marks_are_never_quoted() -> None:
    text = "Walking helps most people a lot [12]. Rest in bed makes stiff backs stiffer."
    hit = make_hit(text, sentence_scores=(0.9, 0.5))
    cited = cite(ExtractiveWriter().write(make_query("does walking help"), [hit]), [hit])
    assert "[12]" not in cited.text


def test_a_pointer_elsewhere_is_no_answer() -> None:
    assert best_stretch(make_hit("See hip pain at night.")) is None


def test_an_opening_is_quoted_from_its_first_sentence() -> None:
    hit = make_hit("Most backs get better. " * 30)
    span = lead_stretch(hit)
    assert span is not None
    assert span[0] == 0
    assert span[1] <= 335


def test_no_hits_give_no_parts() -> None:
    assert list(ExtractiveWriter().write(make_query("anything"), [])) == []


def test_figures_that_do_not_overlap_are_pointed_out() -> None:
    assert figures_differ(["It takes 4 to 6 weeks.", "It takes 8 to 12 weeks."])
    assert not figures_differ(["It takes 4 to 6 weeks.", "Most are well in 6 weeks."])
    other = make_hit(
        "Leg pain from the back takes 9 to 12 weeks to go.",
        "How long does leg pain last?",
        rank=2,
        start=90,
        document="b",
    )
    first = make_hit("Sciatica usually gets better in 4 to 6 weeks.", "How long does sciatica last?")
    parts = list(
        ExtractiveWriter().write(
            make_query("how long does the pain of sciatica last", intent="duration"), [first, other]
        )
    )
    assert parts[-1].text == FIGURES_DIFFER


def test_a_later_sentence_of_a_list_item_brings_the_list_along() -> None:
    text = "These help at night:\n- Use warmth. Do not sleep on a hot pad.\n- Get up for a while."
    found = best_stretch(make_hit(text, sentence_scores=(0.2, 0.2, 0.9, 0.2)))
    assert found is not None
    assert text[slice(*found[0])] == text


def test_a_passage_that_speaks_of_none_of_what_is_named_must_be_fit_to_be_quoted_beside_the_best() -> None:
    told = make_hit("Sciatica mostly eases within weeks if you keep moving.", "What helps sciatica?", score=0.5)
    other = make_hit(
        "Shingles on the leg burns before the blisters come.",
        "Can shingles hurt?",
        rank=2,
        start=500,
        title="Shingles",
        document="shingles",
        score=0.3,
    )
    asked = make_query("my sciatica hurts badly since I moved house, what can I do?")
    assert [one.hit.passage.document_id for one in select(asked, [told, other])] == [told.passage.document_id]
    fit = replace(other, score=0.45)
    assert "shingles" in {one.hit.passage.document_id for one in select(asked, [told, fit])}


def test_a_passage_far_less_fit_than_the_best_is_left_out_and_one_of_another_article_sooner() -> None:
    best = make_hit("Sciatica mostly eases within weeks if you keep moving.", "What helps sciatica?", score=0.9)
    beside = make_hit("Warmth and short walks ease sciatica for many.", "Does heat ease sciatica?", rank=2, start=400)
    quoted_at = {
        score: len(select(make_query("what helps sciatica"), [best, replace(beside, score=score)]))
        for score in (0.25, 0.35)
    }
    assert quoted_at == {0.25: 1, 0.35: 2}
    low = replace(best, score=0.3)
    elsewhere = replace(beside, score=0.22, passage=replace(beside.passage, document_id="heat"))
    assert len(select(make_query("what helps sciatica"), [low, replace(beside, score=0.22)])) == 2
    assert len(select(make_query("what helps sciatica"), [low, elsewhere])) == 1


@pytest.mark.parametrize(
    "heading", ["I have three screws and a rod. What now?", "What can I do " + "and do " * 9 + "?"]
)
def test_a_heading_said_by_a_person_or_very_long_is_no_lead_in(heading: str) -> None:
    hit = make_hit("Metal that hurts can mostly be taken out later.", heading, title="Metalwork")
    second = make_hit("A plate mostly stays for good in the bone.", "Does a plate stay?", rank=2, start=500)
    parts = list(ExtractiveWriter().write(make_query("does metalwork hurt in the bone"), [hit, second]))
    assert all(heading not in part.text for part in parts if part.kind == "lead_in")


def test_a_sentence_that_only_names_another_article_does_not_end_a_quote() -> None:
    hit = make_hit(
        "Most words in a report are common. They seldom matter. See worn discs on scans.", "What do they mean?"
    )
    advice = make_hit("Most words in a report are common. See a GP if pain grows.", "What do they mean?")
    assert whole(hit.passage) == (hit.passage.start, hit.passage.end - len(" See worn discs on scans."))
    assert whole(advice.passage) == (advice.passage.start, advice.passage.end)


def test_a_weak_best_passage_is_quoted_alone() -> None:
    near = {"question": 0.8, "dense": 0.6}
    far = {"question": 0.4, "dense": 0.3}
    first = make_hit("Gentle walking helps most people with sciatica.", "What helps sciatica?")
    second = make_hit("Heat on the sore place can soothe it too.", "What soothes sciatica?", rank=2, start=500)
    query = make_query("what helps sciatica", intent="treatment")
    assert len(select(query, [replace(first, scores=near), replace(second, scores=near)])) == 2
    assert len(select(query, [replace(first, scores=far), replace(second, scores=far)])) == 1


def test_of_a_story_after_an_operation_the_passage_for_that_comes_first() -> None:
    before = make_hit("A disc may make the leg numb.", "Why is my leg numb?", score=0.95)
    after = make_hit(
        "The leg may stay numb for months.", "Why is my leg numb after an operation?", rank=2, score=0.9, start=500
    )
    told = make_query("my leg is numb post-op")
    plain = make_query("my leg is numb")
    assert quoted(told, [before, after])[0] == after.passage
    assert quoted(plain, [before, after])[0] == before.passage
