"""Only public web pages within the limits are fetched; tested against a server on this machine."""

from __future__ import annotations

import threading
from collections.abc import Iterator
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path

import pytest

from ingest import fetch
from ingest.commands import main
from ingest.errors import DocumentMalformed, DocumentTooLarge, FetchRefused
from ingest.fetch import Fetcher, checked_address

PAGE = (
    b"<html><title>Hip pain</title><main>"
    b"<p>Most hip pain eases with gentle movement within a few weeks.</p></main></html>"
)


class Pages(BaseHTTPRequestHandler):
    """Serves what the tests ask for, and counts the requests."""

    requests: list[str] = []  # noqa: RUF012  (one list for all requests, emptied by the fixture)

    def do_GET(self) -> None:
        self.requests.append(self.path)
        base = f"http://{self.headers['Host']}"
        sitemap = (
            f"<urlset xmlns='x'><url><loc>{base}/a</loc></url><url><loc>http://other.example/b</loc></url>"
            "<url><loc>http://[none/c</loc></url></urlset>"
        )
        found: dict[str, tuple[int, str, bytes, str]] = {
            "/a": (200, "text/html", PAGE, ""),
            "/sitemap.xml": (200, "application/xml", sitemap.encode(), ""),
            "/bomb": (200, "text/plain", b"a" * 5000, ""),
            "/image": (200, "image/png", b"x", ""),
            "/to-a": (302, "text/html", b"", "/a"),
            "/loop": (302, "text/html", b"", "/loop"),
            "/to-file": (302, "text/html", b"", "file:///etc/passwd"),
            "/to-none": (302, "text/html", b"", "http://[none"),
        }
        status, kind, body, target = found.get(self.path, (404, "text/html", b"gone", ""))
        self.send_response(status)
        self.send_header("Content-Type", kind)
        if target:
            self.send_header("Location", target)
        self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        self.wfile.write(body)

    def log_message(self, format: str, *args: object) -> None:
        """Stay quiet."""


@pytest.fixture
def site() -> Iterator[str]:
    Pages.requests.clear()
    server = ThreadingHTTPServer(("127.0.0.1", 0), Pages)
    thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.02})
    thread.start()
    yield f"http://127.0.0.1:{server.server_address[1]}"
    server.shutdown()
    thread.join()
    server.server_close()


@pytest.fixture
def fetcher(tmp_path: Path) -> Iterator[Fetcher]:
    with Fetcher(tmp_path / "fetched", allow_private=True) as opened:
        yield opened


def test_a_page_is_fetched_once_and_then_kept(site: str, fetcher: Fetcher) -> None:
    first, second = fetcher.fetch(f"{site}/to-a"), fetcher.fetch(f"{site}/to-a")
    assert first.raw == second.raw == PAGE
    assert first.read_as == "page.html"
    assert Pages.requests == ["/to-a", "/a"]


def test_a_damaged_copy_is_fetched_again(site: str, fetcher: Fetcher, tmp_path: Path) -> None:
    fetcher.fetch(f"{site}/a")
    next((tmp_path / "fetched").glob("*.bin")).write_bytes(b"<html>")
    assert fetcher.fetch(f"{site}/a").raw == PAGE


@pytest.mark.parametrize("path", ["/missing", "/image", "/loop", "/to-file", "/to-none"])
def test_errors_pictures_loops_and_other_schemes_are_refused(site: str, fetcher: Fetcher, path: str) -> None:
    with pytest.raises(FetchRefused):
        fetcher.fetch(site + path)


def test_more_bytes_than_the_limit_are_refused(site: str, fetcher: Fetcher, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(fetch, "MAX_BYTES", 4000)
    with pytest.raises(DocumentTooLarge):
        fetcher.fetch(f"{site}/bomb")


def test_a_slow_answer_is_given_up(site: str, fetcher: Fetcher, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(fetch, "MAX_SECONDS", -1.0)
    with pytest.raises(FetchRefused, match="longer"):
        fetcher.fetch(f"{site}/a")


@pytest.mark.parametrize(
    "url",
    [
        "http://127.0.0.1/", "http://localhost:8000/", "http://10.0.0.1/", "http://192.168.1.1/", "http://[::1]/",
        "http://169.254.169.254/latest/meta-data", "http://0.0.0.0/", "http://[::ffff:127.0.0.1]/", "http://2130706433/",
        "file:///etc/passwd", "ftp://example.org/", "http://user:word@93.184.216.34/", "http://", "javascript:alert(1)",
    ],
)  # fmt: skip
def test_private_addresses_and_other_schemes_are_refused(url: str) -> None:
    with pytest.raises(FetchRefused):
        checked_address(url)


def test_a_public_address_is_allowed() -> None:
    assert checked_address("https://93.184.216.34/page") == "93.184.216.34"


def test_a_redirect_to_a_private_address_is_refused(site: str, tmp_path: Path) -> None:
    """The check is made again for every hop: the first one here is private already."""
    with Fetcher(tmp_path) as strict, pytest.raises(FetchRefused, match="public"):
        strict.fetch(f"{site}/to-a")


def test_a_sitemap_gives_the_pages_of_its_own_host(site: str, fetcher: Fetcher) -> None:
    assert fetcher.sitemap_addresses(f"{site}/sitemap.xml") == [f"{site}/a"]
    with pytest.raises(DocumentMalformed):
        fetcher.sitemap_addresses(f"{site}/a")


def test_an_address_can_be_added_and_stays_without_a_network(site: str, tmp_path: Path) -> None:
    register = tmp_path / "sources.toml"
    register.write_text("", encoding="utf-8")
    common = ["--register", str(register), "--var", str(tmp_path / "var")]
    assert main(["add", f"{site}/a", "--allow-private", *common]) == 0
    Pages.requests.clear()
    assert main(["run", *common]) == 0
    assert Pages.requests == []
    assert "gentle movement" in (tmp_path / "var" / "passages.jsonl").read_text(encoding="utf-8")
