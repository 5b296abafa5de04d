"""Splitting a laid-out document into passages that fit the embedding model, at sentences, items and headings."""

from __future__ import annotations

import hashlib
import math
import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace

from index.passages import Passage, PassageKind, Source, StoredDocument
from ingest.documents import PlacedBlock, PlacedSection
from ingest.sentences import sentence_spans
from ingest.tokens import TokenCounter

# Part of every index manifest: change it whenever the same document would give other passages.
SPLITTER_VERSION = "1"

MAX_TOKENS = 256
TARGET_TOKENS = 192
# Below this room for words, headings are given up: a passage must hold more than its headings.
_MIN_ROOM = 96
# A tail shorter than this joins the passage before it if it fits.
_MIN_TAIL = 32
# Characters one token may stand for; keeps endless "words", which count as one unknown token, from going in whole.
_MAX_CHARS_PER_TOKEN = 16
_BODY = re.compile(
    r"\b(?:knees?|legs?|foot|feet|hips?|backs?|arms?|hands?|heels?|toes|ankles?|elbows?|shoulders?|chest|floor|wall|buttocks?|"
    r"thighs?|shins?|tummy|belly|stomach|core|pelvis|spine|head|band|chair|mat|sides?|muscles?)\b",
    re.IGNORECASE,
)
_MOVES = """
    alternate arch begin bend breathe bring brace clasp cross draw drop engage exhale extend flex grab hinge hold inhale
    interlace kneel lean lie lift loop lower lunge maintain pause place point position press pull push put raise reach
    relax release repeat return rise roll rotate sit slide squat squeeze stand start starting step straighten stretch
    swing switch thread tighten tilt tuck turn twist wrap
"""
_IMPERATIVES = frozenset(_MOVES.split())


@dataclass(frozen=True, slots=True)
class Limits:
    """Sizes in tokens of the embedding model, special tokens, title and headings included."""

    max_tokens: int = MAX_TOKENS
    target_tokens: int = TARGET_TOKENS


@dataclass(frozen=True, slots=True)
class _Atom:
    """What is never cut: a sentence, a list item, or a piece of one that is too long by itself."""

    start: int
    end: int
    tokens: int
    sentences: tuple[tuple[int, int], ...]
    is_step: bool


_Group = list[_Atom]  # atoms that stay together as long as they fit


def split_document(
    document: StoredDocument,
    sections: Sequence[PlacedSection],
    counter: TokenCounter,
    *,
    has_unrelated_paragraphs: bool = False,
    limits: Limits = Limits(),
) -> list[Passage]:
    """Return the passages of a document, in order; together they hold every block.

    A section that fits is one passage. A longer one is cut between paragraphs, else between list items or sentences,
    into passages of about equal size. A line ending in a colon stays with its list. Where paragraphs are unrelated,
    none are joined. `passage_id` holds a digest of heading path and words and the number under that heading, so that a
    change in one section leaves the ids of others alone.
    """
    passages: list[Passage] = []
    taken: set[str] = set()
    for section in sections:
        path, room, target = _room(document.source, section.heading_path, counter, limits)
        groups = [_fit(group, room) for group in _groups(document.text, section.blocks, counter, room)]
        parts = _numbered_alone(groups) if has_unrelated_paragraphs else _numbered(_pack(groups, room, target))
        for number, part in parts:
            passage = _passage(document, path, part, number)
            while passage.passage_id in taken:
                number += 1
                passage = replace(passage, passage_id=f"{passage.passage_id.rpartition(':')[0]}:p{number:02d}")
            taken.add(passage.passage_id)
            passages.append(passage)
    return passages


def is_how_to(texts: Sequence[str]) -> bool:
    """Return whether sentences tell the reader how to move, step by step: three or more, and most of them.

    A sentence counts when it, or what follows a comma or colon in it, begins with a verb of movement. The paragraph
    must also name parts of the body or the floor three times, so that general advice ("Take breaks.") does not count.
    """
    orders = sum(1 for text in texts if any(_is_order(part) for part in re.split(r"[,:;]\s+(?:then |and )?", text)))
    return orders >= max(3, 0.6 * len(texts)) and len(_BODY.findall(" ".join(texts))) >= 3


def _is_order(clause: str) -> bool:
    return re.split(r"[^\w’'-]", clause.strip().lower(), maxsplit=1)[0] in _IMPERATIVES


