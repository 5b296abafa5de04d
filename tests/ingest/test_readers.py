"""Every reader gives words under their headings, and refuses with a reason what it cannot read."""

from __future__ import annotations

import io
import time
import zipfile
from contextlib import suppress

import docx
import pypdfium2 as pdfium
import pytest

from ingest.documents import Content
from ingest.errors import DocumentMalformed, DocumentRefused, DocumentScanned, DocumentTooLarge, UnsupportedFormat
from ingest.readers import MAX_FILE_BYTES, read_content


def lines(content: Content) -> list[str]:
    return [block.marker + block.text for section in content.sections for block in section.blocks]


def headings(content: Content) -> list[tuple[str, ...]]:
    return [section.heading_path for section in content.sections]


def read(name: str, text: str) -> Content:
    return read_content(text.encode(), name)


def test_markdown_becomes_plain_words_under_headings() -> None:
    content = read(
        "a.md",
        "---\nid: hip\ntitle: Hip pain\nwritten: 2026-01-02\n---\n"
        "First *words* and [a link](x.md).\n\n## What **helps**?\n\n"
        "Do this:\n\n1. Lie down\n2. Get up\n   - slowly\n\n| a | b |\n|---|---|\n| 1 | 2 |\n\n"
        "<script>x()</script>\n### Deep\nEnd.\n",
    )
    assert content.title == "Hip pain"
    assert content.metadata["id"] == "hip"
    assert headings(content) == [(), ("What helps?",), ("What helps?", "Deep")]
    assert lines(content) == [
        "First words and a link.",
        "Do this:",
        "1. Lie down",
        "2. Get up",
        "  - slowly",
        "a | b",
        "1 | 2",
        "End.",
    ]


def test_a_rule_at_the_top_of_markdown_is_not_front_matter() -> None:
    assert lines(read("a.md", "---\nJust words here\n---\nMore words.\n"))[-1] == "More words."


def test_broken_front_matter_is_refused_with_its_line() -> None:
    with pytest.raises(DocumentMalformed, match=r"a\.md, line 3"):
        read("a.md", "---\nid: hip\ntitle: [Hip\n---\nWords.\n")


def test_lines_of_text_are_paragraphs_unless_they_were_wrapped() -> None:
    long = "This whole paragraph stands on one line and is about the hip, which is a joint, and so on and on. " * 2
    assert lines(read("a.txt", f"{long}\n{long}\n")) == [long.strip()] * 2
    wrapped = "This paragraph was cut at a margin so that\nevery line of it is short, as in a letter\ntyped long ago.\n"
    assert lines(read("a.txt", wrapped)) == [" ".join(wrapped.split())]


def test_questions_and_short_lines_of_text_head_what_follows() -> None:
    answer = "Most back pain gets better within a few weeks if you keep moving and stay at work as far as you can."
    content = read("a.txt", f"Back pain\n\nHow long does it last?\n{answer}\n\n- Walk\n- Rest\n")
    assert content.title == "Back pain"
    assert headings(content)[-1] == ("Back pain", "How long does it last?")
    assert lines(content) == [answer, "- Walk", "- Rest"]


PAGE = """<html><head><title>Sciatica - Example Health</title><meta property="og:site_name" content="Example">
<style>p{}</style></head><body><nav><a href=/>Home</a></nav><div class="cookie-banner">We use cookies</div>
<main><h1>Sciatica</h1><p>Leg <b>pain</b>.<script>alert(1)</script> It eases<sup><a href="#1">1</a></sup>.</p>
<h2>Help</h2><ul><li>Walk<ul><li>daily</li></ul></li><li>Rest</li></ul><ol start=3><li>Third</li></ol>
<table><tr><th>When</th><th>What</th></tr><tr><td><p>Now</p></td><td>Heat</td></tr></table>
<p style="display:none">hidden words</p></main><footer>© Example</footer></body></html>"""


def test_html_keeps_words_lists_and_tables_and_drops_furniture() -> None:
    content = read("a.html", PAGE)
    assert (content.title, content.metadata["publisher"]) == ("Sciatica", "Example")
    assert headings(content) == [("Sciatica",), ("Sciatica", "Help")]
    assert lines(content) == [
        "Leg pain. It eases.", "- Walk", "  - daily", "- Rest", "3. Third", "When | What", "Now | Heat",
    ]  # fmt: skip


def test_html_is_decoded_as_it_declares() -> None:
    raw = '<meta charset="windows-1251"><p>Боль в спине</p>'.encode("cp1251")
    assert lines(read_content(raw, "a.html")) == ["Боль в спине"]


@pytest.mark.parametrize(
    "markup", ["<div>" * 100_000 + "deep", "<p><b>" * 50_000 + "x", "<table><tr><td>" * 5_000 + "x", "<" * 50_000]
)
def test_html_bombs_end_in_words_or_a_refusal(markup: str) -> None:
    started = time.perf_counter()
    with suppress(DocumentRefused):
        read("a.html", markup)
    assert time.perf_counter() - started < 15


def word_file(build: docx.document.Document) -> bytes:
    out = io.BytesIO()
    build.save(out)
    return out.getvalue()


