"""What the library pages show: sources by subject, articles, and questions the library answers."""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from weakref import WeakKeyDictionary

from index.passages import Source, StoredDocument
from index.retriever import Hit, Retriever
from server.errors import SourceUnknown
from server.page_text import Group, Span, document_groups
from server.page_views import review_words, safe_url
from server.schemas import SourceOut
from server.serializers import source_out

# Headings of the library page, by the `kind` an article gives itself; others follow under their own name.
KIND_NAMES = {
    "condition": "Conditions",
    "self-care": "Looking after yourself",
    "exercise": "Stretches and exercises",
    "care": "Tests, treatments and where to get care",
    "body": "How the body works",
    "": "Other sources",
}
EXAMPLES = 6
# What people ask first; each is shown only where the library has it as a heading.
ASKED_OFTEN = (
    "How long does sciatica last?",
    "What helps hip osteoarthritis most?",
    "How should I sleep with hip pain?",
    "Do I need a scan for back or hip pain?",
    "Should I rest or keep moving with back pain?",
    "How do I get in and out of the car?",
)
_ARTICLE = re.compile(r"^(a|an|the) ")
_EVERYDAY_STARTS = ("How", "Can", "Should", "Which", "Do", "Does", "When")


@dataclass(frozen=True, slots=True)
class Catalogue:
    """What one generation of the index holds. `places` are the documents of each source, in order."""

    sources: tuple[Source, ...]
    places: Mapping[str, tuple[int, ...]]
    questions: Mapping[str, tuple[str, ...]]  # source id → its headings that are questions


@dataclass(frozen=True, slots=True)
class Shelf:
    """Sources of one kind, by title."""

    name: str
    anchor: str
    sources: tuple[SourceOut, ...]


@dataclass(frozen=True, slots=True)
class ArticleSection:
    """An entry of an article's table of contents."""

    title: str
    anchor: str


@dataclass(frozen=True, slots=True)
class ArticleView:
    """A source as an article: its words, its contents, its references."""

    source: SourceOut
    written: str
    review: str
    groups: tuple[Group, ...]
    contents: tuple[ArticleSection, ...]
    references: tuple[tuple[str, str], ...]  # words, address or empty
    topics: tuple[str, ...]
    original: str
    documents: tuple[StoredDocument, ...]
    document_id: str


_catalogues: WeakKeyDictionary[Retriever, Catalogue] = WeakKeyDictionary()


def catalogue(retriever: Retriever) -> Catalogue:
    """Return what the library holds; read once a generation."""
    known = _catalogues.get(retriever)
    if known is None:
        known = _catalogues[retriever] = _read_catalogue(retriever)
    return known


def _read_catalogue(retriever: Retriever) -> Catalogue:
    places: dict[str, list[int]] = defaultdict(list)
    questions: dict[str, dict[str, None]] = defaultdict(dict)
    sources: dict[str, Source] = {}
    for place, document in enumerate(retriever.documents):
        source_id = document.source.source_id
        sources.setdefault(source_id, document.source)
        places[source_id].append(place)
        headings = (section.heading_path[-1] for section in document.sections if section.heading_path)
        questions[source_id].update(dict.fromkeys(heading for heading in headings if heading.endswith("?")))
    return Catalogue(
        tuple(sources.values()),
        {source_id: tuple(found) for source_id, found in places.items()},
        {source_id: tuple(found) for source_id, found in questions.items()},
    )


def library_size(retriever: Retriever) -> int:
    """Return how many sources can be read."""
    return len(catalogue(retriever).sources)


def example_questions(retriever: Retriever) -> list[str]:
    """Return a few questions the library answers, the same ones each time.

    Those asked often first, as far as this library has them; then one of each kind of article.
    """
    held = catalogue(retriever)
    headings = {question for questions in held.questions.values() for question in questions}
    by_kind: dict[str, tuple[str, ...]] = {}
    for source in held.sources:
        by_kind.setdefault(source.kind, held.questions.get(source.source_id, ()))
    often = [question for question in ASKED_OFTEN if question in headings]
    others = [found for questions in by_kind.values() if (found := _everyday(questions))]
    return list(dict.fromkeys([*often, *others]))[:EXAMPLES]


