"""Origins: the bytes of every document the register names, from files, folders and addresses."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path, PurePosixPath
from typing import TYPE_CHECKING
from urllib.parse import urlsplit

from ingest.errors import DocumentRefused, DocumentTooLarge
from ingest.questions import questions_path
from ingest.readers import LOADERS, MAX_FILE_BYTES
from ingest.sources import SOURCE_ID, Entry, slug

if TYPE_CHECKING:
    from ingest.fetch import Fetcher


@dataclass(frozen=True, slots=True)
class Origin:
    """One document before it is read. `refusal` is set, and `raw` empty, when its bytes could not be had.

    `read_as` is a file name that tells the reader to use, where `name` (an address) does not. `questions` holds the
    file of questions beside a document on disk, empty when there is none.
    """

    entry: Entry
    name: str
    raw: bytes
    is_one_of_many: bool = False
    read_as: str = ""
    refusal: DocumentRefused | None = None
    questions: bytes = b""

    @property
    def title(self) -> str:
        """Return a title made from the name of the file, or `Untitled document` if that has no words."""
        return title_from_name(self.name)

    def document_id(self, metadata: Mapping[str, object]) -> str:
        """Return the entry's id; in a folder, the id in the file's own front matter, else one made from its name."""
        if not self.is_one_of_many:
            return self.entry.source.source_id
        own = metadata.get("id")
        if isinstance(own, str) and SOURCE_ID.fullmatch(own):
            return own
        stem = PurePosixPath(urlsplit(self.name).path if "://" in self.name else self.name.replace("\\", "/"))
        return f"{self.entry.source.source_id}-{slug(stem.name.removesuffix(stem.suffix))}"


def find_origins(
    entries: Sequence[Entry],
    cache: Path,
    *,
    refresh: bool = False,
    allow_private: bool = False,
    store: bool = True,
) -> list[Origin]:
    """Return every document the entries name, in order; folders by name, what cannot be had with its refusal."""
    origins: list[Origin] = []
    for entry in entries:
        if entry.path is not None:
            origins.extend(_from_path(entry, entry.path))
        else:
            # Only those who fetch wait for the HTTP library.
            from ingest.fetch import Fetcher

            with Fetcher(cache, refresh=refresh, allow_private=allow_private, store=store) as fetcher:
                origins.extend(_from_web(entry, fetcher))
    return origins


def readable_files(folder: Path) -> list[Path]:
    """Return the files below a folder that some reader knows, by name; hidden files and READMEs are not documents."""
    return sorted(
        path
        for path in folder.rglob("*")
        if path.is_file()
        and path.suffix.lower() in LOADERS
        and path.stem.upper() != "README"
        and not any(part.startswith(".") for part in path.relative_to(folder).parts)
    )


def title_from_name(name: str) -> str:
    """Return a title made from a file name, or `Untitled document` if the name has no words.

    >>> title_from_name("a/back-pain_leaflet.pdf"), title_from_name("000_561a1223.txt")
    ('Back pain leaflet', 'Untitled document')
    """
    stem = PurePosixPath(urlsplit(name).path if "://" in name else name.replace("\\", "/")).name
    stem = re.sub(r"\.\w{1,8}$", "", stem)
    words = [word for word in re.split(r"[\W_]+", stem) if word]
    if not any(word.isalpha() and len(word) >= 3 and re.search(r"[aeiouy]", word.lower()) for word in words):
        return "Untitled document"
    title = " ".join(words)
    return title[0].upper() + title[1:]


def _from_path(entry: Entry, path: Path) -> list[Origin]:
    if path.is_dir():
        files = readable_files(path)
        if files:
            return [_from_file(entry, file, is_one_of_many=True) for file in files]
        refusal = DocumentRefused(f"expected documents in the folder, found none that can be read ({path})")
        return [Origin(entry, str(path), b"", refusal=refusal)]
    return [_from_file(entry, path)]


def _from_file(entry: Entry, path: Path, *, is_one_of_many: bool = False) -> Origin:
    try:
        if path.stat().st_size > MAX_FILE_BYTES:
            refusal: DocumentRefused = DocumentTooLarge(
                f"expected at most {MAX_FILE_BYTES:,} bytes, found {path.stat().st_size:,}"
            )
            return Origin(entry, str(path), b"", is_one_of_many, refusal=refusal)
        beside = questions_path(path)
        questions = beside.read_bytes() if beside.is_file() else b""
        return Origin(entry, str(path), path.read_bytes(), is_one_of_many, questions=questions)
    except OSError as exc:
        refusal = DocumentRefused(f"expected a file that can be read, found: {exc.strerror or exc}")
        return Origin(entry, str(path), b"", is_one_of_many, refusal=refusal)


def _from_web(entry: Entry, fetcher: Fetcher) -> list[Origin]:
    if entry.address:
        return [_from_address(entry, entry.address, fetcher)]
    try:
        addresses = fetcher.sitemap_addresses(entry.sitemap)
    except DocumentRefused as exc:
        return [Origin(entry, entry.sitemap, b"", refusal=exc)]
    return [_from_address(entry, address, fetcher, is_one_of_many=True) for address in addresses]


def _from_address(entry: Entry, address: str, fetcher: Fetcher, *, is_one_of_many: bool = False) -> Origin:
    try:
        fetched = fetcher.fetch(address)
    except DocumentRefused as exc:
        return Origin(entry, address, b"", is_one_of_many, refusal=exc)
    return Origin(entry, address, fetched.raw, is_one_of_many, read_as=fetched.read_as)
