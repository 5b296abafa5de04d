"""Reader for HTML: headings, paragraphs, lists and tables of the main part; scripts and page furniture are left out."""

from __future__ import annotations

import re
from collections.abc import Iterator

from lxml import etree, html

from ingest.documents import Block, Content, Outline
from ingest.errors import DocumentMalformed
from ingest.readers.encodings import decode

_CHARSET = re.compile(rb"<meta[^>]{0,200}?charset\s*=\s*[\"']?\s*([\w.:-]+)", re.IGNORECASE)
_XML_CHARSET = re.compile(rb"^\s*<\?xml[^>]{0,100}?encoding\s*=\s*[\"']([\w.:-]+)", re.IGNORECASE)
_TEMPLATE_MARKS = re.compile(r"\{%.*?%\}|\{\{.*?\}\}|\{#.*?#\}", re.DOTALL)
_DROPPED = frozenset(
    """
    script style noscript template nav footer aside form button select option input textarea svg math canvas
    iframe object embed audio video map head dialog menu
    """.split()  # noqa: SIM905  (a list of words reads better)
)
_DROPPED_ROLES = frozenset(
    ("navigation", "banner", "contentinfo", "complementary", "search", "menu", "menubar", "dialog", "alertdialog")
)
_FURNITURE = re.compile(
    r"(?:^|[\s_-])(?:nav(?:bar|igation)?|breadcrumbs?|cookies?|consent|gdpr|newsletter|subscribe|signup|share|sharing|social|"
    r"sidebar|related|recommended|comments?|advert(?:isement)?|ads?|promo|popup|modal|skip-?link|footer|masthead|"
    r"pagination|pager|toc|byline|author-?(?:bio|box|info)|visually-?hidden|sr-only|screen-?reader\w*|print-only)(?:$|[\s_-])",
    re.IGNORECASE,
)
_HEADINGS = {f"h{level}": level for level in range(1, 7)}
_BLOCKS = frozenset(
    """
    address article blockquote body caption center dd details div dl dt fieldset figcaption figure header hgroup
    html legend li main ol p pre section summary table tbody td tfoot th thead tr ul
    """.split()  # noqa: SIM905  (a list of words reads better)
) | frozenset(_HEADINGS)
_TABLE_PARTS = frozenset(("table", "tbody", "thead", "tfoot", "tr", "td", "th", "caption"))
_MAX_CELL_WORDS = 60
_PAGE_TITLE = re.compile(r"\{%\s*set\s+(?:page_?title|title)\s*=\s*[\"'](.+?)[\"']\s*%\}", re.IGNORECASE)
_MAX_ELEMENTS = 500_000


def read(raw: bytes, name: str) -> Content:
    """Return the sections of an HTML page, with what it says of itself (title, publisher, address, dates, licence).

    Where the page marks its main part (`main`, `article`, a role), only that is read.

    Raises:
        DocumentMalformed: if the bytes are not text or the page is not one.
    """
    text = decode(raw, _declared_charset(raw))
    page_title = _PAGE_TITLE.search(text) if name.lower().endswith(".njk") else None
    if name.lower().endswith(".njk"):
        text = _TEMPLATE_MARKS.sub(" ", text)
    root = _parse(text)
    metadata = _metadata(root)
    etree.strip_elements(root, "script", "style", "noscript", "template", with_tail=False)
    main = _main_part(root)
    _drop_furniture(main)
    outline = Outline()
    _Walk(outline).run(main)
    sections = outline.sections()
    title = page_title[1] if page_title else str(metadata.pop("title", ""))
    title = title or next((s.heading_path[0] for s in sections if s.heading_path), "")
    return Content(sections, title=title, metadata=metadata)


def _declared_charset(raw: bytes) -> str:
    match = _XML_CHARSET.search(raw[:1024]) or _CHARSET.search(raw[:4096])
    return match[1].decode("ascii") if match else ""


