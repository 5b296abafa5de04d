"""People use the chat in a real browser: asking, streams that break, no script, the keyboard, resuming, deleting."""

from __future__ import annotations

import json
import re

import pytest
from playwright.sync_api import Route, expect

from tests.browsing import QUESTION, UNCLEAR, Open, Save, ask, citations_of, words_only

pytestmark = pytest.mark.browser


def test_an_answer_streams_in_and_ends_as_the_server_renders_it(open_page: Open, screenshot: Save) -> None:
    page = open_page()
    screenshot(page, "welcome-wide")
    page.evaluate("window.sameDocument = true")
    ask(page, QUESTION)
    assert page.evaluate("window.sameDocument"), "the page was loaded again instead of being upgraded"
    expect(page.locator("#status")).to_have_text(re.compile(r"^Answer ready, \d+ sources?$"))
    assert "/c/c_" in page.url
    shown = page.locator("#turn-1").inner_html()
    screenshot(page, "answer-wide")
    page.reload()
    clean = re.compile(r'value="[\w-]{40,}"|\s+| hidden=""')
    assert clean.sub("", page.locator("#turn-1").inner_html()) == clean.sub("", shown)


def test_sentences_are_shown_as_they_come(open_page: Open) -> None:
    """The stream is held after its first sentence; that sentence must be on the page by then."""
    page = open_page()
    page.evaluate(
        """() => {
          const plain = window.fetch;
          window.fetch = async (url, options) => {
            if (url !== "/v1/chat") return plain(url, options);
            const parts = (await (await plain(url, options)).text()).split(/(?<=\\n\\n)/);
            const at = parts.findIndex((part) => part.includes("event: delta"));
            const encoder = new TextEncoder();
            const body = new ReadableStream({
              async start(controller) {
                // Cut inside an event, as a network may.
                for (const part of parts.slice(0, at + 1)) {
                  controller.enqueue(encoder.encode(part.slice(0, 9)));
                  await new Promise((resolve) => setTimeout(resolve, 5));
                  controller.enqueue(encoder.encode(part.slice(9)));
                }
                await new Promise((resolve) => (window.goOn = resolve));
                for (const part of parts.slice(at + 1)) controller.enqueue(encoder.encode(part));
                controller.close();
              },
            });
            return new Response(body, { headers: { "Content-Type": "text/event-stream" } });
          };
        }"""
    )
    page.fill("#message", QUESTION)
    page.click("#ask")
    expect(page.locator("#turn-1 [data-slot=text] p")).to_have_count(1)
    expect(page.locator("#turn-1")).to_have_attribute("aria-busy", "true")
    expect(page.locator("#stop")).to_be_visible()
    expect(page.locator("#ask")).to_have_attribute("aria-disabled", "true")
    page.evaluate("window.goOn()")
    page.wait_for_selector("#turn-1 .turn-tools")
    expect(page.locator("#stop")).to_be_hidden()


def test_a_cut_stream_says_so_and_can_be_tried_again(open_page: Open) -> None:
    page = open_page(expects_faults=True)
    cut = {"count": 0}

    def break_once(route: Route) -> None:
        cut["count"] += 1
        if cut["count"] > 1:
            return route.continue_()
        body = 'event: safety\ndata: {"level":"none","card":null,"sticky":false,"reminder":"","contacts":[]}\n\n'
        body += 'event: delta\ndata: {"text":"Half of an","start":0}\n\n'
        return route.fulfill(status=200, content_type="text/event-stream", body=body)

    page.route("**/v1/chat", break_once)
    page.fill("#message", QUESTION)
    page.click("#ask")
    expect(page.locator(".cut")).to_contain_text("The answer was cut off.")
    expect(page.locator("#turn-1")).to_contain_text("Half of an")
    page.get_by_role("button", name="Try again").click()
    page.wait_for_selector("#turn-1 .turn-tools")
    expect(page.locator(".turn")).to_have_count(1)
    expect(page.locator(".cut")).to_have_count(0)


