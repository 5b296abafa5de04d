"""BM25 on disk: stems, boosts, filters, and raw words of people that must never act as query syntax."""

from __future__ import annotations

from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from index.errors import IndexCorrupt
from index.lexical import MAX_TERMS, LexicalIndex, build_lexical
from index.passages import Passage, Source

TEXTS = [
    "Walking eases leg pains in most people.",
    "A pillow between the knees helps at night.",
    "Café owners stand all day.",
    "Nothing here is about the body AND NOT about legs OR arms.",
]


@pytest.fixture(scope="module")
def lexical(tmp_path_factory: pytest.TempPathFactory) -> LexicalIndex:
    folder = tmp_path_factory.mktemp("lexical") / "words"
    passages = [
        Passage(f"p{row}", "d", text, 0, len(text), Source("s", f"Title{row} zebra"), (f"Heading{row}",))
        for row, text in enumerate(TEXTS)
    ]
    build_lexical(folder, [(passage, [row % 2, 7]) for row, passage in enumerate(passages)])
    return LexicalIndex(folder)


def found(lexical: LexicalIndex, query: str, **options: object) -> list[int]:
    return lexical.search(query, 10, **options)[0].tolist()  # type: ignore[arg-type]


@pytest.mark.parametrize(
    ("query", "row"),
    [("walked", 0), ("PAIN", 0), ("pillows", 1), ("cafe", 2), ("CAFÉ", 2), ("heading1", 1), ("title2", 2)],
)
def test_words_find_their_stems_headings_and_titles(lexical: LexicalIndex, query: str, row: int) -> None:
    assert found(lexical, query) == [row]


def test_words_in_the_text_count_more_than_in_the_title(tmp_path: Path) -> None:
    passages = [
        Passage("a", "d", "Something about knees.", 0, 22, Source("s", "Sciatica")),
        Passage("b", "d", "Something of sciatica.", 0, 22, Source("s", "Knees")),
    ]
    build_lexical(tmp_path / "words", [(passage, [0]) for passage in passages])
    assert found(LexicalIndex(tmp_path / "words"), "sciatica") == [1, 0]


def test_titles_weigh_as_headings_in_a_library_without_any(tmp_path: Path) -> None:
    passages = [
        Passage("a", "d", "Something about knees.", 0, 22, Source("s", "Sciatica")),
        Passage("b", "d", "Something of sciatica.", 0, 22, Source("s", "Knees")),
    ]
    build_lexical(tmp_path / "words", [(passage, [0]) for passage in passages], headed=False)
    assert found(LexicalIndex(tmp_path / "words"), "sciatica") == [0, 1]


def test_function_words_are_searched_only_when_there_is_nothing_else(lexical: LexicalIndex) -> None:
    assert lexical.terms("what is the pain about") == ["pain"]
    assert found(lexical, "about the") == [3, 1]


@pytest.mark.parametrize(
    "query",
    ["body:pain", "+pain -walking", "pain AND (", 'pain"~2', "pain^9", "/pain/", "pain*", "NOT pain", "[pain TO}"],
)
def test_query_syntax_is_only_words(lexical: LexicalIndex, query: str) -> None:
    assert 0 in found(lexical, query)


@pytest.mark.parametrize("query", ["", " ", "\0", "😀", "?!…", "\ud800", "؟", "-" * 10_000])
def test_a_query_without_words_finds_nothing(lexical: LexicalIndex, query: str) -> None:
    assert found(lexical, query) == []


@settings(max_examples=150, suppress_health_check=[HealthCheck.function_scoped_fixture], deadline=None)
@given(st.text(st.characters(codec=None, exclude_categories=()), max_size=60))
def test_any_string_can_be_searched(lexical: LexicalIndex, query: str) -> None:
    rows, scores = lexical.search(query, 3)
    assert len(rows) == len(scores) <= 3
    assert (scores[:-1] >= scores[1:]).all()


def test_a_pasted_text_is_searched_by_its_first_words(lexical: LexicalIndex) -> None:
    pasted = "pillow " + " ".join(f"word{number}" for number in range(3000))
    assert len(lexical.terms(pasted)) == MAX_TERMS
    assert found(lexical, pasted) == [1]


def test_only_passages_of_the_sources_asked_for_are_found(lexical: LexicalIndex) -> None:
    assert found(lexical, "zebra", sources=[1]) == [1, 3]
    assert found(lexical, "zebra", sources=[0, 7]) == [0, 1, 2, 3]
    assert found(lexical, "zebra", sources=[]) == []
    assert found(lexical, "zebra", sources=[99]) == []


def test_filters_do_not_change_scores(lexical: LexicalIndex) -> None:
    assert lexical.search("pillow", 1)[1] == lexical.search("pillow", 1, [1])[1]


def test_a_folder_without_an_index_is_corrupt(tmp_path: Path) -> None:
    with pytest.raises(IndexCorrupt, match="python -m index build"):
        LexicalIndex(tmp_path)
