"""Passages fit the embedding model, hold every word of the document, and keep together what belongs together."""

from __future__ import annotations

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from index.passages import Passage, Source, StoredDocument
from ingest.documents import Block, Content, Document, DocumentSection, lay_out
from ingest.split import MAX_TOKENS, is_how_to, split_document
from ingest.tokens import TokenCounter, token_counter

SENTENCE = "Gentle walking every day helps most people with a sore lower back to recover. "


@pytest.fixture(scope="module")
def counter() -> TokenCounter:
    return token_counter()


def document(*sections: tuple[tuple[str, ...], list[Block]], title: str = "Back pain") -> Document:
    content = Content(tuple(DocumentSection(path, tuple(blocks)) for path, blocks in sections))
    return Document("back-pain", Source("back-pain", title), content, "0" * 64)


def split(doc: Document, counter: TokenCounter, *, unrelated: bool = False) -> tuple[StoredDocument, list[Passage]]:
    stored, placed = lay_out(doc)
    return stored, split_document(stored, placed, counter, has_unrelated_paragraphs=unrelated)


def tokens(passage: Passage, counter: TokenCounter) -> int:
    return counter.count(passage.indexed_text) + counter.special_tokens


def test_a_section_that_fits_is_one_passage_with_its_headings(counter: TokenCounter) -> None:
    stored, passages = split(
        document(((), [Block("An opening.")]), (("What helps?",), [Block(SENTENCE * 2), Block("Rest little.")])),
        counter,
    )
    assert [passage.heading_path for passage in passages] == [(), ("What helps?",)]
    assert passages[1].text == (SENTENCE * 2) + "\n\nRest little."
    assert "What helps?\n\n" in stored.text


def test_a_long_section_is_cut_at_sentences_into_even_parts(counter: TokenCounter) -> None:
    _, passages = split(document((("Long",), [Block((SENTENCE * 60).strip())])), counter)
    sizes = [tokens(passage, counter) for passage in passages]
    assert max(sizes) <= MAX_TOKENS
    assert min(sizes) >= 0.5 * max(sizes)
    assert all(passage.text.startswith("Gentle") and passage.text.endswith("recover.") for passage in passages)


def test_numbered_steps_stay_together_with_their_lead_in(counter: TokenCounter) -> None:
    steps = [
        Block(f"Lift the leg slowly, hold it and lower it again, part {n}.", "step", f"{n}. ") for n in range(1, 7)
    ]
    blocks = [Block(SENTENCE * 12), Block("How to do it:"), *steps]
    _, passages = split(document((("Leg lifts",), blocks)), counter)
    assert len(passages) == 2
    assert passages[1].kind == "steps"
    assert passages[1].text.startswith("How to do it:\n1. Lift")
    assert passages[1].text.endswith("part 6.")


def test_a_list_that_is_too_long_is_cut_between_items(counter: TokenCounter) -> None:
    items = [Block(SENTENCE.strip(), "bullet", "- ") for _ in range(40)]
    _, passages = split(document((("Tips",), items)), counter)
    assert len(passages) > 1
    assert all(line.startswith("- Gentle") for passage in passages for line in passage.text.splitlines())


def test_unrelated_paragraphs_are_not_joined(counter: TokenCounter) -> None:
    _, passages = split(document(((), [Block("Hips ache."), Block("Backs bend.")])), counter, unrelated=True)
    assert [passage.text for passage in passages] == ["Hips ache.", "Backs bend."]


def test_ids_do_not_change_when_another_section_does(counter: TokenCounter) -> None:
    kept = (("Kept",), [Block(SENTENCE)])
    _, before = split(document((("Other",), [Block("Old words.")]), kept), counter)
    _, after = split(document((("Other",), [Block("New words here.")]), (("More",), [Block("Added.")]), kept), counter)
    assert before[-1].passage_id == after[-1].passage_id
    assert before[0].passage_id != after[0].passage_id


def test_equal_sections_get_ids_of_their_own(counter: TokenCounter) -> None:
    same = (("Note",), [Block("The same words.")])
    _, passages = split(document(same, same), counter)
    assert len({passage.passage_id for passage in passages}) == 2


def test_endless_headings_leave_room_for_words(counter: TokenCounter) -> None:
    path = tuple(f"{'very ' * 25}long heading {n}" for n in range(8))
    _, passages = split(document((path, [Block(SENTENCE * 10)])), counter)
    assert all(tokens(passage, counter) <= MAX_TOKENS for passage in passages)
    assert sum(passage.text.count("recover.") for passage in passages) == 10


def test_exercise_instructions_in_one_paragraph_are_steps() -> None:
    assert is_how_to(["Lie on your back.", "Bend your knees.", "Lift your hips off the floor.", "Hold, then lower."])
    assert not is_how_to(["Take regular breaks.", "Walk each day.", "Most people recover.", "Keep a diary."])


WORDS = st.text(alphabet=st.sampled_from('abc de.fgé好😀-?!"1'), min_size=1, max_size=700)
BLOCKS = st.builds(
    lambda text, kind: Block(
        " ".join(text.split()) or "x", kind, {"paragraph": "", "bullet": "- ", "step": "1. ", "row": ""}[kind]
    ),
    WORDS,
    st.sampled_from(["paragraph", "bullet", "step", "row"]),
)


@settings(max_examples=60, deadline=None)
@given(st.lists(st.tuples(st.text(max_size=40), st.lists(BLOCKS, max_size=5)), max_size=4), st.booleans())
def test_nothing_is_lost_and_every_span_is_exact(sections: list[tuple[str, list[Block]]], unrelated: bool) -> None:
    counter = token_counter()
    doc = document(*(((" ".join(name.split()) or "h",), blocks) for name, blocks in sections))
    stored, passages = split(doc, counter, unrelated=unrelated)
    placed = lay_out(doc)[1]
    covered = {place for passage in passages for place in range(passage.start, passage.end)}
    for passage in passages:
        assert stored.text[passage.start : passage.end] == passage.text
        assert tokens(passage, counter) <= MAX_TOKENS
        assert all(passage.start <= a < b <= passage.end for a, b in passage.sentences)
    for block in (block for section in placed for block in section.blocks):
        missing = [place for place in range(block.start, block.end) if place not in covered]
        assert all(stored.text[place].isspace() for place in missing)
    assert len({passage.passage_id for passage in passages}) == len(passages)


def test_a_word_without_end_is_cut_and_kept(counter: TokenCounter) -> None:
    stored, passages = split(document(((), [Block("x" * 20_000)])), counter)
    assert "".join(passage.text for passage in passages) == stored.text
    assert all(len(passage.text) <= 16 * MAX_TOKENS for passage in passages)