def _parse(text: str) -> html.HtmlElement:
    # Characters XML does not allow would make lxml refuse the whole text.
    text = re.sub(r"[\x00-\x08\x0b\x0c\x0e-\x1f\ud800-\udfff\ufffe\uffff]", "", text)
    text = re.sub(r"^\s*<\?xml[^>]*\?>", "", text)
    parser = html.HTMLParser(remove_comments=True, remove_pis=True, no_network=True, huge_tree=False)
    try:
        root = html.document_fromstring(text, parser=parser, ensure_head_body=True)
    except (etree.ParserError, etree.XMLSyntaxError, ValueError) as exc:
        raise DocumentMalformed(f"expected an HTML page, found {exc}; open it in a browser and save it again") from exc
    _mend_head(root)
    for number, _ in enumerate(root.iter()):
        if number > _MAX_ELEMENTS:
            raise DocumentMalformed(f"expected at most {_MAX_ELEMENTS:,} elements, found more; split the page")
    return root


def _mend_head(root: html.HtmlElement) -> None:
    """Move to the body what the parser, which knows no HTML 5, left in the head of a page without `<body>`."""
    head, body = root.find("head"), root.find("body")
    if head is None or body is None:
        return
    known = {"title", "meta", "link", "style", "script", "base", "noscript", "template"}
    stray = [child for child in head if child.tag not in known]
    for place, child in enumerate(stray):
        body.insert(place, child)


def _main_part(root: html.HtmlElement) -> html.HtmlElement:
    body = root.find("body")
    whole = body if body is not None else root
    for path in (".//main", './/*[@role="main"]', ".//article", './/*[@id="main-content" or @id="content"]'):
        found = list(whole.iterfind(path)) if " or " not in path else whole.xpath(path)
        if len(found) == 1 and _words(found[0]) >= 0.3 * _words(whole):
            return found[0]
    return whole


def _words(element: html.HtmlElement) -> int:
    return sum(len(str(part).split()) for part in element.itertext())


def _drop_furniture(main: html.HtmlElement) -> None:
    for element in list(main.iter(etree.Element)):
        if element is main or element.getparent() is None:
            continue
        if _is_furniture(element):
            # drop_tree keeps the words that follow the element.
            element.drop_tree()


def _is_furniture(element: html.HtmlElement) -> bool:
    if element.tag in _DROPPED or element.get("role") in _DROPPED_ROLES:
        return True
    if element.get("hidden") is not None or element.get("aria-hidden") == "true":
        return True
    if re.search(r"display\s*:\s*none|visibility\s*:\s*hidden", element.get("style", "")):
        return True
    if element.tag == "header" and element.find(".//h1") is None:
        return True
    if element.tag == "sup":
        return element.find(".//a") is not None or "ref" in element.get("class", "")
    names = f"{element.get('class', '')} {element.get('id', '')}"
    # A name alone does not condemn most of a page ("page-with-sidebar").
    return element.tag not in {"body", "main", "article"} and bool(_FURNITURE.search(names)) and _words(element) < 400


