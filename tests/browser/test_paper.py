"""What is printed: the conversation, and the page to take to an appointment."""

from __future__ import annotations

import pytest
from playwright.sync_api import expect

from tests.browsing import QUESTION, Open, Save, ask

pytestmark = pytest.mark.browser


def test_print_leaves_out_what_paper_cannot_use_and_names_the_sources(open_page: Open) -> None:
    page = open_page()
    ask(page, QUESTION)
    page.emulate_media(media="print")
    for selector in ("#composer", "#tools", ".turn-tools", ".masthead", ".suggestions"):
        expect(page.locator(selector).first).to_be_hidden()
    expect(page.locator(".source-title").first).to_be_visible()
    expect(page.locator(".answer-foot").first).to_contain_text("computer program")
    pdf = page.pdf(path="var/screenshots/conversation.pdf")
    assert len(pdf) > 10_000


def test_the_page_for_an_appointment_fits_its_purpose(open_page: Open, screenshot: Save) -> None:
    page = open_page()
    ask(page, QUESTION)
    page.get_by_role("link", name="Take this to my appointment").click()
    expect(page.locator("h1")).to_have_text("For my appointment")
    expect(page.locator(".summary-quote").first).to_be_visible()
    screenshot(page, "summary-wide")
    page.emulate_media(media="print")
    expect(page.get_by_role("button", name="Print this page")).to_be_hidden()
    expect(page.locator("#references")).to_be_visible()


def test_paper_shows_which_source_each_number_means(open_page: Open) -> None:
    page = open_page()
    ask(page, QUESTION)
    page.emulate_media(media="print")
    expect(page.locator("#source-1-1 .source-number")).to_be_visible()
    expect(page.locator("#source-1-1 .source-links a").first).to_be_hidden()
