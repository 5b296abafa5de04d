"""Reader for PDF, by pypdfium2: lines with their places are joined into paragraphs; larger type makes headings."""

from __future__ import annotations

import re
import statistics
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass

import pypdfium2 as pdfium

from ingest.documents import Block, Content, Outline
from ingest.errors import DocumentEncrypted, DocumentMalformed, DocumentScanned, DocumentTooLarge

MAX_PAGES = 2000
_HEADING_SIZE = 1.15
_PARAGRAPH_GAP = 1.6
_BULLET = re.compile(r"^\s*(?:[•▪●◦○‣⁃·*-]|\uf0b7)\s+(?=\S)")
_NUMBERED = re.compile(r"^\s*(\d{1,2})[.)]\s+(?=[A-Z“\"‘'])")
_ENDS_SENTENCE = re.compile(r"[.!?:][\"'”’)\]]*$")


@dataclass(frozen=True, slots=True)
class _Line:
    """One line of a page; `top` and `bottom` in points from the foot of the page, `size` the height of its type."""

    text: str
    top: float
    bottom: float
    left: float
    size: float


def read(raw: bytes, name: str) -> Content:
    """Return the paragraphs of a PDF, lines joined, words cut at line ends mended, running heads left out.

    Raises:
        DocumentEncrypted: if a password is needed.
        DocumentScanned: if its pages are pictures.
        DocumentMalformed: if the file is broken.
        DocumentTooLarge: if it has more than `MAX_PAGES` pages.
    """
    try:
        pdf = pdfium.PdfDocument(raw)
    except pdfium.PdfiumError as exc:
        if "password" in str(exc).lower() or "security" in str(exc).lower():
            raise DocumentEncrypted(
                "expected a PDF without a password, found an encrypted one; save it without"
            ) from exc
        raise DocumentMalformed(f"expected a PDF, found a broken file ({exc}); save it again") from exc
    try:
        title = str(pdf.get_metadata_value("Title") or "")
        pages = _pages(pdf, name)
    except pdfium.PdfiumError as exc:
        raise DocumentMalformed(f"expected a PDF, found a broken page ({exc}); save it again") from exc
    finally:
        pdf.close()
    outline = Outline()
    lines = _without_running_heads(pages)
    _add_lines(outline, lines)
    sections = outline.sections()
    return Content(sections, title=title if _is_title(title) else _first_heading(lines))


def _pages(pdf: pdfium.PdfDocument, name: str) -> list[list[_Line]]:
    if len(pdf) > MAX_PAGES:
        raise DocumentTooLarge(f"{name}: expected at most {MAX_PAGES} pages, found {len(pdf)}; split the file")
    pages: list[list[_Line]] = []
    has_pictures = False
    for page in pdf:
        text_page = page.get_textpage()
        pages.append(_lines(text_page))
        text_page.close()
        has_pictures = has_pictures or any(page.get_objects(filter=(pdfium.raw.FPDF_PAGEOBJ_IMAGE,), max_depth=3))
        page.close()
    letters = sum(char.isalnum() for lines in pages for line in lines for char in line.text)
    if letters < 20 * len(pages) and has_pictures:
        raise DocumentScanned("expected text, found pictures of pages; run text recognition (OCR) on the file first")
    return pages


def _lines(text_page: pdfium.PdfTextPage) -> list[_Line]:
    """Return the lines of a page in the order of its text, each with the box around its pieces."""
    lines: list[_Line] = []
    text = text_page.get_text_range()
    position = 0
    for part in re.split(r"(\r?\n|\r)", text):
        if part.strip():
            lines.append(_line(text_page, part, position))
        position += len(part)
    return lines


