"""Reader for plain text: paragraphs parted by empty lines or by line ends, lists, and short lines that head others."""

from __future__ import annotations

import re

from ingest.documents import Block, Content, Outline
from ingest.readers.encodings import decode

_ITEM = re.compile(r"^(?P<indent>\s*)(?:(?P<number>\d{1,2})[.)]|[-*•·‣▪○–])\s+(?P<text>\S.*)$")
_ENDS_SENTENCE = re.compile(r"[.!?…:;][\"'”’)\]]*$")
_UNDERLINE = re.compile(r"^([=\-_~*])\1{2,}$")
_MAX_WRAPPED_LINE = 110
_MAX_HEADING_WORDS = 12


def read(raw: bytes, name: str) -> Content:  # noqa: ARG001  (part of the Reader protocol)
    """Return the paragraphs of a text file; `name` is not used.

    Lines that were wrapped are joined again. In a file whose lines are whole paragraphs, each line is one.

    Raises:
        DocumentMalformed: if the bytes are not text.
    """
    text = decode(raw).replace("\f", "\n\n").replace("\v", "\n").expandtabs(4)
    groups = [group for part in re.split(r"\n[^\S\n]*\n", text) if (group := _lines(part))]
    outline = Outline()
    for number, group in enumerate(groups):
        has_more = number + 1 < len(groups)
        if _is_heading(group, has_more, groups[number + 1][0] if has_more else ""):
            outline.add_heading(2 if number else 1, group[0].strip())
        else:
            _add_group(outline, group)
    sections = outline.sections()
    starts_with_heading = bool(sections) and bool(sections[0].heading_path)
    return Content(
        sections, title=sections[0].heading_path[0] if starts_with_heading else "", has_unrelated_paragraphs=True
    )


def _lines(part: str) -> list[str]:
    return [line.rstrip() for line in part.split("\n") if line.strip() and not _UNDERLINE.match(line.strip())]


def _is_heading(group: list[str], has_more: bool, following: str) -> bool:
    """Return whether a lone short line heads what follows: capitalised, no full stop, and a longer line after it."""
    line = group[0].strip()
    if len(group) != 1 or not has_more or _ITEM.match(line) or len(line.split()) > _MAX_HEADING_WORDS:
        return False
    if not line[0].isupper() or line.endswith((".", "!", ":", ";", ",", "…")):
        return False
    return sum(char.isalpha() for char in line) >= 3 and len(following.strip()) > 1.5 * len(line)


def _is_question(line: str, following: str) -> bool:
    """Return whether a line inside a group asks what the much longer line after it answers."""
    is_short = len(line.split()) <= _MAX_HEADING_WORDS and len(following) > 3 * len(line)
    return is_short and not _ITEM.match(line) and line.rstrip().endswith("?") and line.strip()[0].isalpha()


def _add_group(outline: Outline, lines: list[str]) -> None:
    if not _is_wrapped(lines):
        for number, line in enumerate(lines):
            if _is_question(line, lines[number + 1] if number + 1 < len(lines) else ""):
                outline.add_heading(2, line)
            else:
                outline.add(_block(line))
        return
    pending = ""
    for line in lines:
        if _ITEM.match(line) and pending:
            outline.add(_block(pending))
            pending = ""
        pending = f"{pending} {line.strip()}" if pending else line
    outline.add(_block(pending))


def _is_wrapped(lines: list[str]) -> bool:
    """Return whether the lines are one paragraph cut at a margin: none is long, few end where a sentence ends."""
    if len(lines) < 2 or max(len(line) for line in lines) > _MAX_WRAPPED_LINE:
        return False
    ended = sum(1 for line in lines[:-1] if _ENDS_SENTENCE.search(line))
    starts = sum(1 for line in lines[1:] if line.strip()[:1].islower())
    items = sum(1 for line in lines if _ITEM.match(line))
    if items == len(lines):
        return False
    if items:
        return starts > 0
    longest = max(len(line) for line in lines[:-1])
    full = sum(1 for line in lines[:-1] if len(line) >= 0.7 * longest)
    return ended <= 0.5 * (len(lines) - 1) and (starts > 0 or (full == len(lines) - 1 and longest > 50))


def _block(line: str) -> Block:
    match = _ITEM.match(line)
    if not match:
        return Block(line.strip())
    number = match["number"]
    return Block(match["text"].strip(), "step" if number else "bullet", f"{number}. " if number else "- ")
