"""An answer as plain text for a terminal."""

from __future__ import annotations

from server.schemas import AnswerOut, SafetyOut


def render_answer(answer: AnswerOut) -> str:
    """Return an answer as text: card first, then the answer, its sources and the disclaimer."""
    blocks = [*_safety_blocks(answer.safety)]
    if answer.query_rewritten:
        blocks.append(f"(Searched for: {answer.query_used})")
    if answer.answer.text:
        blocks.append(answer.answer.text)
    sources = []
    for citation in answer.citations:
        source = citation.source
        where = " > ".join([source.title, *(part for part in source.heading_path if part != source.title)])
        span = f"characters {citation.source_span.start}-{citation.source_span.end}"
        sources.append(f"[{citation.id}] {where} ({source.publisher}; {span})\n    “{_shortened(citation.quote)}”")
    if sources:
        blocks.append("Sources\n" + "\n".join(sources))
    if answer.suggestions:
        blocks.append("You could ask next\n" + "\n".join(f"- {text}" for text in answer.suggestions))
    if answer.safety.safety_net:
        blocks.append(answer.safety.safety_net)
    blocks.append(answer.disclaimer.text)
    return "\n\n".join(blocks)


def _safety_blocks(safety: SafetyOut) -> list[str]:
    blocks = []
    if safety.reminder:
        blocks.append(safety.reminder)
    if safety.card is not None:
        card = safety.card
        lines = [f"{card.prefix}: {card.heading}", *(f"- {item}" for item in card.items), *card.while_waiting]
        if card.go_now_if:
            lines += ["Go now instead if:", *(f"- {item}" for item in card.go_now_if)]
        if card.note:
            lines.append(card.note)
        lines += [f"{contact.label}: {contact.href.removeprefix('tel:')}" for contact in safety.contacts]
        blocks.append("\n".join(lines))
    if safety.questions:
        blocks.append("Please tell me\n" + "\n".join(f"- {question.text}" for question in safety.questions))
    return blocks


def _shortened(quote: str, limit: int = 100) -> str:
    line = " ".join(quote.split())
    return line if len(line) <= limit else line[: limit - 1] + "…"