def _line(text_page: pdfium.PdfTextPage, part: str, position: int) -> _Line:
    places = [number for number, char in enumerate(part) if not char.isspace()]
    chosen = {places[0], places[len(places) // 2], places[-1]}
    boxes = [
        text_page.get_charbox(position + place, loose=True)
        for place in sorted(chosen)
        if _has_box(text_page, position + place)
    ]
    if not boxes:
        return _Line(part, 0.0, 0.0, 0.0, 0.0)
    top, bottom = max(box[3] for box in boxes), min(box[1] for box in boxes)
    return _Line(part, top, bottom, boxes[0][0], max(box[3] - box[1] for box in boxes))


def _has_box(text_page: pdfium.PdfTextPage, place: int) -> bool:
    return bool(place < text_page.count_chars())


def _without_running_heads(pages: Sequence[Sequence[_Line]]) -> list[_Line]:
    """Return the lines of all pages without those that stand, but for numbers, at the edge of most pages."""
    edges = [{_folded(line.text) for line in (*lines[:2], *lines[-2:])} for lines in pages]
    counts = Counter(text for edge in edges for text in edge)
    repeated = {text for text, count in counts.items() if len(pages) >= 3 and count > 0.5 * len(pages)}
    kept: list[_Line] = []
    for lines, edge in zip(pages, edges, strict=True):
        last = len(lines) - 1
        for number, line in enumerate(lines):
            at_edge = number < 2 or number > last - 2
            folded = _folded(line.text)
            if not (
                at_edge
                and (
                    (folded in repeated and folded in edge)
                    or re.fullmatch(r"(?:page )?[-–| ]*#?(?: of #)?[-–| ]*", folded)
                )
            ):
                kept.append(line)
    return kept


def _folded(text: str) -> str:
    return " ".join(re.sub(r"\d+", "#", text.lower()).split())


def _add_lines(outline: Outline, lines: Sequence[_Line]) -> None:
    body = _body_size(lines)
    paragraph = ""
    previous: _Line | None = None
    for line in lines:
        if _is_heading(line, body):
            _add_paragraph(outline, paragraph)
            paragraph = ""
            outline.add_heading(1 if line.size >= 1.5 * body else 2, line.text)
        elif paragraph and previous is not None and _continues(previous, line, paragraph):
            paragraph = _joined(paragraph, line.text)
        else:
            _add_paragraph(outline, paragraph)
            paragraph = line.text.strip()
        previous = line
    _add_paragraph(outline, paragraph)


def _body_size(lines: Sequence[_Line]) -> float:
    sizes = [line.size for line in lines for _ in range(max(1, len(line.text) // 10)) if line.size > 0]
    return statistics.median(sizes) if sizes else 0.0


def _is_heading(line: _Line, body: float) -> bool:
    text = line.text.strip()
    if not body or line.size < _HEADING_SIZE * body or len(text.split()) > 15 or text.endswith((".", ",", ";")):
        return False
    return sum(char.isalpha() for char in text) >= 3


def _continues(previous: _Line, line: _Line, paragraph: str) -> bool:
    if _BULLET.match(line.text) or _NUMBERED.match(line.text):
        return False
    height = max(previous.size, 1.0)
    gap = previous.bottom - line.top
    if gap > (_PARAGRAPH_GAP - 1) * height or abs(previous.size - line.size) > 0.15 * height:
        return False
    if gap < -2 * height:
        # The line stands higher: a new column or page. A sentence may go on there.
        return not _ENDS_SENTENCE.search(paragraph)
    is_indented = line.left > previous.left + 0.8 * height
    return not (is_indented and _ENDS_SENTENCE.search(paragraph))


def _joined(paragraph: str, line: str) -> str:
    line = line.strip()
    # pdfium gives U+FFFE for a hyphen at a line end.
    if paragraph.endswith(("\ufffe", "\u00ad", "\x02")):
        return paragraph[:-1] + line
    if re.search(r"[a-z]-$", paragraph) and line[:1].islower():
        return paragraph[:-1] + line
    return f"{paragraph} {line}"


def _add_paragraph(outline: Outline, text: str) -> None:
    text = text.strip().replace("\ufffe", "").replace("\x02", "")
    numbered = _NUMBERED.match(text)
    bullet = _BULLET.match(text)
    if numbered:
        outline.add(Block(text[numbered.end() :], "step", f"{numbered[1]}. "))
    elif bullet:
        outline.add(Block(text[bullet.end() :], "bullet", "- "))
    elif text:
        outline.add(Block(text))


def _is_title(title: str) -> bool:
    return len(title.split()) >= 2 and not re.search(r"\.\w{2,4}$|^microsoft word|^untitled|[_/\\]", title.lower())


def _first_heading(lines: Sequence[_Line]) -> str:
    body = _body_size(lines)
    return next((line.text.strip() for line in lines[:20] if _is_heading(line, body)), "")
