"""Origins: the bytes of every document the register names, from files, folders and addresses."""

from __future__ import annotations

import re
import stat
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

# What people keep leaflets in, besides what can be read.
_OTHER_DOCUMENTS = frozenset(
    (
        ".doc",
        ".odt",
        ".rtf",
        ".pages",
        ".ppt",
        ".pptx",
        ".odp",
        ".key",
        ".xls",
        ".xlsx",
        ".ods",
        ".epub",
        ".mobi",
        ".wpd",
    )
)


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


def files_of_folder(folder: Path) -> list[Path]:
    """Return the files below a folder that some reader knows, by name; hidden files and READMEs are not documents.

    Documents that no reader knows, and links that lead nowhere, are there too: they must be reported, not passed over.
    """
    return sorted(
        path
        for path in folder.rglob("*")
        if (path.is_file() or not path.exists())
        and path.suffix.lower() in LOADERS.keys() | _OTHER_DOCUMENTS
        and path.stem.upper() != "README"
        and not any(part.startswith(".") for part in path.relative_to(folder).parts)
    )


def bytes_of(path: Path) -> bytes:
    """Return the bytes of a file.

    Raises:
        DocumentTooLarge: if there are more than `MAX_FILE_BYTES`; it is not read then.
        DocumentRefused: if it is no file, or one that cannot be read.
    """
    try:
        status = path.stat()
        if not stat.S_ISREG(status.st_mode):  # reading from a device or a pipe may never end
            raise DocumentRefused("expected a file, found something else of this name")
        if status.st_size > MAX_FILE_BYTES:
            raise DocumentTooLarge(
                f"expected at most {MAX_FILE_BYTES:,} bytes, found {status.st_size:,}; split the file"
            )
        return path.read_bytes()
    except OSError as exc:
        raise DocumentRefused(f"expected a file that can be read, found: {exc.strerror or exc}") from exc


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
        files = files_of_folder(path)
        if files:
            return [_from_file(entry, file, is_one_of_many=True) for file in files]
        refusal = DocumentRefused(f"expected documents in the folder, found none that can be read ({path})")
        return [Origin(entry, str(path), b"", refusal=refusal)]
    return [_from_file(entry, path)]


def _from_file(entry: Entry, path: Path, *, is_one_of_many: bool = False) -> Origin:
    try:
        raw = bytes_of(path)
        beside = questions_path(path)
        questions = bytes_of(beside) if beside.is_file() else b""
    except DocumentRefused as exc:
        return Origin(entry, str(path), b"", is_one_of_many, refusal=exc)
    return Origin(entry, str(path), raw, is_one_of_many, questions=questions)


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
