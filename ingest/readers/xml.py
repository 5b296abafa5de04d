"""Reader for two kinds of XML: JATS journal articles and MedQuAD questions and answers."""

from __future__ import annotations

from lxml import etree

from ingest.documents import Block, Content, Outline
from ingest.errors import DocumentMalformed, UnsupportedFormat

_LEFT_OUT = frozenset(
    ("xref", "table-wrap", "fig", "disp-formula", "inline-formula", "fn", "supplementary-material", "label")
)


def read(raw: bytes, name: str) -> Content:
    """Return the sections of a JATS article, or the questions (as headings) and answers of a MedQuAD document.

    Raises:
        DocumentMalformed: if it is not XML.
        UnsupportedFormat: if it is another kind of XML.
    """
    parser = etree.XMLParser(resolve_entities=False, no_network=True, huge_tree=False, load_dtd=False, recover=False)
    try:
        root = etree.fromstring(raw, parser)
    except (etree.XMLSyntaxError, ValueError) as exc:
        raise DocumentMalformed(f"{name}: expected XML, found {exc}") from exc
    if root.find(".//QAPair") is not None:
        return _questions(root)
    article = root if etree.QName(root).localname == "article" else root.find(".//{*}article")
    if article is not None and article.find("{*}body") is not None:
        return _article(article)
    raise UnsupportedFormat(f"expected a JATS article or a MedQuAD document, found <{etree.QName(root).localname}>")


def _questions(root: etree._Element) -> Content:
    outline = Outline()
    for pair in root.iter("QAPair"):
        answer = " ".join((pair.findtext("Answer") or "").split())
        if answer:
            outline.add_heading(2, pair.findtext("Question") or "")
            outline.add(Block(answer))
    metadata: dict[str, object] = {"publisher": root.get("source") or ""}
    if (root.get("url") or "").startswith(("http://", "https://")):
        metadata["url"] = root.get("url")
    return Content(outline.sections(), title=root.findtext("Focus") or "", metadata=metadata)


def _article(article: etree._Element) -> Content:
    outline = Outline()
    title = _words(article.find(".//{*}article-meta//{*}article-title"))
    for abstract in article.iterfind(".//{*}article-meta/{*}abstract"):
        outline.add_heading(2, _words(abstract.find("{*}title")) or "Abstract")
        _add_section(outline, abstract, 2)
    body = article.find("{*}body")
    if body is not None:
        _add_section(outline, body, 1)
    publisher = article.findtext(".//{*}journal-meta//{*}journal-title") or ""
    licence = _words(article.find(".//{*}permissions/{*}license")) or _words(article.find(".//{*}copyright-statement"))
    year = article.findtext(".//{*}article-meta/{*}pub-date/{*}year") or ""
    doi = next((e.text or "" for e in article.iter("{*}article-id") if e.get("pub-id-type") == "doi"), "")
    metadata: dict[str, object] = {"publisher": publisher.strip(), "licence": licence}
    if year.strip().isdigit():
        metadata["written"] = f"{year.strip()}-01-01"
    if doi.strip():
        metadata["url"] = f"https://doi.org/{doi.strip()}"
    return Content(outline.sections(), title=title, metadata=metadata)


def _add_section(outline: Outline, section: etree._Element, level: int) -> None:
    """Add what stands in a section, in order; libxml2 limits the depth of the tree, so recursion is safe."""
    for child in section.iterchildren(etree.Element):
        kind = etree.QName(child).localname
        if kind == "sec":
            heading = _words(child.find("{*}title"))
            if heading:
                outline.add_heading(level + 1, heading)
            _add_section(outline, child, level + 1)
        elif kind == "p":
            outline.add(Block(_words(child)))
        elif kind == "list":
            numbered = child.get("list-type") in {"order", "arabic"}
            for number, item in enumerate(child.iterfind("{*}list-item"), 1):
                marker = f"{number}. " if numbered else "- "
                outline.add(Block(_words(item), "step" if numbered else "bullet", marker))
        elif kind in {"boxed-text", "disp-quote"}:
            _add_section(outline, child, level)


def _words(element: etree._Element | None) -> str:
    """Return the words of an element without references, figures and footnotes in it."""
    if element is None:
        return ""
    parts: list[str] = []
    waiting: list[tuple[etree._Element, bool]] = [(element, False)]
    while waiting:
        part, is_end = waiting.pop()
        if is_end:
            parts.append((part.tail or "") if part is not element else "")
            continue
        waiting.append((part, True))
        if isinstance(part.tag, str) and etree.QName(part).localname not in _LEFT_OUT:
            parts.append(part.text or "")
            waiting.extend((child, False) for child in reversed(list(part)))
    text = " ".join("".join(parts).split())
    return text.replace("( )", "").replace("()", "").replace(" ,", ",").replace(" .", ".")
