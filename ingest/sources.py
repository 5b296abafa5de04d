"""The source register: which files, folders and addresses are taken in, who published them and under what licence."""

from __future__ import annotations

import json
import re
import tomllib
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date, datetime
from pathlib import Path
from typing import Any, cast
from urllib.parse import urlsplit

from index.passages import Reference, Source
from ingest.documents import Content
from ingest.errors import DocumentMalformed, RegisterInvalid

SOURCE_ID = re.compile(r"[a-z0-9]+(?:-[a-z0-9]+)*")
_WEB_ADDRESS = r"https?://[^\s/]+\S*"
MAX_TITLE_CHARS = 120
_WORDS = ("title", "publisher", "licence", "reviewed_by", "audience", "kind")
_DATES = ("written", "reviewed", "next_review")
_LISTS = ("topics", "keep", "set_aside")
_PLACES = ("path", "url", "sitemap")
_KEY = re.compile(r"\s*(?:\[\[\s*source\.)?\"?([A-Za-z_]+)\"?\s*(?:=|\]\])")
_FIELDS = frozenset({"id", *_WORDS, *_DATES, *_LISTS, *_PLACES, "references"})


@dataclass(frozen=True, slots=True)
class Entry:
    """One entry of a register. Exactly one of `path`, `address` and `sitemap` says where the documents are.

    A folder or a sitemap gives many documents; their own front matter then adds to `source`, document by document.
    `keep` and `set_aside` overrule the screening: each is a passage's digest or the words a paragraph begins with.
    """

    source: Source
    path: Path | None = None
    address: str = ""
    sitemap: str = ""
    keep: tuple[str, ...] = ()
    set_aside: tuple[str, ...] = ()
    line: int = 0


@dataclass(frozen=True, slots=True)
class _Table:
    """One `[[source]]` of a register file, and where its fields stand."""

    file: Path
    values: Mapping[str, object]
    lines: Mapping[str, int] = field(default_factory=dict)
    line: int = 0

    def wrong(self, name: str, expected: str, found: object) -> RegisterInvalid:
        """Return the error for a field, naming file, line and field."""
        line = self.lines.get(name, self.line)
        where = f"{self.file}, line {line}" if line else f"{self.file}"
        return RegisterInvalid(f"{where}, field {name!r}: expected {expected}, found {found!r}")


def read_register(path: Path) -> list[Entry]:
    """Return the entries of a register file, in order; paths in it are relative to its folder.

    Raises:
        RegisterInvalid: if the file is missing, is not TOML or a field is wrong; names file, line and field.
    """
    try:
        text = path.read_text(encoding="utf-8")
    except (OSError, UnicodeDecodeError) as exc:
        raise RegisterInvalid(f"{path}: expected a source register in UTF-8, found {exc}; give --register") from exc
    return _parsed(path, text)


def source_of_document(entry: Entry, document_id: str, title: str, content: Content, name: str) -> Source:
    """Return the source of one document: what its own front matter says first, then what the entry says.

    Raises:
        DocumentMalformed: if a field of the front matter is wrong; names the file, the line and the field.
    """
    metadata = content.metadata
    table = _Table(Path(name), metadata, content.metadata_lines)
    try:
        own = _source_fields({**metadata, "id": document_id}, table)
    except RegisterInvalid as exc:
        raise DocumentMalformed(str(exc)) from exc
    values: dict[str, object] = {}
    for key in Source.__dataclass_fields__:
        of_entry = getattr(entry.source, key)
        # A folder's title names the collection, not each document; a single file's entry knows better than the file.
        values[key] = (of_entry or own.get(key)) if _is_single(entry) else (own.get(key) or _shared(key, of_entry))
    values["source_id"] = document_id
    values["title"] = _short(str(values.get("title") or title or document_id.replace("-", " ").capitalize()))
    chosen = {key: value or Source.__dataclass_fields__[key].default for key, value in values.items()}
    return Source(**cast(dict[str, Any], chosen))


def put_entry(path: Path, values: Mapping[str, object]) -> None:
    """Add an entry to the end of a register file, in place of an older one of the same id; the file is made if needed.

    Raises:
        RegisterInvalid: if the file cannot be read as a register, or would not be one with this entry.
        OSError: if the file cannot be written.
    """
    lines = ["", "[[source]]", *(f"{key} = {_toml_value(value)}" for key, value in values.items() if value)]
    old = path.read_text(encoding="utf-8") if path.exists() else "# Sources added with `python -m ingest add`.\n"
    text = _without_entry(path, old, str(values["id"])) + "\n".join(lines) + "\n"
    _parsed(path, text)
    _replace_file(path, text)


