"""Searching one generation: ranking, score parts, filters, caps, and every kind of string."""

from __future__ import annotations

import threading
from dataclasses import replace
from pathlib import Path
from typing import Any, get_args

import numpy as np
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from index import ranking
from index.build import build_index
from index.embedders.hashing import HashingEmbedder
from index.errors import IndexingError, IndexMissing, ManifestMismatch
from index.fusion import FusionWeights
from index.passages import Passage, Source, StoredDocument
from index.ranking import System
from index.retriever import Filters, Retriever, UnknownPassage
from index.writing import BuildOptions

Library = tuple[list[Passage], list[StoredDocument]]


@pytest.mark.parametrize("system", get_args(System))
def test_the_passage_that_answers_comes_first(retriever: Retriever, system: System) -> None:
    hits = retriever.search("most common cause of sciatica", 3, system=system)
    assert hits[0].passage.passage_id == "sciatica:0"
    assert [hit.rank for hit in hits] == list(range(1, len(hits) + 1))
    assert all(0 <= hit.score <= 1 + 1e-9 for hit in hits)
    assert [hit.score for hit in hits] == sorted((hit.score for hit in hits), reverse=True)


def test_score_parts_add_up_and_raw_scores_are_what_they_say(retriever: Retriever) -> None:
    query = "lying on the hip hurts"
    vector = retriever.embed([query])[0]
    for hit in retriever.search(query, 6):
        parts = [value for name, value in hit.scores.items() if name.endswith("_part")]
        assert len(parts) == 4
        assert sum(parts) == pytest.approx(hit.score)
        own = retriever.embedder.embed_passages([hit.passage.indexed_text])[0]
        assert hit.scores["dense"] == pytest.approx(float(own @ vector), abs=1e-5)
        assert hit.scores["sentence"] == pytest.approx(max(s.score for s in hit.sentences), abs=1e-6)


def test_sentences_carry_their_own_span_and_cosine(retriever: Retriever) -> None:
    query = "keep walking"
    vector = retriever.embed([query])[0]
    for hit in retriever.search(query, 6):
        text = retriever.document(hit.passage.document_id).text
        assert [(s.start, s.end) for s in hit.sentences] == list(hit.passage.sentences)
        for sentence in hit.sentences:
            own = retriever.embedder.embed_passages([text[sentence.start : sentence.end]])[0]
            assert sentence.score == pytest.approx(float(own @ vector), abs=1e-5)


def test_bm25_alone_embeds_nothing(retriever: Retriever, monkeypatch: pytest.MonkeyPatch) -> None:
    retriever.embedder = None  # type: ignore[assignment]
    (hit,) = retriever.search("pillow", 5, system="bm25")
    assert set(hit.scores) == {"bm25", "bm25_part"}
    assert hit.sentences == ()


def test_a_search_embeds_its_query_once(var: Path) -> None:
    class Counting(HashingEmbedder):
        calls = 0

        def embed_queries(self, texts: Any) -> Any:
            Counting.calls += len(texts)
            return super().embed_queries(texts)

    Retriever.open(var, embedder=Counting()).search("hip pain at night", 5, max_per_source=1)
    assert Counting.calls == 1


def test_a_large_library_is_searched_in_several_threads_to_the_same_end(
    retriever: Retriever, monkeypatch: pytest.MonkeyPatch
) -> None:
    alone = retriever.search("numb leg and back pain", k=5)
    before = set(threading.enumerate())
    monkeypatch.setattr(ranking, "SIDE_BY_SIDE_FROM", 1)
    assert retriever.search("numb leg and back pain", k=5) == alone
    assert {thread.name.split("_")[0] for thread in set(threading.enumerate()) - before} <= {"search"}
    assert any(thread.name.startswith("search") for thread in threading.enumerate())


def test_words_for_bm25_can_differ_from_the_query(retriever: Retriever) -> None:
    plain = {hit.passage.passage_id: hit.scores["bm25"] for hit in retriever.search("trochanteric trouble", 6)}
    more = {
        hit.passage.passage_id: hit.scores["bm25"]
        for hit in retriever.search("trochanteric trouble", 6, lexical_query="trochanteric trouble bursitis")
    }
    assert plain["hip:0"] == 0
    assert more["hip:0"] > 0


