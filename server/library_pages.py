"""The library and the pages about this program: every source and article at its own address."""

from __future__ import annotations

from typing import Annotated

from fastapi import APIRouter, Depends, Query, Request
from fastapi.responses import Response
from starlette.datastructures import FormData

from index.retriever import Retriever, UnknownPassage
from server.api import find_passages
from server.errors import MessageInvalid, PassageUnknown
from server.page_library import article_view, hits_by_source, library_size, shelves, topics
from server.page_render import built_services, page
from server.page_security import CSRF_FIELD, FormRefused, check_form
from server.page_text import section_around, text_groups
from server.page_views import original_url, review_words
from server.serializers import passage_source_out

router = APIRouter(include_in_schema=False)

SEARCH_HITS = 20
INFORMATION_PAGES = {
    "about": "About this program",
    "how-it-was-made": "How it was made",
    "privacy": "Your privacy",
    "accessibility": "Accessibility statement",
    "disclaimer": "Disclaimer",
}

From = Annotated[int | None, Query(alias="from", ge=0)]
To = Annotated[int | None, Query(alias="to", ge=0)]


async def _read_form(request: Request) -> FormData:
    return await request.form()


@router.get("/library")
def library(request: Request, topic: Annotated[str, Query(max_length=60)] = "") -> Response:
    """Show every source, by kind."""
    return _library(request, topic=topic)


@router.post("/library")
def search_library(request: Request, form: Annotated[FormData, Depends(_read_form)]) -> Response:
    """Show what a search finds. A post, so that the words stand in no address and no history."""
    built = built_services(request)
    words = str(form.get("words", ""))
    try:
        check_form(request, str(form.get(CSRF_FIELD, "")))
        hits = find_passages(words, SEARCH_HITS, built)
    except (MessageInvalid, FormRefused) as exc:
        return _library(request, words=words, error=str(exc), status=exc.status)
    return _library(request, words=words, found=hits_by_source(hits))


@router.get("/library/{source_id}")
def article(
    request: Request,
    source_id: str,
    document: Annotated[str, Query(max_length=300)] = "",
    start: From = None,
    end: To = None,
) -> Response:
    """Show a source as an article, with the words from one place to another marked."""
    mark = (start, end) if start is not None and end is not None and start < end else None
    return page(request, "article.html", article=article_view(_retriever(request), source_id, document, mark))


@router.get("/sources/passage/{passage_id:path}")
def passage(request: Request, passage_id: str, start: From = None, end: To = None) -> Response:
    """Show a passage in its section, with the words from one place of the document to another marked."""
    retriever = _retriever(request)
    try:
        found = retriever.passage(passage_id)
        document = retriever.document(found.document_id)
    except UnknownPassage as exc:
        raise PassageUnknown("The library does not hold this passage (any more).") from exc
    mark = (found.start, found.end)
    if start is not None and end is not None and 0 <= start < end <= len(document.text):
        mark = (start, end)
    section = section_around(document, mark)
    source = passage_source_out(found)
    return page(
        request,
        "passage.html",
        source=source,
        heading=" › ".join(part for part in found.heading_path if part != source.title),
        review=review_words(source),
        groups=text_groups(document.text, (section.start, section.end), mark),
        original=original_url(source.url, document.text[mark[0] : mark[1]]),
        document_id=found.document_id,
        mark=mark,
    )


def _information(name: str, title: str) -> None:
    def show(request: Request) -> Response:
        retriever = _retriever(request)
        settings = built_services(request).settings
        return page(
            request,
            f"{name}.html",
            title=title,
            settings=settings,
            size=library_size(retriever),
            passages=len(retriever.passages),
            generation=retriever.manifest.generation,
            created=retriever.manifest.created[:10],
            model=retriever.manifest.embedder.embedder_id,
        )

    router.add_api_route(f"/{name}", show, methods=["GET"], name=name)


for _name, _title in INFORMATION_PAGES.items():
    _information(_name, _title)


def _library(
    request: Request,
    *,
    topic: str = "",
    words: str = "",
    found: object = None,
    error: str | None = None,
    status: int = 200,
) -> Response:
    retriever = _retriever(request)
    return page(
        request,
        "library.html",
        status=status,
        shelves=shelves(retriever, topic),
        topics=topics(retriever),
        topic=topic,
        words=words,
        found=found,
        error=error,
        size=library_size(retriever),
    )


def _retriever(request: Request) -> Retriever:
    return built_services(request).retriever
