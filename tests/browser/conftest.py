"""A real server over the whole library, the system's Chromium, axe-core from npm; what is missing skips the test."""

from __future__ import annotations

import contextlib
import shutil
import subprocess
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from playwright.sync_api import Browser, BrowserContext, Page, Route, sync_playwright

from tests.browsing import Open, Save
from tests.servers import ROOT, running_server

SCREENSHOTS = ROOT / "var" / "screenshots"
AXE_VERSION = "4.10.3"
AXE_FOLDER = ROOT / "var" / "axe"
CHROMIUM_ARGUMENTS = (
    "--no-sandbox",
    "--disable-gpu",
    "--disable-quic",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
)

Serve = Callable[..., str]


@pytest.fixture(scope="session")
def serve(real_var: Path) -> Iterator[Serve]:
    """Return a function that starts a server with extra settings and returns its address."""
    with contextlib.ExitStack() as started:
        yield lambda **settings: started.enter_context(running_server(real_var, log_level="error", **settings))


@pytest.fixture(scope="session")
def address(serve: Serve) -> str:
    """Return the address of a server with default settings."""
    return serve()


@pytest.fixture(scope="session")
def chromium() -> Iterator[Browser]:
    """Return the system's Chromium."""
    found = shutil.which("chromium") or shutil.which("chromium-browser")
    if found is None:
        pytest.skip("no chromium on this machine; on Debian: apt-get install chromium")
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=found, args=list(CHROMIUM_ARGUMENTS))
        yield browser
        browser.close()


@pytest.fixture
def open_page(chromium: Browser, address: str) -> Iterator[Open]:
    """Return a function that opens a path in a browser of its own; faults on the page fail the test at its end."""
    contexts: list[BrowserContext] = []
    faults: list[str] = []

    def start(path: str = "/", *, base: str = address, expects_faults: bool = False, **options: object) -> Page:
        context = chromium.new_context(**options)  # type: ignore[arg-type]
        context.set_default_timeout(15_000)
        contexts.append(context)
        # Nothing outside is ever asked for; the quick exit's target is answered here.
        context.route(lambda url: not url.startswith(base), _outside)
        page = context.new_page()
        if not expects_faults:
            page.on("pageerror", lambda error: faults.append(str(error)))
            page.on("console", lambda message: faults.append(message.text) if message.type == "error" else None)
        page.goto(base + path)
        return page

    yield start
    for context in contexts:
        context.close()
    assert faults == []


def _outside(route: Route) -> None:
    route.fulfill(status=200, content_type="text/html", body="<!doctype html><title>Elsewhere</title>elsewhere")


@pytest.fixture
def screenshot() -> Save:
    """Return a function that saves a page for people to look at: all of it, or what is in sight."""
    SCREENSHOTS.mkdir(parents=True, exist_ok=True)

    def save(page: Page, name: str, *, full_page: bool = True) -> None:
        page.screenshot(path=SCREENSHOTS / f"{name}.png", full_page=full_page)

    return save


@pytest.fixture(scope="session")
def axe_source() -> str:
    """Return axe-core's script; installed with npm into var/ once."""
    script = AXE_FOLDER / "node_modules" / "axe-core" / "axe.min.js"
    if not script.is_file():
        npm = shutil.which("npm")
        if npm is None:
            pytest.skip("axe-core is not installed and there is no npm to install it with")
        command = [
            npm,
            "install",
            "--silent",
            "--no-audit",
            "--no-fund",
            "--ignore-scripts",
            "--prefix",
            str(AXE_FOLDER),
        ]
        done = subprocess.run([*command, f"axe-core@{AXE_VERSION}"], capture_output=True, check=False, timeout=120)
        if done.returncode != 0 or not script.is_file():
            pytest.skip("axe-core could not be installed with npm")
    return script.read_text(encoding="utf-8")
