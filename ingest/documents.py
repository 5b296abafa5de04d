"""Document: what a reader makes of one file, in blocks under headings; and its layout as stored text."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Literal

from index.passages import Section, Source, StoredDocument

BlockKind = Literal["paragraph", "bullet", "step", "row"]

MAX_HEADING_WORDS = 30


@dataclass(frozen=True, slots=True)
class Block:
    """One paragraph, list item or table row. `marker` stands before the text: `- `, `2. `, indented if nested."""

    text: str
    kind: BlockKind = "paragraph"
    marker: str = ""

    @property
    def is_listed(self) -> bool:
        """Return whether the block is a line of a list or table rather than a paragraph."""
        return self.kind != "paragraph"


@dataclass(frozen=True, slots=True)
class DocumentSection:
    """The blocks under one heading; `heading_path` ends with that heading and is empty before the first one."""

    heading_path: tuple[str, ...]
    blocks: tuple[Block, ...]


@dataclass(frozen=True, slots=True)
class Content:
    """What a reader returns: the words of a file in order, and what the file says of itself.

    `metadata_lines` says on which line of the file a field of `metadata` stands, where that can be told.
    `has_unrelated_paragraphs` is true for plain text, which has no structure: neighbours may have nothing in common.
    """

    sections: tuple[DocumentSection, ...]
    title: str = ""
    metadata: Mapping[str, object] = field(default_factory=dict)
    has_unrelated_paragraphs: bool = False
    metadata_lines: Mapping[str, int] = field(default_factory=dict)

    @property
    def is_empty(self) -> bool:
        """Return whether there is no block with words in it."""
        return not any(block.text.strip() for section in self.sections for block in section.blocks)


@dataclass(frozen=True, slots=True)
class Document:
    """A document on its way through the pipeline: its content, its source and the digest of its original bytes."""

    document_id: str
    source: Source
    content: Content
    digest: str


@dataclass(frozen=True, slots=True)
class PlacedBlock:
    """A block with its place in the stored text; `start` is where the words begin, after the marker."""

    block: Block
    line_start: int
    start: int
    end: int


@dataclass(frozen=True, slots=True)
class PlacedSection:
    """A section whose blocks have their places in the stored text."""

    heading_path: tuple[str, ...]
    blocks: tuple[PlacedBlock, ...]


class Outline:
    """Collects headings and blocks in reading order and returns them as sections."""

    def __init__(self) -> None:
        self._stack: list[tuple[int, str]] = []
        self._blocks: list[Block] = []
        self._sections: list[DocumentSection] = []

    def add_heading(self, level: int, text: str) -> None:
        """Start a section; `level` counts from 1. A heading too long to be one is kept as a paragraph."""
        text = " ".join(text.split())
        if not text:
            return
        if len(text.split()) > MAX_HEADING_WORDS:
            self.add(Block(text))
            return
        self._close()
        self._stack = [(depth, name) for depth, name in self._stack if depth < level]
        self._stack.append((level, text))

    def add(self, block: Block) -> None:
        """Add a block under the current heading; one without any text is left out."""
        if block.text.strip():
            self._blocks.append(block)

    def sections(self) -> tuple[DocumentSection, ...]:
        """Return everything added so far; a heading without blocks gives a section without blocks."""
        self._close()
        self._stack = []
        return tuple(self._sections)

    def _close(self) -> None:
        if self._blocks or self._stack:
            path = tuple(name for _, name in self._stack)
            if self._blocks or not self._sections or self._sections[-1].heading_path != path:
                self._sections.append(DocumentSection(path, tuple(self._blocks)))
        self._blocks = []


def lay_out(document: Document) -> tuple[StoredDocument, tuple[PlacedSection, ...]]:
    """Return the document as stored text, and every block with its span in that text.

    Headings stand on their own lines; blocks are parted by an empty line, list items and table rows by a line end.
    Spans count Unicode code points. Sections without blocks keep their heading line and have no span.
    """
    text = _Text()
    placed: list[PlacedSection] = []
    for section in document.content.sections:
        if section.heading_path:
            text.start_paragraph()
            text.append(section.heading_path[-1])
        blocks = tuple(_place(text, section.blocks))
        if blocks:
            path = tuple(part for part in section.heading_path if part != document.source.title)
            placed.append(PlacedSection(path, blocks))
    stored = StoredDocument(
        document_id=document.document_id,
        source=document.source,
        text=text.joined(),
        sections=tuple(Section(s.heading_path, s.blocks[0].line_start, s.blocks[-1].end) for s in placed),
        digest=document.digest,
    )
    return stored, tuple(placed)


class _Text:
    """Text that grows at its end and knows its length."""

    def __init__(self) -> None:
        self._parts: list[str] = []
        self.length = 0

    def append(self, part: str) -> None:
        self._parts.append(part)
        self.length += len(part)

    def start_paragraph(self) -> None:
        if self.length:
            self.append("\n\n")

    def joined(self) -> str:
        return "".join(self._parts)


def _place(text: _Text, blocks: Sequence[Block]) -> list[PlacedBlock]:
    placed: list[PlacedBlock] = []
    for block in blocks:
        follows_lead_in = bool(placed) and placed[-1].block.text.endswith(":")
        if block.is_listed and placed and (placed[-1].block.is_listed or follows_lead_in):
            text.append("\n")
        else:
            text.start_paragraph()
        line_start = text.length
        text.append(block.marker)
        start = text.length
        text.append(block.text)
        placed.append(PlacedBlock(block, line_start, start, text.length))
    return placed