def _room(
    source: Source, path: tuple[str, ...], counter: TokenCounter, limits: Limits
) -> tuple[tuple[str, ...], int, int]:
    """Return the headings that are kept, and the tokens left for words: at most, and aimed at."""
    for kept in (path, path[-1:], ()):
        prefix = Passage("", "", "", 0, 0, source, kept).indexed_text
        used = counter.count(prefix) + counter.special_tokens
        if limits.max_tokens - used >= min(_MIN_ROOM, limits.max_tokens // 2) or not kept:
            break
    room = max(1, limits.max_tokens - used)
    return kept, room, max(1, min(room, limits.target_tokens - used))


def _groups(text: str, blocks: Sequence[PlacedBlock], counter: TokenCounter, room: int) -> Iterator[_Group]:
    group: _Group = []
    previous: PlacedBlock | None = None
    for placed in blocks:
        leads_in = previous is not None and not previous.block.is_listed and previous.block.text.endswith(":")
        continues_list = previous is not None and previous.block.is_listed
        if group and not (placed.block.is_listed and (leads_in or continues_list)):
            yield group
            group = []
        group.extend(_atoms(text, placed, counter, room))
        previous = placed
    if group:
        yield group


def _atoms(text: str, placed: PlacedBlock, counter: TokenCounter, room: int) -> Iterator[_Atom]:
    spans = [(placed.start + a, placed.start + b) for a, b in sentence_spans(placed.block.text)]
    spans = [piece for start, end in spans for piece in _pieces(text, start, end, counter, room)]
    is_step = placed.block.kind == "step"
    total = _cost(text[placed.line_start : placed.end], counter)
    if placed.block.is_listed and total <= room:
        yield _Atom(placed.line_start, placed.end, total, tuple(spans), is_step)
        return
    for number, (start, end) in enumerate(spans):
        first = placed.line_start if number == 0 else start
        yield _Atom(first, end, _cost(text[first:end], counter), ((start, end),), is_step)


def _cost(text: str, counter: TokenCounter) -> int:
    return max(counter.count(text), math.ceil(len(text) / _MAX_CHARS_PER_TOKEN))


def _pieces(text: str, start: int, end: int, counter: TokenCounter, room: int) -> Iterator[tuple[int, int]]:
    """Return a sentence whole if it fits, else cut between words (and inside a word that is too long by itself)."""
    # Room for a list marker in front of the first piece.
    limit = max(1, room - 4)
    if _cost(text[start:end], counter) <= limit:
        yield start, end
        return
    piece_start, used = start, 0
    for word in _words(text, start, end, limit, counter):
        cost = _cost(text[word[0] : word[1]], counter) + 1
        if used and used + cost > limit:
            yield _without_space(text, piece_start, word[0])
            piece_start, used = word[0], 0
        used += cost
    yield _without_space(text, piece_start, end)


def _words(text: str, start: int, end: int, limit: int, counter: TokenCounter) -> Iterator[tuple[int, int]]:
    for match in re.compile(r"\S+").finditer(text, start, end):
        if _cost(match[0], counter) < limit:
            yield match.span()
        else:
            # One token per character is the most there can be.
            yield from ((a, min(a + limit, match.end())) for a in range(match.start(), match.end(), limit))


def _without_space(text: str, start: int, end: int) -> tuple[int, int]:
    while end > start and text[end - 1].isspace():
        end -= 1
    return start, end


def _fit(group: _Group, room: int) -> list[_Group]:
    """Return the group whole if it fits, else cut between atoms into parts of about equal size."""
    total = sum(atom.tokens for atom in group)
    if total <= room:
        return [group]
    goal = total / math.ceil(total / room)
    parts: list[_Group] = [[]]
    used = 0
    for atom in group:
        if parts[-1] and (used + atom.tokens > room or used + atom.tokens / 2 > goal):
            parts.append([])
            used = 0
        parts[-1].append(atom)
        used += atom.tokens
    return parts


def _numbered(parts: Sequence[_Group]) -> list[tuple[int, _Group]]:
    return list(enumerate(parts, 1))


def _numbered_alone(groups: Sequence[Sequence[_Group]]) -> list[tuple[int, _Group]]:
    """Return every paragraph as a passage, numbered by itself: its id does not depend on its neighbours."""
    return [numbered for parts in groups for numbered in _numbered(parts)]


def _pack(groups: Sequence[Sequence[_Group]], room: int, target: int) -> list[_Group]:
    """Return groups joined into passages: all in one if they fit, else of about equal size near the target."""
    units = [part for parts in groups for part in parts]
    sizes = [sum(atom.tokens for atom in unit) for unit in units]
    total = sum(sizes)
    if total <= room:
        return [[atom for unit in units for atom in unit]] if units else []
    goal = total / math.ceil(total / target)
    packed: list[_Group] = []
    used = 0
    for unit, size in zip(units, sizes, strict=True):
        if packed and used + size <= room and (used + size / 2 <= goal or size < _MIN_TAIL):
            packed[-1] = [*packed[-1], *unit]
            used += size
        else:
            packed.append(list(unit))
            used = size
    return packed


def _passage(document: StoredDocument, path: tuple[str, ...], atoms: _Group, number: int) -> Passage:
    start, end = atoms[0].start, atoms[-1].end
    text = document.text[start:end]
    sentences = tuple(span for atom in atoms for span in atom.sentences)
    digest = hashlib.sha256("\n".join((*path, text)).encode()).hexdigest()[:6]
    return Passage(
        passage_id=f"{document.document_id}:{digest}:p{number:02d}",
        document_id=document.document_id,
        text=text,
        start=start,
        end=end,
        source=document.source,
        heading_path=path,
        kind=_kind(document.text, atoms, sentences),
        sentences=sentences,
    )


def _kind(text: str, atoms: _Group, sentences: tuple[tuple[int, int], ...]) -> PassageKind:
    if sum(atom.is_step for atom in atoms) >= 2:
        return "steps"
    has_items = any(atom.start != atom.sentences[0][0] for atom in atoms if atom.sentences)
    return "steps" if not has_items and is_how_to([text[a:b] for a, b in sentences]) else "prose"