def remove_entry(path: Path, source_id: str) -> bool:
    """Remove an entry from a register file; returns whether it was there.

    Raises:
        RegisterInvalid: if the file cannot be read as a register.
        OSError: if the file cannot be written.
    """
    if not path.exists():
        return False
    read_register(path)  # a file that cannot be read is reported as such
    old = path.read_text(encoding="utf-8")
    text = _without_entry(path, old, source_id)
    if text == old:
        return False
    _replace_file(path, text)
    return True


def is_web_address(value: str) -> bool:
    """Return whether a text is an http or https address that can be taken apart.

    >>> is_web_address("https://example.org/hip"), is_web_address("example.org"), is_web_address("http://[bad")
    (True, False, False)
    """
    try:
        return bool(re.fullmatch(_WEB_ADDRESS, value)) and urlsplit(value).port != 0
    except ValueError:
        return False


def slug(text: str, fallback: str = "document") -> str:
    """Return a text as an id: lower-case ASCII letters and digits with single hyphens, at most 60 characters.

    >>> slug("Hip & back, 2nd edition.txt")
    'hip-back-2nd-edition-txt'
    """
    return re.sub(r"[^a-z0-9]+", "-", text.lower())[:60].strip("-") or fallback


def _parsed(path: Path, text: str) -> list[Entry]:
    try:
        values = tomllib.loads(text)
    except tomllib.TOMLDecodeError as exc:
        raise RegisterInvalid(f"{path}{_place_of(exc, text)}: expected TOML, found a mistake: {exc}") from exc
    unknown = set(values) - {"source"}
    tables = values.get("source", [])
    if unknown or not isinstance(tables, list) or not all(isinstance(table, dict) for table in tables):
        raise RegisterInvalid(f"{path}: expected [[source]] tables only, found {sorted(unknown) or 'source'}")
    entries = [_entry(table) for table in _located(path, text, tables)]
    _check_unique(path, entries)
    return entries


def _place_of(mistake: tomllib.TOMLDecodeError, text: str) -> str:
    """Return the line a mistake stands on, and the field where that line begins with one; "" if nobody can say."""
    at = re.search(r"\(at line (\d+),", str(mistake))
    if at is None:
        return ""
    key = _KEY.match(text.split("\n")[int(at[1]) - 1])
    return f", line {at[1]}, field {key[1]!r}" if key else f", line {at[1]}"


def _without_entry(path: Path, text: str, source_id: str) -> str:
    """Return the text of a register without the entry of an id; unchanged where there is none."""
    entries = _parsed(path, text)
    lines = text.split("\n")
    starts = [entry.line - 1 for entry in entries] + [len(lines)]
    for number, entry in enumerate(entries):
        if entry.source.source_id == source_id:
            kept = lines[: starts[number]] + lines[starts[number + 1] :]
            return "\n".join(kept).rstrip("\n") + "\n"
    return text


def _replace_file(path: Path, text: str) -> None:
    path.parent.mkdir(parents=True, exist_ok=True)
    unfinished = path.with_name(path.name + ".unfinished")
    try:
        unfinished.write_text(text, encoding="utf-8")
        unfinished.replace(path)
    finally:
        unfinished.unlink(missing_ok=True)


def _located(path: Path, text: str, tables: list[dict[str, object]]) -> list[_Table]:
    """Return each table with the line it starts on and the lines of its fields; tomllib itself does not tell."""
    starts: list[int] = []
    lines: list[dict[str, int]] = []
    for number, line in enumerate(text.split("\n"), 1):
        if re.match(r"\s*\[\[\s*source\s*\]\]", line):
            starts.append(number)
            lines.append({})
        elif lines and (match := _KEY.match(line)):
            lines[-1].setdefault(match[1], number)
    if len(starts) != len(tables):
        return [_Table(path, table) for table in tables]
    return [_Table(path, *parts) for parts in zip(tables, lines, starts, strict=True)]


def _entry(table: _Table) -> Entry:
    unknown = sorted(set(table.values) - _FIELDS)
    if unknown:
        raise table.wrong(unknown[0], f"one of {', '.join(sorted(_FIELDS))}", unknown[0])
    places = [name for name in _PLACES if table.values.get(name)]
    if len(places) != 1 and set(places) != {"path", "url"}:
        found = " and ".join(places) or "none of them"
        raise RegisterInvalid(
            f"{table.file}, line {table.line}, field 'path': expected one of path, url or sitemap, found {found}"
        )
    source_id = table.values.get("id")
    if not isinstance(source_id, str) or not SOURCE_ID.fullmatch(source_id):
        raise table.wrong("id", "lower-case letters, digits and hyphens", source_id)
    fields = _source_fields(table.values, table)
    if not fields.get("title"):
        raise table.wrong("title", "a title", table.values.get("title"))
    path = _text(table, "path")
    if "\0" in path:
        raise table.wrong("path", "a file or folder", path)
    sitemap = _address(table, "sitemap")
    return Entry(
        source=Source(**cast(dict[str, Any], fields)),
        path=(table.file.parent / path) if path else None,
        address="" if path else str(fields.get("url", "")),
        sitemap=sitemap,
        keep=_texts(table, "keep"),
        set_aside=_texts(table, "set_aside"),
        line=table.line,
    )