@pytest.mark.parametrize("system", get_args(System))
@pytest.mark.parametrize(
    ("filters", "sources"),
    [
        (Filters(source_ids=["hip"]), {"hip"}),
        (Filters(topics=["sleep", "hip"]), {"hip", "pillows"}),
        (Filters(audience="adults"), {"sciatica", "pillows"}),
        (Filters(topics=["back"], audience="runners"), set()),
        (Filters(source_ids=["unknown"]), set()),
        (Filters(), {"hip", "sciatica", "pillows"}),
    ],
)
def test_filters_hold_for_every_system(
    retriever: Retriever, system: System, filters: Filters, sources: set[str]
) -> None:
    hits = retriever.search("hip pain at night, walking and sciatica", 50, system=system, filters=filters)
    assert {hit.passage.source.source_id for hit in hits} == sources


def test_a_merged_passage_is_found_under_each_of_its_sources(tmp_path: Path) -> None:
    text = "Heat helps sore muscles."
    passage = Passage("p", "d", text, 0, len(text), Source("first", "First"), also_in=(Source("second", "Second"),))
    build_index([passage], [], tmp_path, embedder="hashing")
    retriever = Retriever.open(tmp_path)
    for source_id, count in (("first", 1), ("second", 1), ("third", 0)):
        assert len(retriever.search("heat", 3, filters=Filters(source_ids=[source_id]))) == count
    assert [source.source_id for source in retriever.sources] == ["first", "second"]


def test_no_source_fills_the_list_beyond_its_cap(retriever: Retriever) -> None:
    free = retriever.search("sciatica pain and walking, sitting for hours", 6)
    capped = retriever.search("sciatica pain and walking, sitting for hours", 6, max_per_source=1)
    assert len([hit for hit in free if hit.passage.source.source_id == "sciatica"]) > 1
    assert sorted(hit.passage.source.source_id for hit in capped) == ["hip", "pillows", "sciatica"]
    assert capped[0] == free[0]
    assert [hit.rank for hit in capped] == [1, 2, 3]


@pytest.mark.parametrize("query", ["", "   ", "\n\t"])
def test_a_blank_query_finds_nothing(retriever: Retriever, query: str) -> None:
    assert retriever.search(query, 5) == []


