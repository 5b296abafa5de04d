"""Screening: paragraphs that are not advice (biographies, site disclaimers, promotion, navigation) are set aside.

A model of words, layout and hand-written cues (`screen_model`) says how likely each paragraph is advice and how likely
each reason against it. What is most likely not advice is set aside and listed with its reason and digest; the source
register can overrule it. A warning sign with a call for help is never set aside.
"""

from __future__ import annotations

import hashlib
import re
from collections.abc import Sequence
from dataclasses import dataclass, replace
from functools import lru_cache
from typing import cast

from ingest.documents import Block, Content, DocumentSection
from ingest.screen_cues import (
    ADVICE,
    Reason,
    heading_reason,
    is_addresses,
    is_breadcrumb,
    is_menu,
    is_warning,
    short_line_reason,
)
from ingest.screen_model import KEPT, features, has_cue, load_model
from ingest.sentences import sentence_spans

# How likely a paragraph must be something else than advice to be set aside: where a hand-written cue agrees, where none
# does (the paragraph may be on a subject that training has not met).
FROM_WITH_CUE = 0.5
FROM_WITHOUT_CUE = 0.8
# The same in a document with fewer words on health than one in so many: training has not met its subject.
_FROM_OFF_SUBJECT = 0.97
_WORDS_FOR_ONE_ON_HEALTH = 50
# The same under a heading that itself gives a reason ("About the author").
_FROM_UNDER_HEADING = 0.3
# A shorter line says too little to be weighed.
_MIN_WEIGHED_WORDS = 2
# The same of each half of a long paragraph, which may end in a line of furniture. Lives of therapists, praise and
# disclaimers speak of health here and there all the same.
_MIXED = frozenset(("biography", "promotion", "disclaimer"))
_HALF_FROM = 0.2
_MIN_HALVED_WORDS = 12
# A text on a subject never met in training is kept: this share of its words must have been.
_KNOWN_FROM = 0.5
_CERTAIN_HEADINGS = frozenset(("references", "navigation", "comments"))
_MAX_JUDGED_CHARS = 6000
_MAX_WORD_CHARS = 60
_LONG_WORD = re.compile(r"\S{60,}")
_MIN_OVERRULE_CHARS = 12
_SHOWN_CHARS = 80


@dataclass(frozen=True, slots=True)
class SetAside:
    """A paragraph that was set aside: why, how it begins, and the digest by which the register can overrule it."""

    document_id: str
    reason: str
    text_start: str
    digest: str


def paragraph_digest(text: str) -> str:
    """Return the 12 hex digits by which a paragraph is named in reports and in the register; spaces and case fold."""
    return hashlib.sha256(" ".join(text.casefold().split()).encode()).hexdigest()[:12]


def judge(text: str, heading: str = "", *, is_on_subject: bool = True) -> Reason | None:
    """Return why a cleaned paragraph is not advice, or None when it is to be kept.

    Args:
        heading: the one above it; "" where there is none.
        is_on_subject: whether its document speaks of health; elsewhere only the clearest cases are set aside.
    """
    text = _sample(text)
    if not any(char.isalnum() for char in text):
        return "symbol"
    if is_warning(text):
        return None
    if is_breadcrumb(text):
        return "navigation"
    if is_addresses(text):
        return "references"
    under = heading_reason(heading)
    if under in _CERTAIN_HEADINGS or (under is not None and not ADVICE.search(text)):
        return under
    if len(text.split()) < _MIN_WEIGHED_WORDS:
        return short_line_reason(text, advises=False)
    found = _weigh(text)
    limit = found.limit if under is None else _FROM_UNDER_HEADING
    if found.unlikely < (limit if is_on_subject else _FROM_OFF_SUBJECT):
        return None
    is_whole = found.reason in _MIXED or all(_weigh(half).unlikely >= _HALF_FROM for half in _halves(text))
    return found.reason if is_whole and load_model().share_known(text) >= _KNOWN_FROM else None


def judge_list(texts: Sequence[str], heading: str = "") -> Reason | None:
    """Return why a list as a whole is not advice (a menu, further reading), or None."""
    under = heading_reason(heading)
    if under in _CERTAIN_HEADINGS:
        return under
    return "navigation" if is_menu(texts) else None


def screen_content(
    document_id: str, content: Content, keep: Sequence[str] = (), set_aside: Sequence[str] = ()
) -> tuple[Content, list[SetAside]]:
    """Return the content without what is not advice, and what was set aside.

    Args:
        keep, set_aside: digests, or the first words (12 characters or more), of paragraphs the register decides on.
    """
    found: list[SetAside] = []
    sections = []
    is_on_subject = _speaks_of_health(content)
    for section in content.sections:
        kept: list[Block] = []
        for run in _runs(section.blocks):
            reasons = _judge_run(run, _heading(section), is_on_subject=is_on_subject)
            for block, reason in zip(run, reasons, strict=True):
                why = _overruled(block, reason, keep, set_aside)
                if why is None:
                    kept.append(block)
                else:
                    found.append(SetAside(document_id, why, _start(block.text), paragraph_digest(block.text)))
        sections.append(DocumentSection(section.heading_path, tuple(kept)))
    return replace(content, sections=_with_words(sections)), found


