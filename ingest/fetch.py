"""Fetching documents from the web: http and https only, within limits of size and time, public addresses only."""

from __future__ import annotations

import hashlib
import ipaddress
import json
import socket
import time
from collections.abc import Iterator
from contextlib import closing
from dataclasses import dataclass
from pathlib import Path
from types import TracebackType
from urllib.parse import urljoin, urlsplit

import httpx
from lxml import etree

from ingest.errors import DocumentMalformed, DocumentTooLarge, FetchRefused

MAX_BYTES = 20_000_000
MAX_SECONDS = 30.0
MAX_REDIRECTS = 5
_TIMEOUT_S = 10.0
MAX_SITEMAP_PAGES = 500
MAX_SITEMAP_FILES = 20
_USER_AGENT = "plumbline-ingest/1.0 (reads pages its operator has named)"
_SUFFIXES = {
    "text/html": ".html",
    "application/xhtml+xml": ".html",
    "text/plain": ".txt",
    "text/markdown": ".md",
    "application/pdf": ".pdf",
    "application/vnd.openxmlformats-officedocument.wordprocessingml.document": ".docx",
    "application/xml": ".xml",
    "text/xml": ".xml",
}


@dataclass(frozen=True, slots=True)
class Fetched:
    """What an address gave: the bytes, and a file name that tells which reader to use."""

    url: str
    raw: bytes
    read_as: str


class Fetcher:
    """Fetches addresses and keeps what it got in a folder, so that the next run needs no network.

    Every address, and every address it redirects to, is resolved first; the connection then goes to the very IP address
    that was checked, so that a name cannot be made to point elsewhere in between.
    """

    def __init__(self, cache: Path, *, refresh: bool = False, allow_private: bool = False, store: bool = True) -> None:
        """Set up a fetcher.

        Args:
            refresh: fetch again what is in the cache.
            allow_private: fetch from private, loopback and link-local addresses too.
            store: keep what was fetched in `cache`.
        """
        self._cache = cache
        self._refresh = refresh
        self._allow_private = allow_private
        self._store = store
        self._client = httpx.Client(timeout=httpx.Timeout(_TIMEOUT_S), follow_redirects=False, trust_env=False)

    def __enter__(self) -> Fetcher:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self._client.close()

    def fetch(self, url: str) -> Fetched:
        """Return what an address gives, from the cache if it is there.

        Raises:
            FetchRefused: if the address is not allowed, cannot be reached or answers with an error.
            DocumentTooLarge: if it gives more than `MAX_BYTES`.
        """
        kept = None if self._refresh else self._from_cache(url)
        if kept is not None:
            return kept
        fetched = self._get(url)
        if self._store:
            self._to_cache(url, fetched)
        return fetched

    def sitemap_addresses(self, url: str) -> list[str]:
        """Return the pages a sitemap lists, those of sitemaps it lists included; pages of other hosts are left out.

        Raises:
            FetchRefused, DocumentTooLarge: as `fetch`.
            DocumentMalformed: if it is not a sitemap.
        """
        host = _host(url)
        waiting, seen, pages = [url], {url}, dict[str, None]()
        while waiting and len(seen) <= MAX_SITEMAP_FILES and len(pages) < MAX_SITEMAP_PAGES:
            for kind, address in _sitemap_entries(self.fetch(waiting.pop(0)).raw, url):
                if not host or _host(address) != host:
                    continue
                if kind == "url":
                    pages[address] = None
                elif address not in seen:
                    seen.add(address)
                    waiting.append(address)
        return list(pages)[:MAX_SITEMAP_PAGES]

    def _get(self, url: str) -> Fetched:
        deadline = time.monotonic() + MAX_SECONDS
        address = url
        for _ in range(MAX_REDIRECTS + 1):
            host_ip = checked_address(address, allow_private=self._allow_private)
            try:
                response = self._client.send(_pinned(address, host_ip), stream=True)
                with closing(response):
                    if response.has_redirect_location:
                        address = urljoin(address, response.headers["location"])
                        continue
                    return _received(response, address, deadline)
            except httpx.HTTPError as exc:
                raise FetchRefused(f"{address}: expected an answer, found {type(exc).__name__}: {exc}") from exc
            except (httpx.InvalidURL, ValueError) as exc:  # the second: a redirect to what is no address
                raise FetchRefused(f"{address}: expected an address, found {exc}") from exc
        raise FetchRefused(f"{url}: expected at most {MAX_REDIRECTS} redirects, found more")

    def _place(self, url: str) -> Path:
        return self._cache / hashlib.sha256(url.encode()).hexdigest()[:24]

    def _from_cache(self, url: str) -> Fetched | None:
        place = self._place(url)
        try:
            facts = json.loads(place.with_suffix(".json").read_text(encoding="utf-8"))
            raw = place.with_suffix(".bin").read_bytes()
            if hashlib.sha256(raw).hexdigest() == facts["sha256"]:
                return Fetched(url, raw, str(facts["read_as"]))
        except (OSError, ValueError, KeyError, TypeError):
            pass
        return None

    def _to_cache(self, url: str, fetched: Fetched) -> None:
        facts = {"url": url, "read_as": fetched.read_as, "sha256": hashlib.sha256(fetched.raw).hexdigest()}
        place = self._place(url)
        try:
            place.parent.mkdir(parents=True, exist_ok=True)
            place.with_suffix(".bin").write_bytes(fetched.raw)
            place.with_suffix(".json").write_text(json.dumps(facts), encoding="utf-8")
        except OSError as exc:
            raise FetchRefused(f"{self._cache}: expected a folder that can be written, found {exc.strerror}") from exc


