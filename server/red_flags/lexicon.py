"""Loads the lexicon: word classes, and features with the patterns that show them."""

from __future__ import annotations

import tomllib
from collections import Counter
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from functools import lru_cache
from itertools import chain
from pathlib import Path
from typing import Any, NamedTuple

from server.red_flags.errors import DataFileError
from server.red_flags.patterns import Pattern, compile_pattern, find
from server.red_flags.places import Place, Places
from server.red_flags.word_classes import Said, WordClasses
from server.red_flags.words import Speller, open_word, read_known_words, read_ordinary_words

LEXICON_DIR = Path(__file__).parent / "data" / "lexicon"
KINDS = ("symptom", "risk", "circumstance")

Shown = tuple[int, Pattern, str, str]  # mask of a pattern, the pattern, its feature and mode as in `Match`


@dataclass(frozen=True, slots=True)
class Feature:
    """Something a person can have; `kind` says how time acts on it (a risk factor is never resolved, B2)."""

    id: str
    meaning: str
    category: str
    kind: str
    body: bool
    source: str


class Match(NamedTuple):
    """A pattern found in a sentence; places count content words of that sentence."""

    feature: str
    span: Place
    parts: tuple[Place, ...]
    mode: str  # "shows", "denies" or "explains"
    pattern: str


class Lexicon:
    """Word classes and patterns, compiled for fast look-up."""

    def __init__(
        self, classes: dict[str, list[str]], features: Sequence[dict[str, Any]], more: Sequence[dict[str, Any]] = ()
    ) -> None:
        self.classes = WordClasses(classes)
        self.features: dict[str, Feature] = {}
        self.lookalikes: dict[str, int] = {}  # for a feature, one bit for each class that sets it aside
        self._by_word: dict[str, list[Shown]] = {}
        self._by_phrase: dict[Said, list[Shown]] = {}
        compiled: list[Shown] = []
        for entry in features:
            compiled += self._add_feature(entry)
        for entry in more:
            compiled += self._add_wordings(entry)
        self._anchor(compiled)
        self.speller = Speller(self.classes.surface, read_known_words() | read_ordinary_words())
        self.clean = lru_cache(maxsize=30_000)(self._clean)

    def _clean(self, word: str) -> tuple[str, ...]:
        """Return the words that a token stands for, spelt as the lexicon spells them."""
        if not word[0].isalnum():
            return (word,)
        return tuple(fixed for opened in open_word(word) for fixed in self.speller.correct(opened))

    def _add_feature(self, entry: dict[str, Any]) -> list[Shown]:
        feature = Feature(
            entry["id"],
            entry["meaning"],
            entry.get("category", ""),
            entry.get("kind", "symptom"),
            entry.get("body", True),
            entry.get("source", ""),
        )
        if feature.kind not in KINDS:
            raise ValueError(f"field 'kind' of {feature.id} is {feature.kind!r}; expected one of {', '.join(KINDS)}")
        if feature.id in self.features:
            raise ValueError(f"feature {feature.id} is defined twice")
        self.features[feature.id] = feature
        return self._shown(entry, feature.id)

    def _add_wordings(self, entry: dict[str, Any]) -> list[Shown]:
        if entry["id"] not in self.features:
            raise ValueError(f"further wordings for unknown feature {entry['id']}")
        return self._shown(entry, entry["id"])

    def _shown(self, entry: dict[str, Any], feature: str) -> list[Shown]:
        shared = "".join(f" !{name}" for name in entry.get("unless", []))
        for name in entry.get("unless", []):
            self.lookalikes[feature] = self.lookalikes.get(feature, 0) | 1 << self.classes.class_id(name)
        sources = [(p + shared, "shows") for p in entry["patterns"]]
        for mode, key in (("denies", "denied"), ("explains", "explained")):
            sources += [(p, mode) for p in entry.get(key, [])]
        compiled = [(compile_pattern(source, self.classes.class_id), mode) for source, mode in sources]
        return [(pattern.mask, pattern, feature, mode) for pattern, mode in compiled]

    def _anchor(self, compiled: list[Shown]) -> None:
        """File each pattern under its rarest element, so that most patterns are never looked at."""
        stems = self.classes.stems
        common: Counter[str] = Counter()
        for words in stems.values():
            common.update(words)
        weight = {cid: sum(common[w] * times for w, times in words.items()) for cid, words in stems.items()}
        anchored: dict[int, list[Shown]] = {}
        for item in compiled:
            rarest = min(item[1].class_ids, key=lambda cid: weight.get(cid, 0))
            anchored.setdefault(rarest, []).append(item)
            for word in stems.get(rarest, ()):
                self._by_word.setdefault(word, []).append(item)
        for said in self.classes.all_said():
            if items := [item for cid in said.class_ids for item in anchored.get(cid, ())]:
                self._by_phrase[said] = items

    def kind_of(self, feature: str) -> str | None:
        """Return "symptom", "risk" or "circumstance", None for what is counted and not worded, such as tablets."""
        return self.features[feature].kind if feature in self.features else None

    def matches(self, places: Places) -> list[Match]:
        """Return every feature pattern that holds in a sentence with these `places`."""
        absent = places.absent
        seen: set[int] = set()
        found = []
        for items in self._candidates(places):
            for item in items:
                mask, pattern, feature, mode = item
                if mask & absent or id(item) in seen:
                    continue
                seen.add(id(item))
                for span, parts in find(pattern, places):
                    found.append(Match(feature, span, parts, mode, pattern.source))
        return found

    def _candidates(self, places: Places) -> Iterator[list[Shown]]:
        """Return the patterns filed under what stands there, in order, so that facts are the same in every run."""
        words = map(self._by_word.get, dict.fromkeys(places.stems))
        phrases = map(self._by_phrase.get, [said for said, _ in places.said])
        return filter(None, chain(words, phrases))