def test_an_answer_can_be_stopped(open_page: Open) -> None:
    page = open_page(expects_faults=True)
    page.route("**/v1/chat", lambda route: None)  # never answered
    page.fill("#message", QUESTION)
    page.click("#ask")
    page.click("#stop")
    expect(page.locator(".cut")).to_contain_text("You stopped this answer.")
    expect(page.get_by_role("button", name="Try again")).to_be_focused()


def test_a_door_that_refuses_leaves_the_plain_form(open_page: Open) -> None:
    """For example when the operator asks programs for an API key."""
    page = open_page(expects_faults=True)
    page.route(
        "**/v1/chat", lambda route: route.fulfill(status=401, body="{}", content_type="application/problem+json")
    )
    page.fill("#message", QUESTION)
    page.click("#ask")
    page.wait_for_url("**/c/**")
    expect(page.locator("#turn-1 .excerpt").first).to_be_visible()


def test_everything_works_without_a_script(open_page: Open, screenshot: Save) -> None:
    page = open_page(java_script_enabled=False)
    page.fill("#message", QUESTION)
    page.click("#ask")
    assert re.search(r"/c/[\w-]+#answer-1$", page.url)
    page.locator("a.marker").first.click()
    assert page.url.endswith("#quote-1-1")
    expect(page.locator("#source-1-1 mark").first).to_be_in_viewport()
    marked = "".join(page.locator("#source-1-1 mark").all_text_contents())
    assert words_only(marked) == words_only(str(citations_of(page)[0]["quote"]))
    screenshot(page, "no-script")
    page.locator(".suggestions button").first.click()
    expect(page.locator("#turn-2 .answer")).to_be_visible()
    page.locator("#turn-2 .feedback button").first.click()
    expect(page.locator("#turn-2 .feedback-thanks")).to_have_text("Thank you, this was noted.")
    page.locator("#turn-2 [href*='edit=2']").click()
    expect(page.locator("#message")).not_to_have_value("")
    expect(page.locator("#editing")).to_be_visible()
    page.fill("#message", UNCLEAR)
    page.click("#ask")
    expect(page.locator(".turn")).to_have_count(2)
    expect(page.locator("#turn-2 .question")).to_contain_text(UNCLEAR)
    page.locator("#turn-2 fieldset").first.get_by_role("radio", name="Not sure").check()
    page.get_by_role("button", name=re.compile("Send my answer")).click()
    expect(page.locator("#turn-3 .question")).to_contain_text("Not sure.")


def test_a_blank_question_is_explained_at_the_top_with_focus(open_page: Open, screenshot: Save) -> None:
    page = open_page(expects_faults=True)
    page.click("#ask")
    expect(page.locator("#error-summary")).to_be_focused()
    expect(page.locator("#message")).to_have_attribute("aria-invalid", "true")
    screenshot(page, "error-wide")
    page.locator("#error-summary a").click()
    expect(page.locator("#message")).to_be_focused()


def test_the_whole_way_can_be_gone_with_the_keyboard(open_page: Open) -> None:
    page = open_page()
    page.keyboard.press("Tab")
    expect(page.locator(".skip-link")).to_be_focused()
    page.keyboard.press("Tab")  # the emergency number: help is in the same place everywhere
    expect(page.locator(".notice a").first).to_be_focused()
    page.keyboard.press("Shift+Tab")
    page.keyboard.press("Enter")
    page.keyboard.press("Tab")
    expect(page.locator("#message")).to_be_focused()
    page.keyboard.type(QUESTION)
    page.keyboard.press("Enter")
    page.wait_for_selector("#turn-1 .turn-tools")
    expect(page.locator("#answer-1")).to_be_focused()
    page.keyboard.press("Tab")
    focused = page.locator(":focus")
    while "term" in str(focused.get_attribute("class")):
        page.keyboard.press("Tab")
    assert "marker" in str(focused.get_attribute("class"))
    page.keyboard.press("Enter")
    expect(page.locator("#panel h2")).to_be_focused()
    page.keyboard.press("Escape")
    assert "marker" in str(page.locator(":focus").get_attribute("class"))
    seen = set()
    for _ in range(60):
        page.keyboard.press("Tab")
        seen.add(page.evaluate("document.activeElement.id || document.activeElement.textContent.trim().slice(0, 30)"))
    assert {"message", "ask", "Take this to my appointment", "Delete"} <= seen


