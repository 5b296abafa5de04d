"""Makes what is sent from our own values: one serializer for every door, the page and the terminal."""

from __future__ import annotations

from datetime import UTC, date, datetime

from index.passages import Passage, Source, StoredDocument
from index.retriever import Hit
from server.answers import DISCLAIMER_ID, DISCLAIMER_SHORT, Answer, Safety
from server.citations import Citation
from server.glossary import glossary
from server.schemas import (
    AnswerOut,
    AnswerTextOut,
    CitationOut,
    ConfidenceOut,
    DeletedOut,
    DisclaimerOut,
    DocumentOut,
    ExplainedOut,
    HitOut,
    IndexOut,
    PassageOut,
    SafetyOut,
    SectionOut,
    SourceOut,
    SpanOut,
)


def answer_out(answer: Answer) -> AnswerOut:
    """Return an answer as every door serves it."""
    query = answer.query
    return AnswerOut(
        id=answer.answer_id,
        conversation_id=answer.conversation_id,
        status=answer.status,
        safety=safety_out(answer.safety),
        query_used=query.text if query else "",
        query_rewritten=query.is_rewritten if query else False,
        query_why=query.why if query else "",
        answer=AnswerTextOut.model_validate(
            {
                "text": answer.cited.text,
                "mode": answer.mode,
                "sentences": [
                    {"start": s.start, "end": s.end, "kind": s.kind, "citations": list(s.citations)}
                    for s in answer.cited.sentences
                ],
            }
        ),
        citations=[citation_out(citation) for citation in answer.cited.citations],
        glossary=_explained(answer),
        suggestions=list(answer.suggestions),
        confidence=ConfidenceOut(evidence=answer.confidence.evidence, cutoff=answer.confidence.cutoff),
        disclaimer=DisclaimerOut(id=DISCLAIMER_ID, text=DISCLAIMER_SHORT),
        index=IndexOut(version=answer.index_version, model=answer.index_model),
        timings_ms=answer.timings_ms,
    )


def safety_out(safety: Safety) -> SafetyOut:
    """Return the red-flag check as every door serves it."""
    assessment = safety.assessment
    return SafetyOut.model_validate(
        {
            "level": assessment.level.label,
            "sticky": assessment.sticky,
            "flags": [
                {
                    "category": flag.category,
                    "rule": flag.rule,
                    "version": flag.version,
                    "level": flag.level.label,
                    "evidence": [{"turn": e.turn, "start": e.start, "end": e.end} for e in flag.evidence],
                }
                for flag in assessment.flags
            ],
            "card": None
            if safety.card is None
            else {
                "variant": safety.card.variant,
                "prefix": safety.card.prefix,
                "heading": safety.card.heading,
                "items": list(safety.card.items),
                "while_waiting": list(safety.card.while_waiting),
                "go_now_if": list(safety.card.go_now_if),
                "note": safety.card.note,
            },
            "contacts": [{"label": c.label, "href": c.href, "region": c.region} for c in safety.contacts],
            "questions": [{"id": q.id, "text": q.text} for q in safety.questions],
            "reminder": safety.reminder,
            "safety_net": safety.safety_net,
            "region": safety.region,
        }
    )


def citation_out(citation: Citation) -> CitationOut:
    """Return a citation with both spans."""
    return CitationOut(
        id=citation.number,
        answer_span=_span(citation.answer_span),
        quote=citation.quote,
        source_span=_span(citation.source_span),
        passage_id=citation.passage.passage_id,
        document_id=citation.passage.document_id,
        source=passage_source_out(citation.passage),
    )


def hit_out(hit: Hit) -> HitOut:
    """Return a hit with its score parts."""
    return HitOut(
        passage_id=hit.passage.passage_id,
        rank=hit.rank,
        score=hit.score,
        scores=dict(hit.scores),
        text=hit.passage.text,
        source=passage_source_out(hit.passage),
    )


def passage_out(passage: Passage, document: StoredDocument) -> PassageOut:
    """Return a passage with the text its span counts in."""
    return PassageOut(
        passage_id=passage.passage_id,
        text=passage.text,
        source_id=passage.source.source_id,
        span=_span((passage.start, passage.end)),
        heading_path=list(passage.heading_path),
        document_id=passage.document_id,
        document_text=document.text,
        source=passage_source_out(passage),
    )


def passage_source_out(passage: Passage) -> SourceOut:
    """Return a passage's source with its place in it and the other sources that say the same."""
    source = source_out(passage.source)
    source.heading_path = list(passage.heading_path)
    source.also_in = [other.title for other in passage.also_in]
    return source


def source_out(source: Source) -> SourceOut:
    """Return a source as a reader is shown it."""
    return SourceOut(
        id=source.source_id,
        title=source.title,
        publisher=source.publisher,
        url=source.url,
        licence=source.licence,
        last_reviewed=source.reviewed,
        next_review=source.next_review,
        reviewed_by=source.reviewed_by,
        stale=source.is_stale(date.today()),
    )


def document_out(document: StoredDocument) -> DocumentOut:
    """Return a stored document with its sections."""
    sections = [SectionOut(heading_path=list(s.heading_path), span=_span((s.start, s.end))) for s in document.sections]
    return DocumentOut(document_id=document.document_id, text=document.text, sections=sections)


def deleted_out(conversation_id: str) -> DeletedOut:
    """Return the receipt of a deletion made now."""
    return DeletedOut(id=conversation_id, deleted_at=datetime.now(UTC))


def _explained(answer: Answer) -> list[ExplainedOut]:
    quoted = [(s.start, s.end) for s in answer.cited.sentences if s.citations]
    found = glossary().explain(answer.cited.text, quoted)
    return [ExplainedOut(start=e.start, end=e.end, term=e.term, explanation=e.explanation) for e in found]


def _span(span: tuple[int, int]) -> SpanOut:
    return SpanOut(start=span[0], end=span[1])
