"""What the browser tests share: messages that lead to each kind of answer, asking them, and reading what is cited."""

from __future__ import annotations

import re
from collections.abc import Callable

from playwright.sync_api import Page

Open = Callable[..., Page]
Save = Callable[..., None]

QUESTION = "How long does sciatica last?"
EMERGENCY = "My saddle area has gone numb and I can't pee since this morning, my back is agony"
SAME_DAY = "My foot has started dragging since this morning and I trip over it"
UNCLEAR = "I fell last week and my hip hurts"


def ask(page: Page, text: str) -> None:
    """Type a question, send it, and wait for the server's own HTML of the answer."""
    number = page.locator(".turn").count() + 1
    page.fill("#message", text)
    page.click("#ask")
    page.wait_for_selector(f"#turn-{number} .turn-tools")


def citations_of(page: Page, turn: int = 1) -> list[dict[str, object]]:
    """Return the citations, at least one, as the JSON door gives them for the conversation that is shown."""
    conversation = page.url.split("/c/")[1].split("#")[0].split("?")[0]
    origin = page.url.split("/c/")[0]
    body = page.request.get(f"{origin}/v1/conversations/{conversation}").json()
    found: list[dict[str, object]] = body["messages"][2 * turn - 1]["answer"]["citations"]
    assert found
    return found


def words_only(text: str) -> str:
    """Return letters and digits: list markers and line ends of the source are shown as list items."""
    return "".join(re.findall(r"[^\W_]+", re.sub(r"(?m)^ *(- |\d+\. )", "", text)))
