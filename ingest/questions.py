"""The questions people ask, written beside a document: `questions/<name>.toml` for `<name>.md` in the same folder.

Each key is a heading of the document ("" is what stands before the first one), each value a list of wordings that the
section answers. They are searched beside the words of the section, and never quoted.
"""

from __future__ import annotations

import tomllib
from collections.abc import Collection, Mapping, Sequence
from dataclasses import replace
from pathlib import Path

from index.passages import Passage
from ingest.errors import DocumentMalformed

FOLDER = "questions"
MAX_QUESTION_CHARS = 900

Questions = Mapping[str, tuple[str, ...]]  # heading → wordings


def questions_path(document: Path) -> Path:
    """Return where the questions of a document stand.

    >>> questions_path(Path("library/sciatica.md")).as_posix()
    'library/questions/sciatica.toml'
    """
    return document.parent / FOLDER / f"{document.stem}.toml"


def parse_questions(raw: bytes, headings: Collection[str], name: str) -> Questions:
    """Return the wordings under each heading; empty for no bytes.

    Args:
        raw: the file, in UTF-8.
        headings: of the document; each key must be one of them, or empty.
        name: of the document, for errors.

    Raises:
        DocumentMalformed: if the file is not TOML, a key is no heading, or a value is not a list of texts of 1 to 900
            characters.
    """
    try:
        tables = tomllib.loads(raw.decode("utf-8"))
    except (UnicodeDecodeError, tomllib.TOMLDecodeError) as exc:
        raise DocumentMalformed(f"{_file(name)}: expected TOML in UTF-8, found a mistake: {exc}") from exc
    known = {_plain(heading): heading for heading in ("", *headings)}
    questions: dict[str, tuple[str, ...]] = {}
    for key, wordings in tables.items():
        if _plain(key) not in known:
            raise DocumentMalformed(f"{_file(name)}: expected a heading of the document, found {key!r}")
        questions[known[_plain(key)]] = tuple(_wording(one, key, name) for one in _listed(wordings, key, name))
    return questions


def with_questions(passages: Sequence[Passage], questions: Questions) -> list[Passage]:
    """Return the passages, each with the wordings of the section it was cut from."""
    return [replace(passage, questions=questions.get(_heading(passage), ())) for passage in passages]


def _heading(passage: Passage) -> str:
    last = passage.heading_path[-1] if passage.heading_path else ""
    return "" if last == passage.source.title else last


def _listed(value: object, key: str, name: str) -> list[object]:
    if not isinstance(value, list):
        raise DocumentMalformed(f"{_file(name)}, {key!r}: expected a list of questions, found {type(value).__name__}")
    return value


def _wording(value: object, key: str, name: str) -> str:
    text = " ".join(value.split()) if isinstance(value, str) else ""
    if not 1 <= len(text) <= MAX_QUESTION_CHARS:
        raise DocumentMalformed(
            f"{_file(name)}, {key!r}: expected questions of 1 to {MAX_QUESTION_CHARS} characters, found {value!r:.60}"
        )
    return text


def _plain(heading: str) -> str:
    return " ".join(heading.replace("’", "'").casefold().split())


def _file(name: str) -> str:
    return f"the questions beside {name}"
