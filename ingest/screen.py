"""Screening: paragraphs that are not advice (biographies, site disclaimers, promotion, navigation) are set aside.

Each sentence is scored for each reason by the cues in `screen_cues`. A paragraph is set aside when the score of its
strongest reason outweighs the sentences in it that tell something about the body or what to do. What is set aside is
listed with its reason and digest, and the source register can overrule it.
"""

from __future__ import annotations

import hashlib
import re
from collections.abc import Sequence
from dataclasses import dataclass, replace
from functools import lru_cache

from ingest.documents import Block, Content, DocumentSection
from ingest.screen_cues import (
    ADVICE,
    CUES,
    Reason,
    family_scores,
    heading_reason,
    is_addresses,
    is_breadcrumb,
    is_menu,
    short_line_reason,
)
from ingest.sentences import sentence_spans

# What a reason must weigh: less where no sentence advises, more for every sentence that does.
_BAR_WITHOUT_HEALTH = 1.5
# A longer paragraph that names no part of the body may well speak of other sides of health.
_MAX_PLAIN_WORDS = 60
_BAR = 2.0
_BAR_WITH_ADVICE = 2.5
# What one sentence of advice weighs against the reasons to set its paragraph aside.
_ADVICE_WEIGHT = 1.25
# One sentence that speaks of health proves little in the life of a therapist or in the praise of a product.
_FREE: dict[Reason, float] = {"biography": 0.8, "promotion": 0.8, "disclaimer": 0.8, "contact": 0.8, "byline": 0.8}
_MAX_JUDGED_CHARS = 6000
_MAX_WORD_CHARS = 60
_LONG_WORD = re.compile(r"\S{60,}")
# What somebody tells of their own trouble is no biography.
_EXPERIENCE = re.compile(
    r"\bmy (?:own )?(?:\w+ )?(?:back|hips?|legs?|pain|sciatica|knees?|operation|surgery|discs?)\b"
    r"|\b(?:helped|works? for|worked for) me\b"
    r"|\bI(?: have|[’']ve)? had (?:\w+ )?(?:sciatica|surgery|pain|back pain|trouble)\b",
    re.IGNORECASE,
)
_MIN_OVERRULE_CHARS = 12
_SHOWN_CHARS = 80
_MAX_LINE_WORDS = 30
_MAX_CITATION_WORDS = 60
# Cues that weigh less than this may well stand in a sentence of advice.
_TELLING = 0.75


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


def judge(text: str, heading: str = "") -> Reason | None:
    """Return why a cleaned paragraph is not advice, or None when it is to be kept. `heading` is the one above it."""
    text = _sample(text)
    words = text.split()
    if not any(char.isalnum() for char in text):
        return "symbol"
    if is_breadcrumb(text):
        return "navigation"
    if is_addresses(text):
        return "references"
    under = heading_reason(heading)
    if under is not None and (not _advises(text) or under in {"references", "navigation", "comments"}):
        return under
    weighed = _weighed(text, under)
    if weighed is not None:
        return weighed
    if len(words) <= _MAX_LINE_WORDS:
        return short_line_reason(text, advises=_advises(text) and len(words) >= 6)
    return None


def judge_list(texts: Sequence[str], heading: str = "") -> Reason | None:
    """Return why a list as a whole is not advice (a menu, further reading), or None."""
    under = heading_reason(heading)
    if under in {"navigation", "references", "comments"}:
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
    for section in content.sections:
        kept: list[Block] = []
        for run in _runs(section.blocks):
            reason = _judge_run(run, section)
            for block in run:
                why = _overruled(block, reason or _judge_block(block, section), keep, set_aside)
                if why is None:
                    kept.append(block)
                else:
                    found.append(SetAside(document_id, why, _start(block.text), paragraph_digest(block.text)))
        sections.append(DocumentSection(section.heading_path, tuple(kept)))
    return replace(content, sections=_with_words(sections)), found


def _sample(text: str) -> str:
    """Return enough of a text to judge it by; endless words are cut, since patterns take long over them."""
    return _LONG_WORD.sub(lambda match: match[0][:_MAX_WORD_CHARS], text[:_MAX_JUDGED_CHARS])


