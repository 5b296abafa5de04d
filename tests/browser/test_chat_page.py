"""People use the chat in a real browser: asking, sources, cards, keyboard, no script, resuming, deleting, printing."""

from __future__ import annotations

import json
import re
from collections.abc import Callable

import pytest
from playwright.sync_api import Page, Route, expect

pytestmark = pytest.mark.browser

Open = Callable[..., Page]
Save = Callable[[Page, str], None]
QUESTION = "How long does sciatica last?"
EMERGENCY = "My saddle area has gone numb and I can't pee since this morning, my back is agony"
UNCLEAR = "I fell last week and my hip hurts"


def ask(page: Page, text: str) -> None:
    """Type a question, send it, and wait for the server's own HTML of the answer."""
    number = page.locator(".turn").count() + 1
    page.fill("#message", text)
    page.click("#ask")
    page.wait_for_selector(f"#turn-{number} .turn-tools")


def citations_of(page: Page, turn: int = 1) -> list[dict[str, object]]:
    """Return the citations as the JSON door gives them for the conversation that is shown."""
    conversation = page.url.split("/c/")[1].split("#")[0].split("?")[0]
    origin = page.url.split("/c/")[0]
    body = page.request.get(f"{origin}/v1/conversations/{conversation}").json()
    return body["messages"][2 * turn - 1]["answer"]["citations"]  # type: ignore[no-any-return]


def words_only(text: str) -> str:
    """Return letters and digits: list markers and line ends of the source are shown as list items."""
    return "".join(re.findall(r"[^\W_]+", re.sub(r"(?m)^ *(- |\d+\. )", "", text)))


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
    page.screenshot(path="var/screenshots/source-sheet-320.png")
    page.get_by_role("button", name="Close").click()
    expect(page.locator("#panel")).to_have_count(0)
    del screenshot


def test_a_passage_and_its_article_mark_the_same_words(open_page: Open) -> None:
    page = open_page()
    ask(page, QUESTION)
    citation = citations_of(page)[0]
    links = page.locator("#source-1-1 .source-links a")
    page.locator("#source-1-1 summary").click()
    addresses = [str(link.get_attribute("href")) for link in links.all()]
    for address in addresses[:2]:
        page.goto(page.url.split("/c/")[0].split("/library")[0].split("/sources")[0] + address)
        assert words_only("".join(page.locator("mark").all_text_contents())) == words_only(str(citation["quote"]))


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
        fieldset.get_by_role("radio", name="No", exact=True).check()
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


def test_paper_shows_which_source_each_number_means(open_page: Open) -> None:
    page = open_page()
    ask(page, QUESTION)
    page.emulate_media(media="print")
    expect(page.locator("#source-1-1 .source-number")).to_be_visible()
    expect(page.locator("#source-1-1 .source-links a").first).to_be_hidden()


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


def test_only_the_last_answer_offers_next_questions(open_page: Open) -> None:
    page = open_page()
    ask(page, QUESTION)
    ask(page, "what is hip osteoarthritis")
    expect(page.locator(".suggestions")).to_have_count(1)
    expect(page.locator("#turn-2 .suggestions")).to_have_count(1)


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