def _everyday(questions: Sequence[str]) -> str:
    """Return the question a reader is likeliest to ask: how, can, should and which before what and why."""
    short = [question for question in questions if 15 <= len(question) <= 60]
    return min(short, key=lambda question: question.split()[0] not in _EVERYDAY_STARTS, default="")


def shelves(retriever: Retriever, topic: str = "") -> list[Shelf]:
    """Return the sources by kind, those about `topic` only when it is given."""
    by_kind: dict[str, list[Source]] = defaultdict(list)
    for source in catalogue(retriever).sources:
        if not topic or topic in source.topics:
            by_kind[source.kind].append(source)
    order = [kind for kind in KIND_NAMES if kind in by_kind] + [kind for kind in by_kind if kind not in KIND_NAMES]
    return [
        Shelf(
            KIND_NAMES.get(kind, kind.replace("-", " ").capitalize()),
            f"kind-{kind or 'other'}",
            tuple(source_out(source) for source in sorted(by_kind[kind], key=_by_title)),
        )
        for kind in order
    ]


def _by_title(source: Source) -> str:
    """Return what a title is sorted by: without its article, as in a printed index.

    >>> _by_title(Source("a", "The sciatic nerve"))
    'sciatic nerve'
    """
    return _ARTICLE.sub("", source.title.casefold())


def topics(retriever: Retriever) -> list[tuple[str, int]]:
    """Return the topics of the library with how many sources each has, most first."""
    counts: dict[str, int] = defaultdict(int)
    for source in catalogue(retriever).sources:
        for topic in source.topics:
            counts[topic] += 1
    return sorted(counts.items(), key=lambda item: (-item[1], item[0]))


def article_view(retriever: Retriever, source_id: str, document_id: str, mark: Span | None) -> ArticleView:
    """Return a source as an article, with the words at `mark` of that document marked.

    Raises:
        SourceUnknown: if the library has no such source, or the source no such document.
    """
    places = catalogue(retriever).places.get(source_id)
    if not places:
        raise SourceUnknown("The library does not hold this article (any more).")
    documents = tuple(retriever.documents[place] for place in places)
    chosen = next((d for d in documents if d.document_id == document_id), None) if document_id else documents[0]
    if chosen is None:
        raise SourceUnknown("This source has no such part (any more).")
    if mark is not None and not 0 <= mark[0] < mark[1] <= len(chosen.text):
        mark = None
    groups = tuple(document_groups(chosen, mark))
    out = source_out(chosen.source)
    return ArticleView(
        source=out,
        written=chosen.source.written,
        review=review_words(out),
        groups=groups,
        contents=_contents(groups),
        references=_references(chosen.source),
        topics=tuple(chosen.source.topics),
        original=safe_url(out.url),
        documents=documents,
        document_id=chosen.document_id,
    )


def hits_by_source(hits: Sequence[Hit]) -> list[tuple[SourceOut, list[Hit]]]:
    """Return search hits under their sources, best source first."""
    found: dict[str, tuple[SourceOut, list[Hit]]] = {}
    for hit in hits:
        source = hit.passage.source
        found.setdefault(source.source_id, (source_out(source), []))[1].append(hit)
    return list(found.values())


def _contents(groups: Sequence[Group]) -> tuple[ArticleSection, ...]:
    headings = (group.blocks[0] for group in groups if group.kind == "heading")
    return tuple(ArticleSection(block.text, f"p{block.start}") for block in headings if block.depth == 0)


def _references(source: Source) -> tuple[tuple[str, str], ...]:
    return tuple(
        (
            ", ".join(part for part in (r.publisher, r.title, str(r.year or "")) if part)
            + (" (general knowledge)" if r.general_knowledge else ""),
            safe_url(r.url),
        )
        for r in source.references
    )
