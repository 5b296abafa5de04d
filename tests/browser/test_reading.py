"""The page stays readable: advice in sight, nothing covered, nothing printed twice, the keyboard's place kept."""

from __future__ import annotations

import re

import pytest
from playwright.sync_api import Page, expect

from tests.browsing import EMERGENCY, QUESTION, SAME_DAY, Open, ask

pytestmark = pytest.mark.browser

PHONE = {"width": 320, "height": 640}


def box_of(page: Page, selector: str) -> dict[str, float]:
    box = page.locator(selector).first.bounding_box()
    assert box is not None, selector
    return {"x": box["x"], "y": box["y"], "width": box["width"], "height": box["height"]}


def colour_of(page: Page, selector: str) -> str:
    return str(page.locator(selector).first.evaluate("(e) => getComputedStyle(e).borderLeftColor"))


def test_the_box_is_in_sight_on_a_small_phone(open_page: Open) -> None:
    page = open_page(viewport=PHONE)
    box = box_of(page, "#message")
    assert box["y"] + box["height"] <= PHONE["height"]


def test_advice_to_get_help_is_in_sight_after_many_screening_answers(open_page: Open) -> None:
    """The answers are repeated as the person's message, which fills a small screen."""
    page = open_page(viewport=PHONE)
    ask(page, SAME_DAY)
    for fieldset in page.locator("#turn-1 fieldset").all():
        fieldset.get_by_role("radio", name="Yes", exact=True).check()
    page.get_by_role("button", name=re.compile("Send my answer")).click()
    page.wait_for_selector("#turn-2 .turn-tools")
    expect(page.locator("#turn-2 .card-emergency .card-heading")).to_be_in_viewport(ratio=1)


def test_the_answers_to_screening_questions_fit_on_one_row(open_page: Open) -> None:
    page = open_page(viewport=PHONE)
    ask(page, SAME_DAY)
    choices = page.locator("#turn-1 fieldset").first.locator(".choice")
    assert len(set(choices.evaluate_all("(found) => found.map((e) => e.offsetTop)"))) == 1


def test_a_screening_answer_stands_out_from_its_question_and_can_be_edited(open_page: Open) -> None:
    page = open_page()
    ask(page, SAME_DAY)
    page.locator("#turn-1 fieldset").first.get_by_role("radio", name="No", exact=True).check()
    page.get_by_role("button", name=re.compile("Send my answer")).click()
    page.wait_for_selector("#turn-2 .turn-tools")
    expect(page.locator("#turn-2 .question strong")).to_have_text("No.")
    said = str(page.locator("#turn-2 .question-words").text_content())
    page.locator("[data-edit]").click()
    expect(page.locator("#message")).to_have_value(said)


def test_pinned_advice_is_low_on_a_phone_and_in_the_colour_of_its_card(open_page: Open) -> None:
    page = open_page(viewport=PHONE)
    ask(page, SAME_DAY)
    ask(page, QUESTION)
    assert box_of(page, "#pinned")["height"] < PHONE["height"] / 7
    assert colour_of(page, "#pinned") == colour_of(page, "#turn-1 .card") == colour_of(page, "#turn-2 .reminder")
    ask(page, EMERGENCY)
    ask(page, QUESTION)
    assert colour_of(page, "#pinned") == colour_of(page, "#turn-3 .card") != colour_of(page, "#turn-1 .card")


def test_the_number_that_opened_a_sheet_stays_in_sight_above_it(open_page: Open) -> None:
    page = open_page(viewport=PHONE)
    ask(page, QUESTION)
    page.locator("a.marker").first.click()
    marker, panel = box_of(page, "a.marker.is-open"), box_of(page, "#panel")
    assert 0 <= marker["y"] <= panel["y"] - marker["height"]


def test_the_way_back_to_the_box_covers_no_words_on_a_wide_screen(open_page: Open) -> None:
    page = open_page(viewport={"width": 1400, "height": 600})
    ask(page, QUESTION)
    column, jump = box_of(page, "#log"), box_of(page, "#jump-link")
    assert jump["x"] >= column["x"] + column["width"]
    assert jump["x"] + jump["width"] <= 1400


def test_feedback_keeps_the_place_of_the_keyboard(open_page: Open) -> None:
    page = open_page()
    ask(page, QUESTION)
    page.locator("#turn-1 button[value=helpful]").focus()
    page.keyboard.press("Enter")
    expect(page.locator("#turn-1 .feedback-thanks")).to_be_focused()


def test_a_copied_answer_says_what_it_is(open_page: Open) -> None:
    page = open_page(permissions=["clipboard-read", "clipboard-write"])
    ask(page, QUESTION)
    page.locator("[data-copy]").click()
    expect(page.locator("[data-copy]")).to_contain_text("Copied")
    assert "computer program" in page.evaluate("navigator.clipboard.readText()")


def test_paper_shows_quoted_words_once(open_page: Open) -> None:
    page = open_page()
    ask(page, QUESTION)
    quoted = str(page.locator("#turn-1 .excerpt blockquote p").first.text_content())[:60]
    page.emulate_media(media="print")
    assert page.locator("#turn-1").inner_text().count(quoted) == 1
    expect(page.locator("#source-1-1 .source-number")).to_be_visible()


