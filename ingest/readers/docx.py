"""Reader for Word documents (DOCX), by python-docx: headings, paragraphs, lists, tables and text boxes."""

from __future__ import annotations

import io
import re
import zipfile
from collections.abc import Iterator, Mapping

import docx
from docx.opc.exceptions import OpcError
from lxml import etree

from ingest.documents import Block, Content, Outline
from ingest.errors import DocumentEncrypted, DocumentMalformed, DocumentTooLarge

MAX_UNPACKED_BYTES = 200_000_000
MAX_FILES = 5_000
_W = "{http://schemas.openxmlformats.org/wordprocessingml/2006/main}"
_MC = "{http://schemas.openxmlformats.org/markup-compatibility/2006}"
_MAIN_PART = "word/document.xml"
_LISTED = re.compile(r"list\s?(bullet|number|paragraph)", re.IGNORECASE)
# A picture of the same words for older programs; instructions of fields; deleted text.
_SKIPPED = frozenset((f"{_MC}Fallback", f"{_W}instrText", f"{_W}del", f"{_W}moveFrom", f"{_W}rPr", f"{_W}pPr"))


def read(raw: bytes, name: str) -> Content:  # noqa: ARG001  (part of the Reader protocol)
    """Return the sections of a Word document. Comments, notes, page heads and deleted text are left out.

    Raises:
        DocumentTooLarge: if it unpacks to more than `MAX_UNPACKED_BYTES`.
        DocumentEncrypted: if it needs a password.
        DocumentMalformed: if it is not a Word document.
    """
    _check_archive(raw)
    body, styles, numbered, title = _parts(raw)
    outline = Outline()
    _add_children(outline, body, styles, numbered)
    sections = outline.sections()
    return Content(sections, title=title or next((s.heading_path[0] for s in sections if s.heading_path), ""))


def _check_archive(raw: bytes) -> None:
    try:
        with zipfile.ZipFile(io.BytesIO(raw)) as archive:
            files = archive.infolist()
            names = {file.filename for file in files}
            if any(file.flag_bits & 0x1 for file in files):
                raise DocumentEncrypted("expected a DOCX without a password, found an encrypted one; save it without")
            unpacked = sum(file.file_size for file in files)
            if unpacked > MAX_UNPACKED_BYTES or len(files) > MAX_FILES:
                raise DocumentTooLarge(
                    f"expected at most {MAX_UNPACKED_BYTES:,} bytes unpacked, found {unpacked:,} ({len(files):,} files)"
                )
    except (zipfile.BadZipFile, NotImplementedError, OSError) as exc:
        raise DocumentMalformed(f"expected a DOCX file, found a broken archive ({exc}); save it again") from exc
    if _MAIN_PART not in names and "word/document2.xml" not in names:
        raise DocumentMalformed("expected a Word document, found another kind of archive; export it as DOCX")


def _parts(raw: bytes) -> tuple[etree._Element, Mapping[str, str], frozenset[str], str]:
    """Return the body, the names of styles by id, the ids of numbered lists, and the title.

    A document with a broken part besides the body is still read, without names of styles.
    """
    try:
        document = docx.Document(io.BytesIO(raw))
        styles = {style.style_id: style.name or "" for style in document.styles}
        return document.element.body, styles, _numbered(document), str(document.core_properties.title or "")
    except (OpcError, KeyError, ValueError, AttributeError, etree.XMLSyntaxError, zipfile.BadZipFile):
        return _bare_body(raw), {}, frozenset(), ""


def _bare_body(raw: bytes) -> etree._Element:
    parser = etree.XMLParser(resolve_entities=False, no_network=True, huge_tree=False)
    try:
        with zipfile.ZipFile(io.BytesIO(raw)) as archive:
            root = etree.fromstring(archive.read(_MAIN_PART), parser)
    except (KeyError, etree.XMLSyntaxError, zipfile.BadZipFile, OSError, EOFError) as exc:
        raise DocumentMalformed(f"expected a Word document, found a broken one ({exc}); save it again") from exc
    body = root.find(f"{_W}body")
    if body is None:
        raise DocumentMalformed("expected a Word document with a body, found none; save it again")
    return body