def names_paragraph(rule: str, text: str) -> bool:
    """Return whether a rule of the register, a digest or first words, is about this paragraph."""
    digest = paragraph_digest(text)
    folded = " ".join(rule.casefold().split())
    if digest == folded:
        return True
    return len(folded) >= _MIN_OVERRULE_CHARS and " ".join(text.casefold().split()).startswith(folded)


def _sample(text: str) -> str:
    """Return enough of a text to judge it by; endless words are cut, since patterns take long over them."""
    return _LONG_WORD.sub(lambda match: match[0][:_MAX_WORD_CHARS], text[:_MAX_JUDGED_CHARS])


def _runs(blocks: Sequence[Block]) -> list[list[Block]]:
    """Return the blocks with neighbouring items of one list or table together, and with the line that leads to them."""
    runs: list[list[Block]] = []
    for block in blocks:
        if runs and block.is_listed and (runs[-1][-1].is_listed or runs[-1][-1].text.endswith(":")):
            runs[-1].append(block)
        else:
            runs.append([block])
    return runs


def _judge_run(run: Sequence[Block], heading: str, *, is_on_subject: bool) -> list[Reason | None]:
    """Return for each block why it is set aside, or None. An item says little: its whole list must be unlikely too."""
    items = [_sample(block.text) for block in run if block.is_listed]
    if not items:
        return [judge(block.text, heading, is_on_subject=is_on_subject) for block in run]
    whole = _sample("\n".join(block.text for block in run))
    if is_warning(f"{heading}\n{whole}"):
        return [None if any(char.isalnum() for char in block.text) else "symbol" for block in run]
    if all(block.kind != "step" for block in run):
        reason = judge_list(items, heading)
        if reason is not None:
            return [reason for _ in run]
    is_doubtful = _weigh(whole).unlikely >= FROM_WITH_CUE
    return [
        judge(block.text, is_on_subject=is_on_subject) if is_doubtful or not any(map(str.isalnum, block.text)) else None
        for block in run
    ]


def _speaks_of_health(content: Content) -> bool:
    """Return whether enough of the words of a document are on health."""
    texts = [_sample(block.text) for section in content.sections for block in section.blocks]
    on_health = sum(len(ADVICE.findall(text)) for text in texts)
    return on_health * _WORDS_FOR_ONE_ON_HEALTH >= sum(len(text.split()) for text in texts)


def _halves(text: str) -> list[str]:
    """Return the sentences of a long paragraph in two parts: advice with a line of furniture at one end is advice."""
    spans = sentence_spans(text)
    if len(spans) < 2 or len(text.split()) < _MIN_HALVED_WORDS:
        return []
    middle = min(spans[1:], key=lambda span: abs(2 * span[0] - len(text)))[0]
    return [text[:middle], text[middle:]]


@dataclass(frozen=True, slots=True)
class _Weighed:
    """How likely a text is something else than advice, from what likelihood on that counts, and what it then is."""

    unlikely: float
    limit: float
    reason: Reason


@lru_cache(maxsize=256)
def _weigh(text: str) -> _Weighed:
    found = features(text)
    probabilities = load_model().probabilities(found)
    unlikely = 1 - probabilities.pop(KEPT)
    reason = cast(Reason, max(probabilities, key=lambda name: probabilities[name]))
    return _Weighed(unlikely, FROM_WITH_CUE if has_cue(found) else FROM_WITHOUT_CUE, reason)


def _overruled(block: Block, reason: Reason | None, keep: Sequence[str], set_aside: Sequence[str]) -> str | None:
    if any(names_paragraph(rule, block.text) for rule in keep):
        return None
    if any(names_paragraph(rule, block.text) for rule in set_aside):
        return "register"
    return reason


def _heading(section: DocumentSection) -> str:
    return section.heading_path[-1] if section.heading_path else ""


def _start(text: str) -> str:
    return text if len(text) <= _SHOWN_CHARS else text[: _SHOWN_CHARS - 1].rstrip() + "…"


def _with_words(sections: Sequence[DocumentSection]) -> tuple[DocumentSection, ...]:
    """Return the sections without headings under which nothing is left, not even in a section below them."""
    kept: list[DocumentSection] = []
    for number, section in enumerate(sections):
        depth = len(section.heading_path)
        has_words = bool(section.blocks)
        for following in sections[number + 1 :]:
            if has_words or following.heading_path[:depth] != section.heading_path:
                break
            has_words = bool(following.blocks)
        if has_words:
            kept.append(section)
    return tuple(kept)
