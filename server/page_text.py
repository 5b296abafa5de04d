"""Stored text as blocks a page can show: headings, paragraphs and lists, with marked words at stored offsets."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from itertools import pairwise
from typing import Literal

from index.passages import Section, StoredDocument

BlockKind = Literal["heading", "paragraph", "bullet", "step", "row"]
Span = tuple[int, int]  # half open, in Unicode code points of the document's text
Link = tuple[int, int, str]  # a span and the anchor of what explains its words

_LINE = re.compile(r"[^\n]+")
_BULLET = re.compile(r"( *)- +")
_CELL = re.compile(r"[^|\s](?:[^|]*[^|\s])?")
_STEP = re.compile(r"( *)(\d{1,3})\. +")


@dataclass(frozen=True, slots=True)
class Piece:
    """Words that are all marked or all not. `opens` and `closes` say where the marked words begin and end.

    `target` is the anchor of what explains these words, or empty.
    """

    text: str
    is_marked: bool = False
    opens: bool = False
    closes: bool = False
    target: str = ""


@dataclass(frozen=True, slots=True)
class Block:
    """One heading, paragraph, list item or table row. `start` counts in the document's text."""

    kind: BlockKind
    pieces: tuple[Piece, ...]
    start: int
    depth: int = 0
    number: int = 0
    cells: tuple[tuple[Piece, ...], ...] = ()

    @property
    def text(self) -> str:
        """Return the words without marks."""
        return "".join(piece.text for piece in self.pieces)


@dataclass(frozen=True, slots=True)
class Group:
    """Neighbouring blocks of one kind: a list, a table, or a single heading or paragraph."""

    kind: BlockKind
    blocks: tuple[Block, ...]


def text_groups(text: str, span: Span, mark: Span | None = None, links: Sequence[Link] = ()) -> list[Group]:
    """Return `text[span]` as groups of blocks, with the words at `mark` marked and those at `links` linked.

    Lines that begin with `- ` or `2. ` are list items and lose that marker; lines with ` | ` are table rows.
    """
    return _grouped(_blocks(text, span, _Cuts(text, mark, tuple(links))))


def document_groups(document: StoredDocument, mark: Span | None = None) -> list[Group]:
    """Return a whole document as groups of blocks; what stands between sections is a heading."""
    groups: list[Group] = []
    at = 0
    for section in document.sections:
        groups += _headings(document, (at, section.start), section, mark)
        groups += text_groups(document.text, (section.start, section.end), mark)
        at = section.end
    return groups + text_groups(document.text, (at, len(document.text)), mark)


def section_around(document: StoredDocument, span: Span) -> Section:
    """Return the section a span stands in; the span itself as a section when it is in none."""
    for section in document.sections:
        if section.start <= span[0] and span[1] <= section.end:
            return section
    return Section((), *span)


def _headings(document: StoredDocument, span: Span, section: Section, mark: Span | None) -> Iterator[Group]:
    lines = list(_LINE.finditer(document.text, *span))
    for place, line in enumerate(lines, len(section.heading_path) - len(lines)):
        # The last line is the section's own heading; those before it belong to sections without words.
        depth = max(0, place)
        if line[0].strip() != document.source.title:
            block = Block("heading", _Cuts(document.text, mark).pieces(line.span()), line.start(), depth)
            yield Group("heading", (block,))


def _blocks(text: str, span: Span, cuts: _Cuts) -> Iterator[Block]:
    for line in _LINE.finditer(text, *span):
        start, end = line.span()
        if not line[0].strip():
            continue
        if bullet := _BULLET.match(text, start, end):
            yield Block("bullet", cuts.pieces((bullet.end(), end)), start, len(bullet[1]) // 2)
        elif step := _STEP.match(text, start, end):
            pieces = cuts.pieces((step.end(), end))
            yield Block("step", pieces, start, len(step[1]) // 2, int(step[2]))
        elif " | " in line[0]:
            cells = tuple(cuts.pieces(cell.span()) for cell in _CELL.finditer(text, start, end))
            yield Block("row", cuts.pieces((start, end)), start, cells=cells)
        else:
            yield Block("paragraph", cuts.pieces((start, end)), start)


@dataclass(frozen=True, slots=True)
class _Cuts:
    """Where a text is cut into pieces: at the ends of the marked words and of the linked ones."""

    text: str
    mark: Span | None = None
    links: tuple[Link, ...] = ()

    def pieces(self, span: Span) -> tuple[Piece, ...]:
        start, end = span
        edges = {start, end}
        for stretch in (*([self.mark] if self.mark else []), *(link[:2] for link in self.links)):
            edges.update(edge for edge in stretch if start < edge < end)
        ordered = sorted(edges)
        return tuple(self._piece(*pair, span) for pair in pairwise(ordered))

    def _piece(self, start: int, end: int, line: Span) -> Piece:
        words = self.text[start:end]
        target = next((anchor for first, last, anchor in self.links if first <= start and end <= last), "")
        if self.mark is None or not (self.mark[0] <= start and end <= self.mark[1]):
            return Piece(words, target=target)
        # The mark may begin on the marker of a list item, which is not shown.
        opens = self.mark[0] == start or (
            start == line[0] and not self.text[self.mark[0] : start].strip(" -0123456789.")
        )
        return Piece(words, True, opens, end == self.mark[1], target)


def _grouped(blocks: Iterator[Block]) -> list[Group]:
    groups: list[list[Block]] = []
    for block in blocks:
        if groups and block.kind in ("bullet", "step", "row") and groups[-1][0].kind == block.kind:
            groups[-1].append(block)
        else:
            groups.append([block])
    return [Group(group[0].kind, tuple(group)) for group in groups]