def checked_address(url: str, *, allow_private: bool = False) -> str:
    """Return the IP address to connect to for a URL, after checking scheme, host and every address of the host.

    Raises:
        FetchRefused: if the scheme is not http or https, the URL holds a password, the host is unknown, or any of its
            addresses is not public.
    """
    try:
        parts = urlsplit(url)
        port = parts.port or (443 if parts.scheme == "https" else 80)
    except ValueError as exc:
        raise FetchRefused(f"{url}: expected an address, found {exc}") from exc
    if parts.scheme not in {"http", "https"} or not parts.hostname:
        raise FetchRefused(f"{url}: expected an address that starts with http:// or https://")
    if parts.username or parts.password:
        raise FetchRefused(f"{parts.hostname}: expected an address without a user name or password")
    try:
        found = socket.getaddrinfo(parts.hostname, port, type=socket.SOCK_STREAM)
    except (OSError, UnicodeError) as exc:
        raise FetchRefused(f"{parts.hostname}: expected a host that is known, found {exc}") from exc
    addresses = [str(item[4][0]).split("%")[0] for item in found]
    for address in addresses:
        if not allow_private and not _is_public(address):
            raise FetchRefused(
                f"{parts.hostname}: expected a public address, found {address}; use --allow-private if it is yours"
            )
    return addresses[0]


def _is_public(address: str) -> bool:
    parsed = ipaddress.ip_address(address)
    inner = getattr(parsed, "ipv4_mapped", None) or getattr(parsed, "sixtofour", None)
    return parsed.is_global and not parsed.is_multicast and (inner is None or inner.is_global)


def _pinned(url: str, host_ip: str) -> httpx.Request:
    """Return a request that connects to a checked IP address and still names the host, for TLS too."""
    parsed = httpx.URL(url)
    return httpx.Request(
        "GET",
        parsed.copy_with(host=host_ip),
        headers={"Host": parsed.netloc.decode("ascii"), "User-Agent": _USER_AGENT, "Accept-Encoding": "gzip, deflate"},
        extensions={"sni_hostname": parsed.host, "timeout": httpx.Timeout(_TIMEOUT_S).as_dict()},
    )


def _received(response: httpx.Response, url: str, deadline: float) -> Fetched:
    if response.status_code != 200:
        raise FetchRefused(f"{url}: expected status 200, found {response.status_code}")
    read_as = _read_as(url, response.headers.get("content-type", ""))
    parts: list[bytes] = []
    size = 0
    for part in response.iter_bytes():
        size += len(part)
        if size > MAX_BYTES:
            raise DocumentTooLarge(f"{url}: expected at most {MAX_BYTES:,} bytes, found more")
        if time.monotonic() > deadline:
            raise FetchRefused(f"{url}: expected the whole document within {MAX_SECONDS:.0f} s, it took longer")
        parts.append(part)
    return Fetched(url, b"".join(parts), read_as)


def _read_as(url: str, content_type: str) -> str:
    kind = content_type.split(";")[0].strip().lower()
    last = urlsplit(url).path.rsplit("/", 1)[-1]
    if kind in _SUFFIXES and not (kind == "text/plain" and last.lower().endswith(".md")):
        return "page" + _SUFFIXES[kind]
    if not kind or kind in {"application/octet-stream", "text/plain"}:
        return last or "page.html"
    raise FetchRefused(f"{url}: expected a page, text, PDF or DOCX, found {kind}")


def _host(url: str) -> str:
    """Return the host and port of an address; "" of what is none."""
    try:
        return urlsplit(url).netloc
    except ValueError:
        return ""


def _sitemap_entries(raw: bytes, name: str) -> Iterator[tuple[str, str]]:
    parser = etree.XMLParser(resolve_entities=False, no_network=True, huge_tree=False, load_dtd=False)
    try:
        root = etree.fromstring(raw, parser)
    except etree.XMLSyntaxError as exc:
        raise DocumentMalformed(f"{name}: expected a sitemap, found {exc}") from exc
    if etree.QName(root).localname not in {"urlset", "sitemapindex"}:
        raise DocumentMalformed(f"{name}: expected a sitemap, found <{etree.QName(root).localname}>")
    for place in root.iter("{*}loc"):
        parent = place.getparent()
        if place.text and parent is not None:
            yield etree.QName(parent).localname, place.text.strip()
