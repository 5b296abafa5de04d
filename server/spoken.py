"""Answers, cards and passages as plain text, for doors that carry text alone: what matters most comes first."""

from __future__ import annotations

from server.schemas import AnswerOut, PassageOut, SafetyOut, SearchOut

NO_FLAGS = "No warning sign was found in these words. That is not an all-clear: only what was written could be read."


def spoken(answer: AnswerOut) -> tuple[str, int]:
    """Return all words of an answer, the card first, and where the answer's own text starts in them."""
    before = safety_text(answer.safety)
    head = before + "\n\n" if before and answer.answer.text else before
    return head + answer.answer.text + tail_text(answer), len(head)


def safety_text(safety: SafetyOut) -> str:
    """Return a card as plain text, for doors that carry text alone; empty when there is none."""
    lines = [safety.reminder] if safety.reminder else []
    if safety.card is not None:
        card = safety.card
        lines += [f"{card.prefix}: {card.heading}", *(f"- {item}" for item in card.items), *card.while_waiting]
        lines += ["Go now instead if:", *(f"- {item}" for item in card.go_now_if)] if card.go_now_if else []
        lines += [card.note] if card.note else []
        lines += [f"{contact.label} ({contact.href.removeprefix('tel:')})" for contact in safety.contacts]
    return "\n".join(lines)


def tail_text(answer: AnswerOut) -> str:
    """Return the words after the answer: screening questions, safety net, disclaimer."""
    questions = [question.text for question in answer.safety.questions]
    after = ["\n".join(questions)] if questions else []
    after += [answer.safety.safety_net] if answer.safety.safety_net else []
    return "".join(f"\n\n{block}" for block in [*after, answer.disclaimer.text])


def spoken_with_sources(answer: AnswerOut) -> str:
    """Return all words of an answer, then where each quote comes from."""
    text, _ = spoken(answer)
    sources = [
        f"[{c.id}] {c.source.title}, {c.source.publisher}: {c.source.url}".rstrip(": ") for c in answer.citations
    ]
    return text + ("\n\nSources\n" + "\n".join(sources) if sources else "")


def spoken_safety(safety: SafetyOut) -> str:
    """Return a red-flag check: the card and the questions, or that nothing was found and what to look out for."""
    before = safety_text(safety)
    questions = "\n".join(question.text for question in safety.questions)
    return "\n\n".join(block for block in (before or NO_FLAGS, questions, safety.safety_net) if block)


def spoken_hits(found: SearchOut) -> str:
    """Return the passages that were found, each with its source and its id."""
    if not found.hits:
        return "Nothing in the library matches."
    return "\n\n".join(f"{h.rank}. {h.source.title} ({h.passage_id})\n{h.text}" for h in found.hits)


def spoken_passage(passage: PassageOut) -> str:
    """Return a passage with its source."""
    source = passage.source
    return f"{passage.text}\n\nSource: {source.title}, {source.publisher} {source.url}".rstrip(" ,")
