"""Aspects: what of a subject was spoken of last (its exercises, a treatment, a test), for follow-ups about that."""

from __future__ import annotations

import re

from server.terms import Found, term_list

# What may be done, taken or had for a complaint, besides the complaint itself.
_KINDS = frozenset({"treatment", "test"})
ACTS = frozenset({"exercises", "stretches"})
MEDICINES = frozenset(
    {"paracetamol", "anti-inflammatory medicines", "opioids", "nerve pain medicines", "pain relief medicines"}
)
_PERSONAL = re.compile(r"\b(my|your|his|her|i|the|a|an|to|had|having|do|doing|take|taking)\b\s*", re.IGNORECASE)


def aspect_of(text: str, topic: str) -> Found | None:
    """Return the treatment, test or exercises that a question names besides its topic, the last one first.

    >>> found = aspect_of("do steroid injections work for hip bursitis", "hip bursitis")
    >>> found.text if found else None
    'steroid injections'
    """
    of_topic = {item.term.name for item in term_list().find(topic)}
    for item in reversed(term_list().find(text)):
        is_aspect = item.term.kind in _KINDS or item.term.name in ACTS or "surgery" in item.term.name
        if is_aspect and item.term.name not in of_topic:
            return item
    return None


def aspect_phrase(aspect: Found, topic: str) -> str:
    """Return an aspect with its topic, in words that fit into a question: `exercises for lower back pain`."""
    words = _PERSONAL.sub("", aspect.text if aspect.text.isupper() else aspect.text.lower()).strip() or aspect.term.name
    return f"{words} for {topic}" if topic else words


def medicine_of(text: str) -> str:
    """Return the medicine that a question names, as it was written; empty when there is none."""
    named = [item for item in term_list().find(text) if item.term.name in MEDICINES]
    return named[-1].text if named else ""
