"""After an answer: editing the question, copying, feedback, what to ask next, the way back to the box."""

from __future__ import annotations

import re

import pytest
from playwright.sync_api import expect

from tests.browsing import QUESTION, Open, ask, citations_of, words_only

pytestmark = pytest.mark.browser


def test_edit_and_copy_and_feedback(open_page: Open) -> None:
    page = open_page(permissions=["clipboard-read", "clipboard-write"])
    ask(page, QUESTION)
    page.locator("[data-edit]").click()
    expect(page.locator("#message")).to_have_value(QUESTION)
    expect(page.locator("#message")).to_be_focused()
    page.locator("[data-copy]").click()
    expect(page.locator("[data-copy]")).to_contain_text("Copied")
    copied = page.evaluate("navigator.clipboard.readText()")
    assert words_only(str(citations_of(page)[0]["quote"])) in words_only(copied)
    assert "[1]" in copied
    page.get_by_role("button", name=re.compile("It seems unsafe")).click()
    expect(page.locator(".feedback-thanks")).to_contain_text("Thank you")


def test_an_edited_question_takes_the_place_of_the_last_one(open_page: Open) -> None:
    page = open_page()
    ask(page, QUESTION)
    ask(page, "what helps it")
    expect(page.locator("[data-edit]")).to_have_count(1)
    page.locator("[data-edit]").click()
    expect(page.locator("#editing")).to_be_visible()
    page.fill("#message", "what is hip osteoarthritis")
    page.keyboard.press("Enter")
    expect(page.locator("#turn-2 .question")).to_contain_text("what is hip osteoarthritis")
    page.wait_for_selector("#turn-2 .turn-tools")
    expect(page.locator(".turn")).to_have_count(2)
    expect(page.locator("#editing")).to_be_hidden()
    page.reload()
    expect(page.locator(".turn")).to_have_count(2)
    expect(page.locator("#turn-2 .question")).to_contain_text("what is hip osteoarthritis")


def test_an_edit_that_gets_no_answer_leaves_the_question_as_it_was(open_page: Open) -> None:
    page = open_page(expects_faults=True)
    ask(page, QUESTION)
    page.locator("[data-edit]").click()
    page.route("**/v1/chat", lambda route: route.abort())
    page.fill("#message", "what helps it")
    page.keyboard.press("Enter")
    expect(page.locator(".cut")).to_be_visible()
    expect(page.locator("#turn-1 .question")).to_contain_text(QUESTION)
    page.unroute("**/v1/chat")
    page.get_by_role("button", name="Try again").click()
    expect(page.locator("#turn-1 .question")).to_contain_text("what helps it")
    page.wait_for_selector("#turn-1 .turn-tools")
    expect(page.locator(".turn")).to_have_count(1)


def test_a_bar_leads_back_to_the_box_while_it_is_out_of_sight(open_page: Open) -> None:
    page = open_page(viewport={"width": 390, "height": 700})
    jump = page.locator("#jump-link")
    expect(jump).to_be_hidden()
    ask(page, QUESTION)
    expect(jump).to_be_in_viewport()
    jump.click()
    expect(page.locator("#message")).to_be_focused()
    expect(page.locator("#message")).to_be_in_viewport()
    expect(jump).to_be_hidden()


def test_the_address_of_a_conversation_can_be_copied(open_page: Open) -> None:
    page = open_page(permissions=["clipboard-read", "clipboard-write"])
    ask(page, QUESTION)
    page.get_by_role("button", name="Copy the address").click()
    assert page.evaluate("navigator.clipboard.readText()") == page.url.split("#")[0]


def test_only_the_last_answer_offers_next_questions(open_page: Open) -> None:
    page = open_page()
    ask(page, QUESTION)
    ask(page, "what is hip osteoarthritis")
    expect(page.locator(".suggestions")).to_have_count(1)
    expect(page.locator("#turn-2 .suggestions")).to_have_count(1)