def _numbered(document: docx.document.Document) -> frozenset[str]:
    """Return the ids of the lists whose first level counts."""
    try:
        root = document.part.numbering_part.element
    except (KeyError, NotImplementedError):
        return frozenset()
    kinds = {
        abstract.get(f"{_W}abstractNumId"): (
            fmt.get(f"{_W}val") if (fmt := abstract.find(f".//{_W}numFmt")) is not None else ""
        )
        for abstract in root.iterfind(f"{_W}abstractNum")
    }
    found = set()
    for number in root.iterfind(f"{_W}num"):
        target = number.find(f"{_W}abstractNumId")
        if target is not None and kinds.get(target.get(f"{_W}val")) not in {"bullet", "none", "", None}:
            found.add(str(number.get(f"{_W}numId")))
    return frozenset(found)


def _add_children(
    outline: Outline, parent: etree._Element, styles: Mapping[str, str], numbered: frozenset[str]
) -> None:
    count = 0
    for child in parent.iterchildren():
        if child.tag == f"{_W}p":
            count = _add_paragraph(outline, child, styles, numbered, count)
        elif child.tag == f"{_W}tbl":
            for row in child.iter(f"{_W}tr"):
                cells = [_text(cell) for cell in row.iterchildren(f"{_W}tc")]
                outline.add(Block(" | ".join(cell for cell in cells if cell), "row"))
            count = 0
        elif child.tag in {f"{_W}sdt", f"{_W}sdtContent"}:
            _add_children(outline, child, styles, numbered)


def _add_paragraph(
    outline: Outline, paragraph: etree._Element, styles: Mapping[str, str], numbered: frozenset[str], count: int
) -> int:
    """Add a paragraph and the text boxes anchored in it; returns the number of the list item it was, or 0."""
    text = _text(paragraph)
    style = _value(paragraph, "pStyle")
    style_name = styles.get(style, style)
    list_id = _value(paragraph, "numPr", "numId")
    heading = re.match(r"(?:heading|überschrift|titre)\s?(\d)", style_name, re.IGNORECASE)
    is_numbered = list_id in numbered or "number" in style_name.lower()
    if heading or style_name.lower() in {"title", "subtitle"}:
        outline.add_heading(int(heading[1]) if heading else 1, text)
        count = 0
    elif text and ((list_id and list_id != "0") or _LISTED.search(style_name)):
        count = count + 1 if is_numbered else 0
        outline.add(Block(text, "step", f"{count}. ") if is_numbered else Block(text, "bullet", "- "))
    else:
        outline.add(Block(text))
        count = 0 if text else count
    for box in _boxes(paragraph):
        _add_children(outline, box, styles, numbered)
    return count


def _value(paragraph: etree._Element, *path: str) -> str:
    found = paragraph.find("/".join((f"{_W}pPr", *(f"{_W}{name}" for name in path))))
    return str(found.get(f"{_W}val") or "") if found is not None else ""


def _boxes(paragraph: etree._Element) -> Iterator[etree._Element]:
    for box in paragraph.iter(f"{_W}txbxContent"):
        outside = [parent for parent in box.iterancestors() if parent.tag in {f"{_MC}Fallback", f"{_W}txbxContent"}]
        if not any(paragraph in parent.iterancestors() for parent in outside):
            yield box


def _text(element: etree._Element) -> str:
    """Return the words of a paragraph or cell, without those of text boxes in it and of deleted text."""
    parts: list[str] = []
    waiting = [element]
    while waiting:
        part = waiting.pop()
        if part.tag in _SKIPPED or part.tag == f"{_W}txbxContent":
            continue
        if part.tag == f"{_W}t":
            parts.append(part.text or "")
        elif part.tag in {f"{_W}tab", f"{_W}br", f"{_W}cr"}:
            parts.append(" ")
        elif part.tag == f"{_W}noBreakHyphen":
            parts.append("-")
        if part.tag == f"{_W}p" and parts:
            parts.append(" ")
        waiting.extend(reversed(list(part.iterchildren(etree.Element))))
    return " ".join("".join(parts).split())
