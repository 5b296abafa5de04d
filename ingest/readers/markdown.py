"""Reader for Markdown with YAML front matter, by markdown-it-py: words without emphasis and link addresses."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence

import yaml
from markdown_it import MarkdownIt
from markdown_it.token import Token

from ingest.documents import Block, Content, Outline
from ingest.errors import DocumentMalformed
from ingest.readers.encodings import decode

_FRONT_MATTER = re.compile(r"\A---[ \t]*\n(.*?)\n(?:---|\.\.\.)[ \t]*(?:\n|\Z)", re.DOTALL)
_TAG = re.compile(r"<!--.*?-->|<[^<>]{1,500}>", re.DOTALL)
_SCRIPT = re.compile(r"<(script|style)\b.*?(?:</\1>|\Z)", re.DOTALL | re.IGNORECASE)


def read(raw: bytes, name: str) -> Content:
    """Return the sections of a Markdown file; its front matter becomes the metadata.

    Raises:
        DocumentMalformed: if the bytes are not text or the front matter is not a YAML mapping.
    """
    text = decode(raw)
    metadata, body = _front_matter(text, name)
    tokens = MarkdownIt("commonmark").enable("table").enable("strikethrough").parse(body)
    outline = Outline()
    _walk(tokens, outline)
    sections = outline.sections()
    title = str(metadata.get("title") or "")
    if not title and sections and sections[0].heading_path:
        title = sections[0].heading_path[0]
    return Content(sections, title=title, metadata=metadata, metadata_lines=_lines_of(metadata, text))


def _front_matter(text: str, name: str) -> tuple[Mapping[str, object], str]:
    match = _FRONT_MATTER.match(text)
    if not match:
        return {}, text
    try:
        values = yaml.safe_load(match[1])
    except (yaml.YAMLError, ValueError) as exc:
        mark = getattr(exc, "problem_mark", None)
        line = f", line {mark.line + 2}" if mark else ""
        raise DocumentMalformed(f"{name}{line}: expected YAML front matter, found {_first_line(exc)}") from exc
    if values is None:
        return {}, text[match.end() :]
    if not isinstance(values, dict):
        # A rule (---) at the top of ordinary Markdown, not front matter.
        return {}, text
    return {str(key): value for key, value in values.items()}, text[match.end() :]


def _lines_of(metadata: Mapping[str, object], text: str) -> dict[str, int]:
    """Return on which line each field of the front matter begins."""
    lines: dict[str, int] = {}
    for number, line in enumerate(text.split("\n"), 1):
        key = line.partition(":")[0].strip(" \"'")
        if key in metadata:
            lines.setdefault(key, number)
        if len(lines) == len(metadata):
            break
    return lines


def _first_line(exc: Exception) -> str:
    return str(getattr(exc, "problem", None) or exc).splitlines()[0]


class _Lists:
    """The lists that are open at a point of the document, and the marker due for the next item."""

    def __init__(self) -> None:
        self._numbers: list[int | None] = []
        self.is_item_start = False

    def open(self, token: Token) -> None:
        first = int(token.attrs.get("start", 1)) if token.type.startswith("ordered") else None
        self._numbers.append(first)

    def close(self) -> None:
        self._numbers.pop()
        self.is_item_start = False

    def block(self, text: str) -> Block:
        """Return the text as an item of the innermost list; a second paragraph of an item has no marker of its own."""
        if not self._numbers:
            return Block(text)
        number = self._numbers[-1]
        indent = "  " * (len(self._numbers) - 1)
        marker = indent + ("- " if number is None else f"{number}. ") if self.is_item_start else indent + "  "
        if number is not None and self.is_item_start:
            self._numbers[-1] = number + 1
        self.is_item_start = False
        return Block(text, "bullet" if number is None else "step", marker)


def _walk(tokens: Sequence[Token], outline: Outline) -> None:
    lists = _Lists()
    heading = 0
    row: list[str] | None = None
    for token in tokens:
        if token.type in {"bullet_list_open", "ordered_list_open"}:
            lists.open(token)
        elif token.type in {"bullet_list_close", "ordered_list_close"}:
            lists.close()
        elif token.type == "list_item_open":
            lists.is_item_start = True
        elif token.type == "heading_open":
            heading = int(token.tag[1])
        elif token.type == "tr_open":
            row = []
        elif token.type == "tr_close" and row is not None:
            outline.add(Block(" | ".join(row), "row"))
            row = None
        elif token.type == "inline":
            text = _inline_text(token)
            if row is not None:
                row.append(" ".join(text.split()))
            elif heading:
                outline.add_heading(heading, text)
                heading = 0
            else:
                outline.add(lists.block(" ".join(text.split())))
        elif token.type in {"fence", "code_block"}:
            outline.add(Block(" ".join(token.content.split())))
        elif token.type == "html_block":
            outline.add(Block(" ".join(_TAG.sub(" ", _SCRIPT.sub(" ", token.content)).split())))


def _inline_text(token: Token) -> str:
    parts: list[str] = []
    for child in token.children or ():
        if child.type in {"text", "code_inline"}:
            parts.append(child.content)
        elif child.type in {"softbreak", "hardbreak"} or (
            child.type == "html_inline" and child.content.lower().startswith("<br")
        ):
            parts.append(" ")
    return "".join(parts)