def test_a_conversation_is_resumed_by_its_address_and_gone_after_deleting(open_page: Open) -> None:
    page = open_page()
    ask(page, QUESTION)
    conversation = page.url.split("#")[0]
    other = open_page("/c/" + conversation.split("/c/")[1])
    expect(other.locator("#turn-1 .excerpt").first).to_be_visible()
    page.get_by_role("link", name="Delete").click()
    page.get_by_role("button", name="Delete it").click()
    expect(page.locator("h1")).to_have_text("Your conversation is deleted")
    assert page.request.get(conversation).status == 404
    gone = open_page(expects_faults=True)
    gone.goto(conversation)
    expect(gone.locator("h1")).to_contain_text("not here any more")


def test_asking_in_a_conversation_that_was_deleted_elsewhere_keeps_the_words(open_page: Open) -> None:
    page = open_page(expects_faults=True)
    ask(page, QUESTION)
    page.request.delete(page.url.replace("/c/", "/v1/conversations/"))
    page.fill("#message", "and what helps it")
    page.click("#ask")
    expect(page.locator("#error-summary")).to_be_visible()
    expect(page.locator("#message")).to_have_value("and what helps it")


def test_the_question_is_never_in_an_address(open_page: Open) -> None:
    addresses: list[str] = []
    page = open_page()
    page.on("request", lambda request: addresses.append(request.url))
    ask(page, QUESTION)
    page.locator(".suggestions button").first.click()
    page.wait_for_selector("#turn-2 .turn-tools")
    assert addresses
    assert not [url for url in addresses if re.search(r"sciatica[^/]*last|%20|\+", url, re.IGNORECASE)]


def test_quick_exit_leaves_nothing_behind(open_page: Open) -> None:
    page = open_page()
    ask(page, QUESTION)
    with page.expect_navigation():
        page.click("#exit")
    assert "Elsewhere" in page.title()
    page.go_back()
    assert "/c/" not in page.url


def test_the_character_count_warns_near_the_end(open_page: Open) -> None:
    page = open_page()
    page.fill("#message", "x" * 9_990)
    expect(page.locator("#message-count")).to_have_text("You have 10 characters left.")
    expect(page.locator("#message-count-live")).to_have_text("You have 10 characters left.")
    page.fill("#message", "𝄞" * 10_001)
    expect(page.locator("#message-count")).to_have_text("You have 1 characters too many.")


def test_hostile_words_of_a_person_stay_words(open_page: Open) -> None:
    page = open_page()
    hostile = '<img src=x onerror="window.owned=1"><script>window.owned=1</script> sciatica'
    ask(page, hostile)
    expect(page.locator("#turn-1 .question")).to_contain_text(hostile)
    page.reload()
    expect(page.locator("#turn-1 .question")).to_contain_text(hostile)
    assert page.evaluate("window.owned") is None


def test_the_final_event_is_the_truth(open_page: Open) -> None:
    """Text that was streamed and then withdrawn is gone at the end."""
    page = open_page()
    page.evaluate(
        """() => {
          const plain = window.fetch;
          window.fetch = async (url, options) => {
            if (url !== "/v1/chat") return plain(url, options);
            const whole = await (await plain(url, options)).text();
            const wrong = "event: delta\\ndata: " + JSON.stringify({ text: "WITHDRAWN", start: 0 }) + "\\n\\n";
            return new Response(whole.replace("event: delta", wrong + "event: delta"), {
              headers: { "Content-Type": "text/event-stream" },
            });
          };
        }"""
    )
    ask(page, QUESTION)
    assert "WITHDRAWN" not in str(page.locator("body").text_content())
    assert json.dumps(citations_of(page))