def _runs(blocks: Sequence[Block]) -> list[list[Block]]:
    """Return the blocks with neighbouring items of one list or table together."""
    runs: list[list[Block]] = []
    for block in blocks:
        if runs and block.is_listed and runs[-1][-1].is_listed:
            runs[-1].append(block)
        else:
            runs.append([block])
    return runs


def _judge_run(run: Sequence[Block], section: DocumentSection) -> Reason | None:
    if not run[0].is_listed or run[0].kind == "step":
        return None
    return judge_list([_sample(block.text) for block in run], _heading(section))


def _judge_block(block: Block, section: DocumentSection) -> Reason | None:
    if block.is_listed:
        # A short item is judged with its list; alone it says too little to be set aside for.
        return "symbol" if not any(char.isalnum() for char in block.text) else _weighed(_sample(block.text))
    return judge(block.text, _heading(section))


def _overruled(block: Block, reason: Reason | None, keep: Sequence[str], set_aside: Sequence[str]) -> str | None:
    if any(_names(rule, block.text) for rule in keep):
        return None
    if any(_names(rule, block.text) for rule in set_aside):
        return "register"
    return reason


def _names(rule: str, text: str) -> bool:
    digest = paragraph_digest(text)
    folded = " ".join(rule.casefold().split())
    if digest == folded:
        return True
    return len(folded) >= _MIN_OVERRULE_CHARS and " ".join(text.casefold().split()).startswith(folded)


def _heading(section: DocumentSection) -> str:
    return section.heading_path[-1] if section.heading_path else ""


def _start(text: str) -> str:
    return text if len(text) <= _SHOWN_CHARS else text[: _SHOWN_CHARS - 1].rstrip() + "…"


@dataclass(frozen=True, slots=True)
class _Evidence:
    """What the cues of a paragraph weigh, by reason, and how many of its sentences advise and hold no cue."""

    scores: dict[Reason, float]
    advising: int


@lru_cache(maxsize=256)
def _evidence(text: str) -> _Evidence:
    """Return the evidence of a paragraph; a cue found in several forms counts half as much again."""
    scores: dict[Reason, float] = {}
    places: list[int] = []
    for reason, cues in CUES.items():
        for pattern, weight in cues:
            found = list(pattern.finditer(text))
            if found:
                forms = {match[0].casefold() for match in found}
                scores[reason] = scores.get(reason, 0.0) + weight * (1.5 if len(forms) > 1 else 1.0)
                places.extend(match.start() for match in found if weight >= _TELLING)
    for reason, score in family_scores(text).items():
        scores[reason] = scores.get(reason, 0.0) + score
    if _EXPERIENCE.search(text):
        scores.pop("biography", None)
    advising = sum(
        1
        for start, end in sentence_spans(text)
        if _advises(text[start:end]) and not any(start <= place < end for place in places)
    )
    return _Evidence(scores, advising)


def _weighed(text: str, under: Reason | None = None) -> Reason | None:
    """Return the strongest reason if it outweighs the advice; a heading that gives a reason adds to it."""
    evidence = _evidence(text)
    scores = dict(evidence.scores)
    if under is not None:
        scores[under] = scores.get(under, 0.0) + 1.0
    best = max(scores, key=lambda reason: scores[reason], default=None)
    if best is None:
        return None
    is_citation = best == "references" and len(text.split()) <= _MAX_CITATION_WORDS
    # The title of a study reads like advice.
    advising = 0 if is_citation else evidence.advising
    is_plain = len(text.split()) <= _MAX_PLAIN_WORDS and not _advises(text)
    bar = _BAR_WITHOUT_HEALTH if is_plain else _BAR
    if advising:
        bar = _BAR_WITH_ADVICE + _ADVICE_WEIGHT * (advising - _FREE.get(best, 0))
    return best if scores[best] >= bar else None


def _advises(text: str) -> bool:
    return bool(ADVICE.search(text))


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