class _Walk:
    """Goes through a page in reading order without recursion, and fills an outline."""

    def __init__(self, outline: Outline) -> None:
        self._outline = outline
        self._text: list[str] = []
        self._lists: list[int | None] = []
        self._tables: list[bool] = []
        self._item_marker = ""

    def run(self, main: html.HtmlElement) -> None:
        for event, element in etree.iterwalk(main, events=("start", "end")):
            if event == "start":
                self._start(element)
            else:
                self._end(element, is_root=element is main)
        self._flush()

    def _start(self, element: html.HtmlElement) -> None:
        tag = element.tag
        if tag == "table":
            self._tables.append(_holds_data(element))
        if tag in {"td", "th"} and self._is_data():
            pass
        elif tag in _BLOCKS and self._is_in_cell(tag):
            self._text.append(" ")
        elif tag in _BLOCKS:
            self._flush()
        if self._is_in_cell(tag):
            pass
        elif tag in {"ul", "ol"}:
            self._lists.append(int(element.get("start") or 1) if _is_numbered(element) else None)
        elif tag == "li":
            self._item_marker = self._next_marker()
        if tag in {"br", "hr"}:
            self._text.append(" ")
        self._text.append(element.text or "")

    def _end(self, element: html.HtmlElement, *, is_root: bool) -> None:
        tag = element.tag
        if self._is_in_cell(tag):
            self._text.append(" " if tag in _BLOCKS else "")
        elif tag in _HEADINGS:
            words = " ".join("".join(self._text).split())
            self._text.clear()
            self._outline.add_heading(_HEADINGS[tag], words)
        elif tag in {"td", "th"} and self._is_data():
            # Cells wait for their row.
            self._text.append(" | ")
        elif tag == "tr" and self._is_data():
            self._flush("row")
        elif tag in _BLOCKS:
            self._flush()
            self._close_list(tag)
        if tag == "table" and self._tables:
            self._tables.pop()
        if not is_root:
            self._text.append(element.tail or "")

    def _is_in_cell(self, tag: str) -> bool:
        """Return whether an element stands inside a table of data, where a cell is one run of words."""
        return self._is_data() and tag not in _TABLE_PARTS

    def _is_data(self) -> bool:
        return bool(self._tables) and self._tables[-1]

    def _close_list(self, tag: str) -> None:
        if tag in {"ul", "ol"} and self._lists:
            self._lists.pop()
        elif tag == "li":
            self._item_marker = ""

    def _next_marker(self) -> str:
        if not self._lists:
            return "- "
        indent = "  " * (len(self._lists) - 1)
        number = self._lists[-1]
        if number is None:
            return indent + "- "
        self._lists[-1] = number + 1
        return f"{indent}{number}. "

    def _flush(self, kind: str = "") -> None:
        words = " ".join("".join(self._text).split()).strip(" |")
        self._text.clear()
        if not words:
            return
        if kind == "row":
            self._outline.add(Block(words, "row"))
        elif self._item_marker or self._lists:
            is_step = bool(self._lists) and self._lists[-1] is not None
            marker = self._item_marker or "  " * len(self._lists)
            self._outline.add(Block(words, "step" if is_step else "bullet", marker))
            self._item_marker = ""
        else:
            self._outline.add(Block(words))


def _holds_data(table: html.HtmlElement) -> bool:
    """Return whether a table is one of data, with short cells, rather than the layout of a page."""
    if table.get("role") == "presentation" or table.find(".//table") is not None:
        return False
    if any(table.find(f".//{tag}") is not None for tag in _HEADINGS):
        return False
    return all(_words(cell) <= _MAX_CELL_WORDS for cell in table.iter("td", "th"))


def _is_numbered(element: html.HtmlElement) -> bool:
    return element.tag == "ol" and (element.get("start") or "1").lstrip("-").isdigit()


def _metadata(root: html.HtmlElement) -> dict[str, object]:
    found: dict[str, object] = {}
    title = root.findtext(".//title") or ""
    names = {"og:title": "title", "og:site_name": "publisher", "og:url": "url", "dcterms.license": "licence"}
    for meta in root.iterfind(".//meta"):
        key = (meta.get("property") or meta.get("name") or "").lower()
        value = " ".join((meta.get("content") or "").split())
        if key in names and value:
            found.setdefault(names[key], value)
        elif key in {"article:modified_time", "dcterms.modified", "dc.date", "article:published_time"}:
            date = re.match(r"\d{4}-\d{2}-\d{2}", value)
            if date:
                found.setdefault("written", date[0])
    for link in _links(root):
        rel, target = (link.get("rel") or "").lower(), link.get("href") or ""
        if rel == "canonical" and re.match(r"https?://[^\s/]+\S*$", target):
            found.setdefault("url", target)
        elif "license" in rel.split() and target:
            found.setdefault("licence", target)
    if not re.match(r"https?://[^\s/]+\S*$", str(found.get("url", "http://a"))):
        del found["url"]
    # "Sciatica - NHS": the site's name after the title says nothing about the page.
    found.setdefault("title", re.split(r"\s+[|–—·»]\s+|\s+-\s+", " ".join(title.split()))[0])
    return found


def _links(root: html.HtmlElement) -> Iterator[html.HtmlElement]:
    yield from root.iterfind(".//link")
    yield from root.iterfind(".//a[@rel]")
