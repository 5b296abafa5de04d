"""Prints how a level was reached, so that a clinician can follow every decision."""

from __future__ import annotations

import json
from collections.abc import Sequence
from dataclasses import dataclass

from server.red_flags.assess import assess
from server.red_flags.cards import card_for
from server.red_flags.levels import Assessment, ChatMessage, Level
from server.red_flags.reader import ClauseReader
from server.red_flags.rules import all_rules


@dataclass(frozen=True, slots=True)
class UserText:
    """A user message made of plain text."""

    text: str
    role: str = "user"


def explain(texts: Sequence[str], *, reader: ClauseReader | None = None) -> str:
    """Return a printable trace: the facts, what counted and why, the rules that fired, the level."""
    messages: list[ChatMessage] = [UserText(text) for text in texts]
    found = assess(messages, reader=reader)
    lines = ["Facts"]
    for fact in sorted(found.facts, key=lambda f: (f.turn, f.start, f.feature)):
        words = texts[fact.turn - 1][fact.start : fact.end].replace("\n", " ")
        mark = "+" if fact.counts else "-"
        details = [fact.status.value]
        if fact.why:
            details.append(fact.why)
        if fact.days is not None:
            details.append(f"{fact.days:g} days")
        if fact.value is not None:
            details.append(f"value {fact.value:g}")
        if fact.certainty < 1:
            details.append(f"probability {fact.certainty:.2f}")
        lines.append(f"  {mark} {fact.person}: {fact.feature} “{words}” ({'; '.join(details)})")
    if not found.facts:
        lines.append("  none")
    lines += ["Rules", *_rule_lines(found), f"Level: {found.level.label}"]
    if found.questions:
        lines.append("Would ask: " + ", ".join(found.questions))
    card = card_for(found, None)
    if card is not None:
        lines.append(f"Card: {card.prefix}: {card.heading}")
    return "\n".join(lines)


def explain_json(texts: Sequence[str], *, reader: ClauseReader | None = None) -> str:
    """Return the same trace as JSON."""
    found = assess([UserText(text) for text in texts], reader=reader)
    return json.dumps(
        {
            "level": found.level.label,
            "flags": [
                {
                    "category": f.category,
                    "rule": f.rule,
                    "version": f.version,
                    "level": f.level.label,
                    "evidence": [{"turn": e.turn, "start": e.start, "end": e.end} for e in f.evidence],
                }
                for f in found.flags
            ],
            "facts": [
                {
                    "person": f.person,
                    "feature": f.feature,
                    "status": f.status.value,
                    "counts": f.counts,
                    "why": f.why,
                    "days": f.days,
                    "value": f.value,
                    "certainty": f.certainty,
                    "turn": f.turn,
                    "start": f.start,
                    "end": f.end,
                }
                for f in found.facts
            ],
            "rules": [
                {
                    "rule": h.rule,
                    "level": h.level.label,
                    "person": h.person,
                    "lowered": h.lowered,
                    "features": sorted({f.feature for f in h.facts}),
                }
                for h in found.hits
            ],
            "questions": list(found.questions),
        },
        ensure_ascii=False,
        indent=2,
    )


def _rule_lines(found: Assessment) -> list[str]:
    texts = {(item.code, item.level): item for item in all_rules()}
    lines = []
    for hit in found.hits:
        rule = texts.get((hit.rule, hit.level)) or next(item for item in all_rules() if item.code == hit.rule)
        features = ", ".join(dict.fromkeys(f.feature for f in hit.facts))
        lowered = ", one level lower because it is over" if hit.lowered else ""
        lines.append(f"  {hit.rule} {hit.level.label}{lowered} ({hit.person}): {features}. {rule.text} [{rule.source}]")
    return lines or ["  none fired"] if found.level is Level.NONE else lines