@lru_cache(maxsize=1)
def load_lexicon() -> Lexicon:
    """Return the lexicon of this package, read once.

    Raises:
        DataFileError: naming file, line and field if a file cannot be used.
    """
    return read_lexicon(sorted(LEXICON_DIR.glob("*.toml")))


def read_lexicon(paths: Iterable[Path]) -> Lexicon:
    """Return the lexicon written in `paths`; later files may use classes of earlier ones and the reverse.

    Raises:
        DataFileError: naming file, line and field if a file cannot be used.
    """
    classes: dict[str, list[str]] = {}
    features: list[dict[str, Any]] = []
    more: list[dict[str, Any]] = []
    origins: list[tuple[Path, str]] = []
    for path in paths:
        text = _read(path)
        data = _parse(path, text)
        origins.append((path, text))
        for name, members in data.get("classes", {}).items():
            _check_class(path, text, name, members, classes)
            classes[name] = members
        for entry in data.get("also", []):
            _check_feature(path, text, {"meaning": "further wordings", **entry})
            more.append(entry)
        for entry in data.get("feature", []):
            _check_feature(path, text, entry)
            features.append(entry)
    try:
        return Lexicon(classes, features, more)
    except ValueError as exc:
        raise DataFileError(_locate(origins, str(exc))) from exc


def _read(path: Path) -> str:
    try:
        return path.read_text(encoding="utf-8")
    except (OSError, UnicodeDecodeError) as exc:
        raise DataFileError(f"{path.name}: cannot be read: {exc}") from exc


def _parse(path: Path, text: str) -> dict[str, Any]:
    try:
        return tomllib.loads(text)
    except tomllib.TOMLDecodeError as exc:
        raise DataFileError(f"{path.name}: not valid TOML: {exc}") from exc


def _check_class(path: Path, text: str, name: str, members: object, classes: dict[str, list[str]]) -> None:
    if name in classes:
        raise DataFileError(f"{path.name}:{line_of(text, name)}: word class {name} is defined twice")
    if not isinstance(members, list) or not members or not all(isinstance(m, str) and m.strip() for m in members):
        raise DataFileError(f"{path.name}:{line_of(text, name)}: word class {name} must be a list of words")


def _check_feature(path: Path, text: str, entry: dict[str, Any]) -> None:
    for key in ("id", "meaning", "patterns"):
        if not entry.get(key):
            raise DataFileError(
                f"{_place(path, text, entry)}: field {key!r} of feature {entry.get('id', '?')} is missing"
            )
    for key in ("patterns", "unless", "denied", "explained"):
        if not all(isinstance(p, str) for p in entry.get(key, [])):
            raise DataFileError(f"{_place(path, text, entry)}: field {key!r} of feature {entry['id']} must hold texts")


def _place(path: Path, text: str, entry: dict[str, Any]) -> str:
    quoted = f'"{entry.get("id", "")}"'
    return f"{path.name}:{line_of(text, quoted)}"


def line_of(text: str, needle: str) -> int:
    """Return the number of the first line that contains `needle`, 1 when none does."""
    for number, line in enumerate(text.splitlines(), 1):
        if needle in line:
            return number
    return 1


def _locate(origins: Sequence[tuple[Path, str]], message: str) -> str:
    for path, text in origins:
        for number, line in enumerate(text.splitlines(), 1):
            quoted = message.rsplit("'", 2)[-2] if message.count("'") >= 2 else message.rsplit(" ", 1)[-1]
            if quoted and quoted in line:
                return f"{path.name}:{number}: field 'patterns': {message}"
    return f"lexicon: {message}"
