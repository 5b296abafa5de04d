"""Advice to get help comes first, is read out, stays in view, and follows the answers to screening questions."""

from __future__ import annotations

import re

import pytest
from playwright.sync_api import expect

from tests.browsing import EMERGENCY, QUESTION, UNCLEAR, Open, Save, ask

pytestmark = pytest.mark.browser


def test_an_emergency_card_comes_before_everything_and_stays(open_page: Open, screenshot: Save) -> None:
    page = open_page()
    ask(page, EMERGENCY)
    card = page.locator("#turn-1 .card-emergency")
    expect(card).to_be_visible()
    expect(card.locator(".card-heading .vh")).to_have_text(re.compile("^Immediate action required"))
    assert page.locator("#turn-1 .answer > *:not(.vh)").first.get_attribute("data-level") == "emergency"
    expect(card.locator("a[href^='tel:']").first).to_be_visible()
    assert "Immediate action required" in str(page.locator("#alarm").text_content())
    screenshot(page, "emergency-wide")
    ask(page, "what is a slipped disc")
    pinned = page.locator("#pinned")
    page.mouse.wheel(0, 600)
    expect(pinned).to_be_in_viewport()
    assert page.locator("#turn-2 .answer > *:not(.vh)").first.get_attribute("class") == "reminder"
    screenshot(page, "sticky-wide")


def test_a_card_is_read_out_before_the_answer_is_complete(open_page: Open) -> None:
    """Whatever comes after the safety event may fail: the card is there."""
    page = open_page(expects_faults=True)
    page.route("**/turns/*", lambda route: route.abort())
    page.evaluate(
        """() => {
          const plain = window.fetch;
          window.fetch = async (url, options) => {
            if (url !== "/v1/chat") return plain(url, options);
            const whole = await (await plain(url, options)).text();
            const end = whole.indexOf("\\n\\n", whole.indexOf("event: safety")) + 2;
            return new Response(whole.slice(0, end), { headers: { "Content-Type": "text/event-stream" } });
          };
        }"""
    )
    page.fill("#message", EMERGENCY)
    page.click("#ask")
    expect(page.locator("#turn-1 .card-emergency")).to_be_visible()
    expect(page.locator(".cut")).to_contain_text("The answer was cut off.")


def test_screening_questions_are_answered_with_buttons(open_page: Open, screenshot: Save) -> None:
    page = open_page()
    ask(page, UNCLEAR)
    screening = page.locator("#turn-1 .screening")
    expect(screening.locator("fieldset").first).to_be_visible()
    screenshot(page, "screening-wide")
    for fieldset in screening.locator("fieldset").all():
        can_walk = "Can you stand and walk?" in fieldset.inner_text()
        fieldset.get_by_role("radio", name="Yes" if can_walk else "No", exact=True).check()
    screening.get_by_role("button", name=re.compile("Send my answer")).click()
    page.wait_for_selector("#turn-2 .turn-tools")
    expect(page.locator("#turn-2 .question")).to_contain_text("No.")
    expect(page.locator("#turn-2 .card-emergency")).to_have_count(0)
    expect(page.locator("#turn-1 .screening form")).to_have_count(0)


def test_a_yes_to_a_screening_question_changes_the_advice(open_page: Open) -> None:
    page = open_page()
    ask(page, UNCLEAR)
    screening = page.locator("#turn-1 .screening")
    for fieldset in screening.locator("fieldset").all():
        fieldset.get_by_role("radio", name="Yes", exact=True).check()
    screening.get_by_role("button", name=re.compile("Send my answer")).click()
    page.wait_for_selector("#turn-2 .turn-tools")
    expect(page.locator("#turn-2 .card")).to_be_visible()


def test_the_focused_thing_is_never_hidden_under_the_pinned_card(open_page: Open) -> None:
    page = open_page(viewport={"width": 1000, "height": 700})
    ask(page, EMERGENCY)
    ask(page, QUESTION)
    for _ in range(50):
        page.keyboard.press("Shift+Tab")
        hidden = page.evaluate(
            """() => {
              const pinned = document.getElementById("pinned").getBoundingClientRect();
              const focused = document.activeElement;
              if (focused === document.body || focused.closest("#pinned")) return false;
              const box = focused.getBoundingClientRect();
              return box.bottom <= pinned.bottom && box.top >= pinned.top && box.right > pinned.left;
            }"""
        )
        assert not hidden, page.evaluate("document.activeElement.outerHTML.slice(0, 120)")


def test_a_question_that_called_for_help_is_not_edited_away(open_page: Open) -> None:
    page = open_page()
    ask(page, EMERGENCY)
    page.locator("[data-edit]").click()
    expect(page.locator("#editing")).to_be_hidden()
    page.fill("#message", QUESTION)
    page.keyboard.press("Enter")
    page.wait_for_selector("#turn-2 .turn-tools")
    expect(page.locator("#turn-1 .card-emergency")).to_be_visible()
    expect(page.locator("#pinned")).to_be_visible()
    page.get_by_role("link", name="See the advice").click()
    expect(page.locator("#turn-1 .card-emergency .card-heading")).to_be_in_viewport()


def test_the_pinned_advice_leaves_most_of_a_small_screen_free(open_page: Open) -> None:
    page = open_page(viewport={"width": 320, "height": 640})
    ask(page, EMERGENCY)
    ask(page, QUESTION)
    pinned = page.locator("#pinned").bounding_box()
    question = page.locator("#turn-2 .question").bounding_box()
    assert pinned is not None
    assert question is not None
    assert pinned["height"] < 640 / 4
    assert question["y"] >= pinned["y"] + pinned["height"]
