"""What was added with `python -m ingest add`: a register of its own in the data folder, with copies of the files."""

from __future__ import annotations

import shutil
from collections.abc import Container
from dataclasses import dataclass
from pathlib import Path

from ingest.errors import DocumentRefused, RegisterInvalid
from ingest.origins import bytes_of, title_from_name
from ingest.questions import questions_path
from ingest.readers import read_content
from ingest.sources import SOURCE_ID, Entry, put_entry, read_register, remove_entry, slug

ADDED_REGISTER = "added.toml"
ADDED_FOLDER = "added"


@dataclass(frozen=True, slots=True)
class Wording:
    """What the person who adds a source says of it; what is empty comes from the document itself, or stays empty."""

    source_id: str = ""
    title: str = ""
    publisher: str = ""
    licence: str = ""
    url: str = ""


def is_address(place: str) -> bool:
    """Return whether a place is an address on the web rather than a path."""
    return "://" in place


def added_entries(var: Path) -> list[Entry]:
    """Return the entries that were added to a data folder, in order.

    Raises:
        RegisterInvalid: if their register is wrong; names file, line and field.
    """
    file = var / ADDED_REGISTER
    return read_register(file) if file.exists() else []


def all_entries(register: Path, var: Path) -> list[Entry]:
    """Return the entries of the register and of what was added to the data folder.

    Raises:
        RegisterInvalid: if either file is wrong, or they use the same id.
    """
    entries, added = read_register(register), added_entries(var)
    known = {entry.source.source_id for entry in entries}
    for entry in added:
        if entry.source.source_id in known:
            raise RegisterInvalid(
                f"{var / ADDED_REGISTER}, line {entry.line}, field 'id': expected an id of its own, found "
                f"{entry.source.source_id!r}, which {register} has; run `python -m ingest remove` or rename one"
            )
    return entries + added


def add_place(place: str, said: Wording, var: Path, taken: Container[str], *, allow_private: bool = False) -> str:
    """Record one file or address among what was added, in place of an older one of the same id; return its id.

    Args:
        place: a path, or an address, which is fetched.
        taken: ids that may not be used: those of the register, and of what the same command has added before.
        allow_private: fetch from private and loopback addresses as well.

    Raises:
        DocumentRefused: if it cannot be read, or its id belongs to another; it is not recorded then.
        RegisterInvalid: if the register cannot be read, or what is said of the source does not belong there.
        OSError: if the data folder cannot be written.
    """
    source_id = said.source_id or slug(Path(place.rstrip("/")).stem)
    older = next((entry for entry in added_entries(var) if entry.source.source_id == source_id), None)
    _check_id(source_id, place, older, taken)
    values: dict[str, object] = {"publisher": said.publisher, "licence": said.licence, "url": said.url}
    if is_address(place):
        title = _fetched_title(place, var, allow_private=allow_private)
        values["url"] = place
    else:
        title = read_content(bytes_of(Path(place)), place).title
        values["path"] = _copy(Path(place), source_id, var)
    values["title"] = said.title or title or title_from_name(place)
    put_entry(var / ADDED_REGISTER, {"id": source_id, **values})
    if older is not None and older.path is not None and older.path != var / str(values.get("path", "")):
        _remove_copy(older.path, var)
    return source_id


def remove_added(var: Path, source_id: str) -> bool:
    """Remove what was added under an id, with the copy of its file; return whether it was there.

    Raises:
        RegisterInvalid: if the register of what was added cannot be read.
        OSError: if the data folder cannot be written.
    """
    paths = {entry.source.source_id: entry.path for entry in added_entries(var)}
    if not remove_entry(var / ADDED_REGISTER, source_id):
        return False
    path = paths[source_id]
    if path is not None:
        _remove_copy(path, var)
    return True


def _check_id(source_id: str, place: str, older: Entry | None, taken: Container[str]) -> None:
    if not SOURCE_ID.fullmatch(source_id):
        raise DocumentRefused(f"--id: expected lower-case letters, digits and hyphens, found {source_id!r}")
    if source_id in taken:
        raise DocumentRefused(
            f"expected an id of its own, found {source_id!r}, which another source has; add it by itself with --id"
        )
    # A file may have been moved and still be the same; another address is another document.
    if older is not None and older.address and older.address != place:
        raise DocumentRefused(f"expected an id of its own, found {source_id!r}, which {older.address} has; give --id")


def _fetched_title(address: str, var: Path, *, allow_private: bool) -> str:
    # Only those who fetch wait for the HTTP library.
    from ingest.fetch import Fetcher

    with Fetcher(var / "fetched", refresh=True, allow_private=allow_private) as fetcher:
        fetched = fetcher.fetch(address)
    return read_content(fetched.raw, fetched.read_as).title


def _copy(path: Path, source_id: str, var: Path) -> str:
    """Copy a file, and the questions beside it, into the data folder; return where, below it."""
    target = var / ADDED_FOLDER / f"{source_id}{path.suffix.lower()}"
    _copy_file(path, target)
    if questions_path(path).is_file():
        _copy_file(questions_path(path), questions_path(target))
    return target.relative_to(var).as_posix()


def _copy_file(path: Path, target: Path) -> None:
    if path.resolve() == target.resolve():
        return
    target.parent.mkdir(parents=True, exist_ok=True)
    unfinished = target.with_name(target.name + ".unfinished")
    try:
        shutil.copyfile(path, unfinished)
        unfinished.replace(target)
    finally:
        unfinished.unlink(missing_ok=True)


def _remove_copy(path: Path, var: Path) -> None:
    if path.parent == var / ADDED_FOLDER:
        path.unlink(missing_ok=True)
        questions_path(path).unlink(missing_ok=True)
