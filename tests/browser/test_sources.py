"""Sources open beside the answer, or as a sheet, with the very words marked that are quoted."""

from __future__ import annotations

import pytest
from playwright.sync_api import expect

from tests.browsing import QUESTION, Open, Save, ask, citations_of, words_only

pytestmark = pytest.mark.browser


def test_a_source_opens_beside_the_answer_with_the_citation_marked(open_page: Open, screenshot: Save) -> None:
    page = open_page(viewport={"width": 1360, "height": 900})
    ask(page, QUESTION)
    for citation in citations_of(page):
        marker = page.locator(f"#ref-1-{citation['id']}")
        marker.click()
        panel = page.locator("#panel")
        expect(panel.locator("h2")).to_be_focused()
        marked = "".join(panel.locator("mark").all_text_contents())
        assert words_only(marked) == words_only(str(citation["quote"]))
        assert marker.bounding_box()["x"] < panel.bounding_box()["x"]  # type: ignore[index]
        if citation["id"] == 1:
            screenshot(page, "source-panel-wide")
        page.keyboard.press("Escape")
        expect(panel).to_have_count(0)
        expect(marker).to_be_focused()


def test_a_source_opens_as_a_sheet_on_a_narrow_screen(open_page: Open, screenshot: Save) -> None:
    page = open_page(viewport={"width": 320, "height": 640})
    ask(page, QUESTION)
    page.locator("a.marker").first.click()
    box = page.locator("#panel").bounding_box()
    assert box is not None
    assert box["width"] == 320
    assert box["y"] + box["height"] == pytest.approx(640, abs=1)
    screenshot(page, "source-sheet-320", full_page=False)
    page.get_by_role("button", name="Close").click()
    expect(page.locator("#panel")).to_have_count(0)


def test_a_passage_and_its_article_mark_the_same_words(open_page: Open) -> None:
    page = open_page()
    ask(page, QUESTION)
    citation = citations_of(page)[0]
    links = page.locator("#source-1-1 .source-links a")
    page.locator("#source-1-1 summary").click()
    passage, article = [str(link.get_attribute("href")) for link in links.all()][:2]
    for address in (passage, article):
        page.goto(page.url.split("/c/")[0].split("/library")[0].split("/sources")[0] + address)
        assert words_only("".join(page.locator("mark").all_text_contents())) == words_only(str(citation["quote"]))