def _source_fields(values: Mapping[str, object], table: _Table) -> dict[str, object]:
    table = _Table(table.file, values, table.lines, table.line)
    fields: dict[str, object] = {"source_id": values["id"], "url": _address(table, "url")}
    fields |= {name: _text(table, name) for name in _WORDS}
    fields |= {name: _date(table, name) for name in _DATES}
    fields["topics"] = _texts(table, "topics")
    fields["references"] = _references(table)
    return fields


def _text(table: _Table, name: str) -> str:
    value = table.values.get(name)
    if value is None:
        return ""
    if not isinstance(value, str):
        raise table.wrong(name, "text in quotes", value)
    return " ".join(value.split())


def _texts(table: _Table, name: str) -> tuple[str, ...]:
    value = table.values.get(name)
    if value is None or value == "":
        return ()
    if not isinstance(value, list) or not all(isinstance(part, str) and part.strip() for part in value):
        raise table.wrong(name, "a list of texts", value)
    return tuple(" ".join(part.split()) for part in value)


def _date(table: _Table, name: str) -> str:
    value = table.values.get(name)
    if value is None or value == "":
        return ""
    if isinstance(value, datetime):
        return value.date().isoformat()
    try:
        return (value if isinstance(value, date) else date.fromisoformat(str(value))).isoformat()
    except ValueError as exc:
        raise table.wrong(name, "a date such as 2026-11-23", value) from exc


def _address(table: _Table, name: str) -> str:
    value = _text(table, name)
    if value and not is_web_address(value):
        raise table.wrong(name, "an address that starts with http:// or https://", value)
    return value


def _references(table: _Table) -> tuple[Reference, ...]:
    value = table.values.get("references") or []
    if not isinstance(value, list):
        raise table.wrong("references", "a list of references", value)
    return tuple(_reference(table, raw) for raw in value)


def _reference(table: _Table, raw: object) -> Reference:
    if isinstance(raw, str) and raw.strip():
        return Reference(title=raw.strip())
    if not isinstance(raw, dict):
        raise table.wrong("references", "title, publisher, year and url, or general knowledge", raw)
    known = raw.get("general knowledge", raw.get("general_knowledge"))
    if known:
        return Reference(title=str(known), general_knowledge=True)
    title, year, url = raw.get("title"), raw.get("year"), raw.get("url") or ""
    if not isinstance(title, str) or not title.strip():
        raise table.wrong("references", "a reference with a title", raw)
    if year is not None and (not isinstance(year, int) or not 1800 <= year <= 2200):
        raise table.wrong("references", "a year such as 2024", year)
    if url and not re.fullmatch(r"https?://\S+", str(url)):
        raise table.wrong("references", "an address that starts with http:// or https://", url)
    return Reference(title=title.strip(), publisher=str(raw.get("publisher") or ""), year=year, url=str(url))


def _check_unique(path: Path, entries: list[Entry]) -> None:
    seen: dict[str, int] = {}
    for entry in entries:
        name = entry.source.source_id
        if name in seen:
            raise RegisterInvalid(
                f"{path}, line {entry.line}, field 'id': expected an id of its own, found {name!r} again "
                f"(first on line {seen[name]})"
            )
        seen[name] = entry.line


def _is_single(entry: Entry) -> bool:
    return bool(entry.address) or (entry.path is not None and not entry.path.is_dir())


def _shared(key: str, value: object) -> object:
    """Return a field of a folder's entry that holds for each of its documents; its title and address do not."""
    return "" if key in {"title", "url"} else value


def _short(title: str) -> str:
    title = " ".join(title.split())
    return title if len(title) <= MAX_TITLE_CHARS else title[: MAX_TITLE_CHARS - 1].rsplit(" ", 1)[0] + "…"


def _toml_value(value: object) -> str:
    # A JSON string is a TOML basic string, once characters stay as they are, but for DEL, line ends of other kinds, and
    # the halves of characters that stand for bytes of a file name that are no UTF-8.
    if isinstance(value, (list, tuple)):
        return "[" + ", ".join(_toml_value(part) for part in cast(list[object], value)) + "]"
    plain = str(value).encode("utf-8", "replace").decode("utf-8")
    return re.sub(
        "[\x7f\x85\u2028\u2029]", lambda match: f"\\u{ord(match[0]):04x}", json.dumps(plain, ensure_ascii=False)
    )
