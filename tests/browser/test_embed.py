"""Another page may hold the chat in a frame only if the operator named its origin."""

from __future__ import annotations

import threading
from collections.abc import Callable, Iterator
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer

import pytest
from playwright.sync_api import Browser, Page, expect

pytestmark = pytest.mark.browser

Serve = Callable[..., str]


@pytest.fixture
def host_page() -> Iterator[Callable[[str], str]]:
    """Return a function that serves, on an origin of its own, a page with the widget of `address`."""
    content = {"html": b""}

    class Handler(BaseHTTPRequestHandler):
        def do_GET(self) -> None:
            self.send_response(200)
            self.send_header("Content-Type", "text/html; charset=utf-8")
            self.end_headers()
            self.wfile.write(content["html"])

        def log_message(self, format: str, *args: object) -> None:
            return

    server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    thread = threading.Thread(target=server.serve_forever, daemon=True)
    thread.start()

    def show(address: str, frame: bool = False) -> str:
        part = f'<iframe src="{address}/embed" title="chat" width="600" height="700"></iframe>'
        script = f'<script src="{address}/widget.js"></script>'
        content["html"] = f"<!doctype html><title>Clinic</title><h1>Clinic</h1>{part if frame else script}".encode()
        return f"http://127.0.0.1:{server.server_port}/"

    yield show
    server.shutdown()
    server.server_close()
    thread.join()


def open_host(chromium: Browser, url: str) -> Page:
    page = chromium.new_page()
    page.set_default_timeout(15_000)
    page.goto(url)
    return page


def test_an_allowed_page_shows_the_chat_and_it_works_there(
    chromium: Browser, serve: Serve, host_page: Callable[..., str]
) -> None:
    origin = host_page("http://unused").rstrip("/")
    address = serve(embed_origins=origin)
    page = open_host(chromium, host_page(address))
    frame = page.frame_locator("iframe")
    frame.locator("#message").fill("How long does sciatica last?")
    frame.locator("#ask").click()
    expect(frame.locator("#turn-1 .excerpt").first).to_be_visible()
    frame.get_by_role("link", name="Delete").click()
    frame.get_by_role("button", name="Delete it").click()
    expect(frame.locator("h1")).to_have_text("Your conversation is deleted")
    page.screenshot(path="var/screenshots/embedded.png")
    page.context.close()


def test_by_default_no_page_may_hold_the_chat(chromium: Browser, address: str, host_page: Callable[..., str]) -> None:
    page = open_host(chromium, host_page(address, frame=True))
    page.wait_for_timeout(500)
    assert page.frame_locator("iframe").locator("#message").count() == 0
    page.context.close()