def test_the_page_for_an_appointment_begins_with_what_the_appointment_needs(open_page: Open) -> None:
    page = open_page()
    ask(page, SAME_DAY)
    ask(page, QUESTION)
    ask(page, "thank you")
    page.get_by_role("link", name="Take this to my appointment").click()
    headings = page.locator(".summary h2").all_text_contents()
    assert headings[:3] == ["What I asked", "Advice I was shown", "Questions to ask"]
    assert headings[-2:] == ["What the sources say", "References"]
    expect(page.locator(".summary-asked li")).to_have_text([SAME_DAY, QUESTION])
    expect(page.locator(".summary-advice")).to_have_count(1)
    expect(page.locator(".summary-advice li").first).to_be_visible()


def test_twice_as_large_text_on_a_phone_leaves_room_and_does_not_scroll_sideways(open_page: Open) -> None:
    page = open_page(viewport=PHONE)
    ask(page, SAME_DAY)
    ask(page, QUESTION)
    page.evaluate("document.documentElement.style.fontSize = '200%'")
    assert page.evaluate("document.documentElement.scrollWidth") == PHONE["width"]
    assert box_of(page, ".masthead")["height"] < PHONE["height"] / 3
    assert box_of(page, "#pinned")["height"] < PHONE["height"] / 2.5


def test_the_keyboard_keeps_its_place_when_what_was_pressed_goes_away(open_page: Open) -> None:
    page = open_page(expects_faults=True)
    page.route("**/v1/chat", lambda route: None)  # never answered
    page.locator(".examples button").first.focus()
    page.keyboard.press("Enter")
    expect(page.locator("#answer-1")).to_be_focused()


def test_tabbing_never_leads_to_something_that_then_hides(open_page: Open) -> None:
    page = open_page(viewport={"width": 1280, "height": 800})
    ask(page, QUESTION)
    for _ in range(30):
        page.keyboard.press("Tab")
        assert page.evaluate("document.activeElement.getClientRects().length > 0"), "focus is on nothing to be seen"


def test_a_server_in_trouble_keeps_the_question_and_offers_another_try(open_page: Open) -> None:
    page = open_page(expects_faults=True)
    page.route("**/v1/chat", lambda route: route.fulfill(status=503, body="{}"))
    page.fill("#message", QUESTION)
    page.click("#ask")
    expect(page.locator(".cut")).to_contain_text("No answer came.")
    expect(page.locator("#turn-1 .question")).to_contain_text(QUESTION)
    page.unroute("**/v1/chat")
    page.get_by_role("button", name="Try again").click()
    page.wait_for_selector("#turn-1 .turn-tools")


def test_without_a_script_a_number_opens_its_source(open_page: Open) -> None:
    page = open_page(java_script_enabled=False)
    page.fill("#message", QUESTION)
    page.click("#ask")
    expect(page.locator("#source-1-1 mark").first).to_be_hidden()
    page.locator("a.marker").first.click()
    expect(page.locator("#source-1-1 mark").first).to_be_in_viewport()


def test_a_double_click_asks_once(open_page: Open) -> None:
    """Hands that shake, and fast answers: the second click finds an empty box."""
    page = open_page()
    page.fill("#message", QUESTION)
    page.click("#ask")
    page.wait_for_selector("#turn-1 .turn-tools")
    page.locator("#ask").dispatch_event("click")
    expect(page.locator(".turn")).to_have_count(1)
    page.wait_for_timeout(300)
    expect(page.locator("#error-summary")).to_have_count(0)


def test_a_very_long_message_leaves_the_answer_in_sight(open_page: Open) -> None:
    page = open_page(viewport={"width": 390, "height": 700})
    ask(page, "My back hurts and I have had sciatica for six weeks. " * 40)
    assert box_of(page, "#turn-1 .question")["height"] < 350
    expect(page.locator("#turn-1 .answer-text > *").first).to_be_in_viewport()
    page.locator("#turn-1 .question").focus()
    expect(page.locator("#turn-1 .question")).to_be_focused()


def test_two_tabs_on_one_conversation_come_together_again(open_page: Open) -> None:
    page = open_page()
    ask(page, QUESTION)
    other = page.context.new_page()
    other.goto(page.url)
    ask(other, "what helps sciatica")
    page.fill("#message", "what is hip osteoarthritis")
    page.click("#ask")
    page.wait_for_selector("#turn-3 .turn-tools")
    expect(page.locator(".question-words")).to_have_text(
        [QUESTION, "what helps sciatica", "what is hip osteoarthritis"]
    )


def test_paper_is_not_left_empty_between_turns(open_page: Open) -> None:
    """A turn that may not be split would begin a new page each time."""
    page = open_page()
    ask(page, QUESTION)
    page.emulate_media(media="print")
    assert page.locator("#turn-1").evaluate("(e) => getComputedStyle(e).breakInside") == "auto"
    assert page.locator("#turn-1 .excerpt").first.evaluate("(e) => getComputedStyle(e).breakInside") == "avoid"
