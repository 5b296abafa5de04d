"""Every page and state passes axe-core, in light, dark and forced colours, and reflows at 320 pixels."""

from __future__ import annotations

import re

import pytest
from playwright.sync_api import Page, expect

from tests.browsing import EMERGENCY, QUESTION, SAME_DAY, UNCLEAR, Open, Save, ask

pytestmark = pytest.mark.browser

NOT_COVERED = "what is the capital of France"
STATIC_PAGES = (
    "/", "/library", "/library?topic=hip", "/library/sciatica", "/about", "/how-it-was-made", "/privacy",
    "/accessibility", "/disclaimer", "/embed", "/deleted",
)  # fmt: skip
LOOKS = {
    "light": {"color_scheme": "light"},
    "dark": {"color_scheme": "dark"},
    "forced": {"forced_colors": "active"},
    "narrow": {"viewport": {"width": 320, "height": 640}},
}
# WCAG 2.2 AA and best practice: everything axe knows but experiments.
RUN = "() => axe.run(document, {resultTypes: ['violations']})"


def ask_and_settle(page: Page, text: str) -> None:
    """Ask, and wait until nothing moves: a colour that is still fading in is not a contrast."""
    ask(page, text)
    page.wait_for_function("document.getAnimations().every((a) => a.playState !== 'running')")


def violations(page: Page, axe: str) -> list[str]:
    """Return axe-core's violations as lines that say rule, element and what is wrong."""
    page.evaluate(axe)
    found = page.evaluate(RUN)["violations"]
    return [
        f"{page.url} {violation['id']}: {node['html'][:160]} :: {node['failureSummary']}"
        for violation in found
        for node in violation["nodes"]
    ]


def scrolls_sideways(page: Page) -> bool:
    return bool(page.evaluate("document.documentElement.scrollWidth > document.documentElement.clientWidth"))


@pytest.mark.parametrize("look", LOOKS)
def test_pages_pass_axe_and_do_not_scroll_sideways(
    open_page: Open, axe_source: str, screenshot: Save, look: str
) -> None:
    page = open_page("/", **LOOKS[look])
    origin = page.url.rstrip("/")
    found: list[str] = []
    for path in STATIC_PAGES:
        page.goto(origin + path)
        found += violations(page, axe_source)
        assert not scrolls_sideways(page), path
        screenshot(page, f"{look}{path.replace('/', '-').replace('?', '-').rstrip('-')}")
    assert not found, "\n".join(dict.fromkeys(found))


@pytest.mark.parametrize("look", LOOKS)
def test_states_of_the_chat_pass_axe_and_do_not_scroll_sideways(
    open_page: Open, axe_source: str, screenshot: Save, look: str
) -> None:
    page = open_page("/", **LOOKS[look])
    found: list[str] = []

    def check(state: str) -> None:
        found.extend(f"[{state}] {line}" for line in violations(page, axe_source))
        assert not scrolls_sideways(page), state
        screenshot(page, f"{look}-state-{state}")

    ask_and_settle(page, QUESTION)
    check("answer")
    page.locator("a.marker").first.click()
    check("panel")
    page.keyboard.press("Escape")
    page.locator("#source-1-1 summary").click()
    check("source-open")
    ask_and_settle(page, NOT_COVERED)
    check("not-covered")
    ask_and_settle(page, UNCLEAR)
    check("screening")
    ask_and_settle(page, SAME_DAY)
    check("same-day")
    ask_and_settle(page, EMERGENCY)
    check("emergency")
    ask_and_settle(page, QUESTION)
    check("sticky")
    conversation = page.url.split("#")[0]
    page.goto(conversation + "/summary")
    check("summary")
    page.goto(conversation + "/delete")
    check("delete")
    assert not found, "\n".join(dict.fromkeys(found))


def test_error_states_pass_axe(open_page: Open, axe_source: str, screenshot: Save) -> None:
    page = open_page("/nowhere", expects_faults=True)
    found = violations(page, axe_source)
    page.goto(page.url.replace("/nowhere", "/"))
    page.click("#ask")
    page.wait_for_selector("#error-summary")
    found += violations(page, axe_source)
    page.goto(re.sub(r"/[^/]*$", "/library", page.url))
    page.get_by_role("button", name="Search").click()
    page.wait_for_selector("#error-summary")
    found += violations(page, axe_source)
    page.fill("#words", "stretches for the hip")
    page.get_by_role("button", name="Search").click()
    expect(page.locator("#found")).to_be_visible()
    screenshot(page, "library-found")
    found += violations(page, axe_source)
    page.route("**/v1/chat", lambda route: route.abort())
    page.goto(page.url.replace("/library", "/"))
    page.fill("#message", QUESTION)
    page.click("#ask")
    page.wait_for_selector(".cut")
    found += violations(page, axe_source)
    assert not found, "\n".join(dict.fromkeys(found))


def test_text_spacing_loses_nothing(open_page: Open) -> None:
    """WCAG 1.4.12: line height 1.5, paragraphs 2, letters 0.12, words 0.16 times the size of the text."""
    page = open_page("/", viewport={"width": 320, "height": 640}, bypass_csp=True)
    ask_and_settle(page, QUESTION)
    css = "* { line-height: 1.5 !important; letter-spacing: 0.12em !important; word-spacing: 0.16em !important }"
    page.add_style_tag(content=css + " p { margin-bottom: 2em !important }")
    assert not scrolls_sideways(page)
    clipped = page.evaluate(
        """() => [...document.querySelectorAll("button, a, p, li, h1, h2, h3, h4, legend, label")]
          .filter((e) => e.offsetParent && !e.closest(".vh, .when-wide, .brand-name") && !e.matches(".vh, .when-wide"))
          .filter((e) => e.scrollWidth > e.clientWidth + 1 && getComputedStyle(e).display !== "inline")
          .map((e) => e.outerHTML.slice(0, 100))"""
    )
    assert clipped == []


def test_the_main_targets_are_large_enough_for_a_thumb(open_page: Open) -> None:
    page = open_page("/", viewport={"width": 320, "height": 640})
    ask_and_settle(page, QUESTION)
    small = page.evaluate(
        """() => [...document.querySelectorAll("button, select, summary, .tool, .exit, .nav a, .call, .choice")]
          .filter((e) => e.offsetParent && e.getBoundingClientRect().height < 44)
          .map((e) => e.outerHTML.slice(0, 100))"""
    )
    assert small == []
    markers = page.evaluate(
        """() => [...document.querySelectorAll('a.marker')]
          .map((e) => e.getBoundingClientRect())
          .map((r) => [r.width, r.height])"""
    )
    assert markers
    assert all(width >= 24 and height >= 24 for width, height in markers)


def test_motion_is_reduced_when_asked(open_page: Open) -> None:
    page = open_page("/", reduced_motion="reduce")
    assert page.evaluate("getComputedStyle(document.documentElement).scrollBehavior") == "auto"
    page.fill("#message", QUESTION)
    page.click("#ask")
    page.wait_for_selector("#turn-1 .turn-tools")
    assert page.evaluate("document.getAnimations().length") == 0