@settings(max_examples=100, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(st.text(st.characters(codec=None, exclude_categories=()), max_size=80), st.sampled_from(get_args(System)))
def test_any_string_can_be_searched(retriever: Retriever, query: str, system: System) -> None:
    hits = retriever.search(query, 4, system=system)
    assert len(hits) <= 4
    assert all(np.isfinite(hit.score) for hit in hits)


@pytest.mark.parametrize(
    "query", ["x" * 10_000, "hip " * 5_000, "'; DROP TABLE passages; --", "<script>alert(1)</script>", "مرحبا"]
)
def test_hostile_and_huge_queries_are_only_words(retriever: Retriever, query: str) -> None:
    assert len(retriever.search(query, 3)) == 3


@pytest.mark.parametrize(("k", "cap"), [(0, None), (-1, None), (1001, None), (5, 0)])
def test_numbers_out_of_range_are_refused(retriever: Retriever, k: int, cap: int | None) -> None:
    with pytest.raises(ValueError, match="expected k"):
        retriever.search("hip", k, max_per_source=cap)


def test_unknown_ids_are_a_clear_key_error(retriever: Retriever) -> None:
    for look_up in (retriever.passage, retriever.document):
        with pytest.raises(KeyError, match=r"no .* 'nothing'") as caught:
            look_up("nothing")
        assert isinstance(caught.value, IndexingError | UnknownPassage)
        assert str(caught.value).startswith("no ")


def test_passages_and_documents_come_back_as_they_went_in(retriever: Retriever, library: Library) -> None:
    passages, documents = library
    assert list(retriever.passages) == passages
    assert list(retriever.documents) == documents
    assert retriever.passage("hip:1") == next(p for p in passages if p.passage_id == "hip:1")
    for passage in passages:
        assert retriever.document(passage.document_id).text[passage.start : passage.end] == passage.text


def test_the_vocabulary_counts_the_words_of_the_passages(retriever: Retriever) -> None:
    assert retriever.vocabulary["hip"] == 2
    assert retriever.vocabulary["sciatica"] == 1
    assert "Hip" not in retriever.vocabulary


def test_weights_decide_the_order(var: Path) -> None:
    query = "sciatica hip pillow night walking"
    by_words = Retriever.open(var, weights=FusionWeights(1, 0, 0, 0)).search(query, 6)
    bm25 = Retriever.open(var).search(query, 6, system="bm25")
    matched = [hit.passage.passage_id for hit in bm25]
    assert [hit.passage.passage_id for hit in by_words][: len(matched)] == matched


def test_without_sentence_vectors_the_passage_stands_for_them(tmp_path: Path, library: Library) -> None:
    build_index(*library, tmp_path, embedder="hashing", options=BuildOptions(sentence_vectors=False))
    for hit in Retriever.open(tmp_path).search("hip", 3):
        assert hit.sentences == ()
        assert hit.scores["sentence"] == hit.scores["dense"]


def test_an_index_for_another_embedder_is_refused_with_the_repair(var: Path) -> None:
    with pytest.raises(ManifestMismatch, match="PLUMBLINE_EMBEDDER=default python -m index build"):
        Retriever.open(var, embedder="default")
    assert Retriever.open(var, embedder="hashing").passages

    class Wider(HashingEmbedder):
        weights_sha256 = "0" * 64

        @property
        def record(self) -> Any:
            from dataclasses import replace

            return replace(super().record, weights_sha256=self.weights_sha256)

    with pytest.raises(ManifestMismatch, match="python -m index build"):
        Retriever.open(var, embedder=Wider())


def test_passages_of_another_splitter_are_refused_with_the_repair(tmp_path: Path, library: Library) -> None:
    build_index(*library, tmp_path, embedder="hashing", options=BuildOptions(splitter_version="3"))
    assert Retriever.open(tmp_path, splitter_version="3").passages
    with pytest.raises(ManifestMismatch, match="python -m ingest run"):
        Retriever.open(tmp_path, splitter_version="4")


def test_no_index_names_the_command_that_makes_one(tmp_path: Path) -> None:
    with pytest.raises(IndexMissing, match="python -m index build"):
        Retriever.open(tmp_path)


def test_a_question_written_for_a_passage_finds_it_by_other_words(tmp_path: Path, library: Library) -> None:
    passages, documents = library
    asked = "my rear end throbs whenever I drive the lorry"
    assert not any(word in passages[2].text.lower() for word in ("rear", "throbs", "drive"))
    known = [replace(one, questions=(asked,)) if number == 2 else one for number, one in enumerate(passages)]
    build_index(known, documents, tmp_path, embedder="hashing")
    by_questions = FusionWeights(bm25=0, dense=0, sentence=0, question=1)
    (hit, *_) = Retriever.open(tmp_path, weights=by_questions).search("rear end throbs whenever I drive", 3)
    assert hit.passage.passage_id == passages[2].passage_id
    assert hit.scores["question"] > hit.scores["dense"]
    assert "question_part" in hit.scores


def test_a_passage_without_questions_stands_on_its_own_words(tmp_path: Path, library: Library) -> None:
    passages, documents = library
    known = [replace(passages[0], questions=("quite another matter",)), *passages[1:]]
    build_index(known, documents, tmp_path, embedder="hashing")
    for hit in Retriever.open(tmp_path).search("a pillow between the knees at night", 4):
        if not hit.passage.questions:
            assert hit.scores["question"] >= max(hit.scores["dense"], hit.scores["sentence"])


def test_an_index_with_many_questions_learns_from_them(tmp_path: Path, library: Library) -> None:
    passages, documents = library
    slang = {number: " ".join(f"w{number}x{part}" for part in range(6)) for number in range(len(passages))}
    known = [
        replace(one, questions=tuple(f"{slang[number]} v{turn}" for turn in range(80)))
        for number, one in enumerate(passages)
    ]
    manifest = build_index(known, documents, tmp_path, embedder="hashing")
    assert manifest.adapter is not None
    assert manifest.adapter.found_after > manifest.adapter.found_before
    (hit, *_) = Retriever.open(tmp_path).search(slang[1], 1)
    assert hit.passage.passage_id == passages[1].passage_id


def test_a_heading_that_asks_counts_as_a_question_of_its_passage(tmp_path: Path, library: Library) -> None:
    passages, documents = library
    asking = [replace(one, heading_path=(f"Is it {number}?",)) for number, one in enumerate(passages)]
    build_index(asking, documents, tmp_path, embedder="hashing")
    title = passages[1].source.title
    found = {hit.passage.passage_id: hit for hit in Retriever.open(tmp_path).search(f"{title}: Is it 1?", 6)}
    assert found[passages[1].passage_id].scores["question"] == pytest.approx(1, abs=1e-3)
    assert found[passages[0].passage_id].scores["question"] < 0.99


def test_a_heading_that_asks_nothing_is_no_question(retriever: Retriever) -> None:
    assert retriever.manifest.counts.questions == 0