def test_docx_keeps_headings_lists_and_tables() -> None:
    document = docx.Document()
    document.add_heading("Hip pain", 1)
    document.add_paragraph("It eases.")
    document.add_paragraph("Lie down", style="List Number")
    document.add_paragraph("Get up", style="List Number")
    document.add_paragraph("Heat", style="List Bullet")
    table = document.add_table(rows=1, cols=2)
    table.rows[0].cells[0].text, table.rows[0].cells[1].text = "Now", "Walk"
    content = read_content(word_file(document), "a.docx")
    assert headings(content) == [("Hip pain",)]
    assert lines(content) == ["It eases.", "1. Lie down", "2. Get up", "- Heat", "Now | Walk"]


def test_a_docx_bomb_is_refused_before_it_is_unpacked() -> None:
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr("word/document.xml", b"0" * 250_000_000)
    assert len(out.getvalue()) < 1_000_000
    with pytest.raises(DocumentTooLarge, match="unpacked"):
        read_content(out.getvalue(), "a.docx")


def test_a_broken_docx_is_refused() -> None:
    with pytest.raises(DocumentMalformed):
        read_content(b"PK\x03\x04 not really", "a.docx")


def pdf_with(text: str) -> bytes:
    """Return a one-page PDF, written by hand, that shows lines of text in Helvetica."""
    shown = " T* ".join(f"({line}) Tj" for line in text.splitlines())
    stream = f"BT /F1 12 Tf 14 TL 72 720 Td {shown} ET".encode()
    objects = [
        b"<< /Type /Catalog /Pages 2 0 R >>",
        b"<< /Type /Pages /Kids [3 0 R] /Count 1 >>",
        b"<< /Type /Page /Parent 2 0 R /MediaBox [0 0 595 842] /Contents 4 0 R "
        b"/Resources << /Font << /F1 << /Type /Font /Subtype /Type1 /BaseFont /Helvetica >> >> >> >>",
        b"<< /Length %d >>\nstream\n%s\nendstream" % (len(stream), stream),
    ]
    out, places = b"%PDF-1.4\n", []
    for number, body in enumerate(objects, 1):
        places.append(len(out))
        out += b"%d 0 obj\n%s\nendobj\n" % (number, body)
    table = b"".join(b"%010d 00000 n \n" % place for place in places)
    head = b"xref\n0 5\n0000000000 65535 f \n" + table
    return out + head + b"trailer << /Size 5 /Root 1 0 R >>\nstartxref\n%d\n%%%%EOF" % len(out)


def test_pdf_lines_are_joined_into_a_paragraph_and_cut_words_mended() -> None:
    content = read_content(pdf_with("Most back pain gets bet-\nter by itself within a few\nweeks."), "a.pdf")
    assert lines(content) == ["Most back pain gets better by itself within a few weeks."]


def test_a_pdf_of_pictures_is_refused_as_scanned() -> None:
    pdf = pdfium.PdfDocument.new()
    page = pdf.new_page(200, 200)
    image = pdfium.PdfImage.new(pdf)
    bitmap = pdfium.PdfBitmap.new_native(20, 20, 4)
    image.set_bitmap(bitmap)
    image.set_matrix(pdfium.PdfMatrix().scale(200, 200))
    page.insert_obj(image)
    page.gen_content()
    out = io.BytesIO()
    pdf.save(out)
    pdf.close()
    with pytest.raises(DocumentScanned, match="OCR"):
        read_content(out.getvalue(), "a.pdf")


def test_a_broken_pdf_is_refused() -> None:
    with pytest.raises(DocumentMalformed, match="broken"):
        read_content(b"%PDF-1.4\nnothing more", "a.pdf")


def test_medquad_questions_become_headings() -> None:
    xml = (
        '<Document source="NIH" url="https://example.org/a"><Focus>Back pain</Focus><QAPairs><QAPair>'
        "<Question>What is it?</Question><Answer>Pain in the back.</Answer></QAPair></QAPairs></Document>"
    )
    content = read("a.xml", xml)
    assert (content.title, headings(content), lines(content)) == (
        "Back pain",
        [("What is it?",)],
        ["Pain in the back."],
    )


def test_an_xml_entity_bomb_is_refused_or_left_unexpanded() -> None:
    bomb = (
        '<!DOCTYPE a [<!ENTITY x "ha"><!ENTITY y "'
        + "&x;" * 1000
        + '">]><Document><QAPairs><QAPair><Question>q</Question>'
    )
    bomb += "<Answer>" + "&y;" * 1000 + "</Answer></QAPair></QAPairs></Document>"
    with suppress(DocumentRefused):
        assert sum(map(len, lines(read("a.xml", bomb)))) < 100_000


def test_unknown_kinds_and_disguised_files_are_refused() -> None:
    with pytest.raises(UnsupportedFormat, match=r"\.exe"):
        read_content(b"MZ", "a.exe")
    with pytest.raises(DocumentMalformed, match="looks like"):
        read_content(pdf_with("x"), "a.txt")
    with pytest.raises(DocumentTooLarge):
        read_content(b"a" * (MAX_FILE_BYTES + 1), "a.txt")


@pytest.mark.parametrize("name", ["a.txt", "a.md", "a.html", "a.pdf", "a.docx", "a.xml"])
@pytest.mark.parametrize("raw", [b"", b" \n\t ", b"\0" * 100])
def test_a_file_without_words_is_empty_and_no_error(name: str, raw: bytes) -> None:
    assert read_content(raw, name).is_empty
