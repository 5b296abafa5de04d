"""A small library for the index tests: two documents cut into passages with sentences, all spans exact."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable
from pathlib import Path

import pytest

from index.build import build_index
from index.passages import Passage, Source, StoredDocument
from index.retriever import Retriever

Library = tuple[list[Passage], list[StoredDocument]]
MakeLibrary = Callable[..., Library]

ARTICLES: dict[str, tuple[tuple[str, ...], str, tuple[str, ...]]] = {
    "sciatica": (
        ("sciatica", "back"),
        "adults",
        (
            "Sciatica is pain along the sciatic nerve. A slipped disc is the most common cause.",
            "Most people get better in four to six weeks. Keep walking as much as the pain allows.",
            "Sitting for hours makes it worse. Stand up every half hour.",
        ),
    ),
    "hip": (
        ("hip",),
        "runners",
        (
            "Bursitis is swelling of a small cushion beside the hip. It hurts to lie on that side.",
            "Gluteal strengthening helps many runners. Begin with bridges on both legs.",
        ),
    ),
    "pillows": (
        ("sleep",),
        "adults",
        ("A pillow between the knees takes weight off the hip at night. Try it for a week.",),
    ),
}


def cut(name: str, paragraphs: Iterable[str], topics: tuple[str, ...] = (), audience: str = "") -> Library:
    """Return one document of these paragraphs, and a passage for each."""
    source = Source(name, f"About {name}", topics=topics, audience=audience)
    paragraphs = list(paragraphs)
    text = "\n\n".join(paragraphs)
    passages, start = [], 0
    for number, paragraph in enumerate(paragraphs):
        sentences = tuple((start + m.start(), start + m.end()) for m in re.finditer(r"[^.]+\.", paragraph))
        passages.append(
            Passage(
                f"{name}:{number}",
                name,
                paragraph,
                start,
                start + len(paragraph),
                source,
                heading_path=(f"Part {number}",),
                sentences=sentences,
            )
        )
        start += len(paragraph) + 2
    return passages, [StoredDocument(name, source, text)]


@pytest.fixture
def make_library() -> MakeLibrary:
    """Make a library of the articles above, or of paragraphs by document name."""

    def make(articles: dict[str, list[str]] | None = None, *, without: tuple[str, ...] = ()) -> Library:
        passages: list[Passage] = []
        documents: list[StoredDocument] = []
        chosen = (
            {name: (texts, (), "") for name, texts in articles.items()}
            if articles is not None
            else {name: (texts, topics, audience) for name, (topics, audience, texts) in ARTICLES.items()}
        )
        for name, (texts, topics, audience) in chosen.items():
            if name not in without:
                own_passages, own_documents = cut(name, texts, topics, audience)
                passages += own_passages
                documents += own_documents
        return passages, documents

    return make


@pytest.fixture
def library(make_library: MakeLibrary) -> Library:
    """Return passages and documents of the small library."""
    return make_library()


@pytest.fixture
def var(tmp_path: Path, library: Library) -> Path:
    """Return a data folder with an index of the small library, built with the hashing embedder."""
    build_index(*library, tmp_path / "var", embedder="hashing")
    return tmp_path / "var"


@pytest.fixture
def retriever(var: Path) -> Retriever:
    """Return the open index of the small library."""
    return Retriever.open(var)
