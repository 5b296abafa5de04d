"""Loads the lexicon: word classes, and features with the patterns that show them."""

from __future__ import annotations

import tomllib
from bisect import bisect_left
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path
from typing import Any

from server.red_flags.errors import DataFileError
from server.red_flags.patterns import Pattern, Place, Places, compile_pattern, find
from server.red_flags.words import Speller, open_word, read_known_words, stem

LEXICON_DIR = Path(__file__).parent / "data" / "lexicon"
KINDS = ("symptom", "risk", "circumstance")

# Words that never decide anything; they are skipped so that patterns need not list them.
FILLERS = frozenset(
    [
        "a",
        "an",
        "the",
        "my",
        "your",
        "his",
        "her",
        "our",
        "their",
        "its",
        "this",
        "that",
        "these",
        "those",
        "some",
        "i",
        "you",
        "he",
        "she",
        "it",
        "we",
        "they",
        "me",
        "him",
        "them",
        "us",
        "am",
        "is",
        "are",
        "was",
        "were",
        "be",
        "been",
        "being",
        "has",
        "have",
        "had",
        "do",
        "does",
        "did",
        "really",
        "very",
        "so",
        "quite",
        "just",
        "literally",
        "actually",
        "basically",
        "honestly",
        "um",
        "uh",
        "er",
        "erm",
        "erh",
        "hmm",
        "like",
        "well",
        "proper",
        "pure",
        "bloody",
        "fucking",
        "fuckin",
        "flipping",
        "totally",
        "completely",
        "absolutely",
        "of",
        "to",
        "also",
        "oh",
        "ok",
        "okay",
        "then",
        "please",
        "kind",
        "sort",
        "bit",
        "slightly",
        "rather",
        "pretty",
        "even",
        "still",
        "s",
        "ever",
        "already",
        "obviously",
        "apparently",
        "seriously",
        "damn",
        "sodding",
        "ruddy",
        "freaking",
        "freakin",
        "feckin",
        "fecking",
        "comma",
        "kindly",
        "total",
        "complete",
        "utterly",
        "mine",
        "yours",
        "ours",
        "own",
        "whole",
        "entire",
    ]
)


@dataclass(frozen=True, slots=True)
class Feature:
    """Something a person can have; `kind` says how time acts on it (a risk factor is never resolved, B2)."""

    id: str
    meaning: str
    category: str
    kind: str
    body: bool
    source: str


@dataclass(frozen=True, slots=True)
class Match:
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
        self._ids: dict[str, int] = {}
        self._members: dict[str, list[str]] = classes
        self.single: dict[str, tuple[int, ...]] = {}
        self.phrases: dict[tuple[str, str], list[tuple[tuple[str, ...], int]]] = {}
        self.raw_phrases: dict[tuple[str, str], list[tuple[tuple[str, ...], int]]] = {}
        self.features: dict[str, Feature] = {}
        self._anchored: dict[int, list[tuple[Pattern, str, str]]] = {}
        self._by_word: dict[str, list[tuple[Pattern, str, str]]] = {}
        self._masks: dict[str, int] = {}
        self._surface: set[str] = set()
        compiled: list[tuple[Pattern, str, str]] = []
        for name in classes:
            self.class_id(name)
        for entry in features:
            compiled += self._add_feature(entry)
        for entry in more:
            compiled += self._add_wordings(entry)
        self._anchor(compiled)
        self.speller = Speller(self._surface, read_known_words())
        self.clean = lru_cache(maxsize=30_000)(self._clean)

    def _clean(self, word: str) -> tuple[str, ...]:
        """Return the words that a token stands for, spelt as the lexicon spells them."""
        return tuple(fixed for opened in open_word(word) for fixed in self.speller.correct(opened))

    def class_id(self, element: str) -> int:
        """Return the number of a class or of an inline element such as `CANT|lost`, making it if it is new.

        Raises:
            ValueError: if a class in capitals is not defined.
        """
        if element not in self._ids:
            self._ids[element] = number = len(self._ids)
            for member in self._resolve(element, ()):
                self._index(member, number)
        return self._ids[element]

    def _resolve(self, element: str, seen: tuple[str, ...]) -> list[str]:
        if element in seen:
            raise ValueError(f"word class {element} contains itself")
        members: list[str] = []
        if element in self._members:
            for member in self._members[element]:
                members += self._resolve(member[1:], (*seen, element)) if member.startswith("@") else [member]
            return members
        for part in element.split("|"):
            if part.isupper() and len(part) > 1:
                if part not in self._members:
                    raise ValueError(f"unknown word class {part}")
                members += self._resolve(part, (*seen, element))
            else:
                members.append(part.replace("+", " "))
        return members

    def _index(self, member: str, number: int) -> None:
        if member in _EXACT_FORMS:
            for form in _EXACT_FORMS[member]:
                self.raw_phrases.setdefault((form, ""), []).append(((form,), number))
            return
        exact = member.startswith("=")  # "=was pregnant with": the small words carry the sense
        words = [w for raw in member.lstrip("=").lower().split() for w in open_word(raw)]
        self._surface.update(w for w in words if len(w) >= 4)
        stems = tuple(stem(w) for w in words if w not in FILLERS) or tuple(stem(w) for w in words)
        if exact or (len(words) > 1 and len(stems) == 1):  # "going to do it" likewise
            self.raw_phrases.setdefault((words[0], words[1] if len(words) > 1 else ""), []).append(
                (tuple(words), number)
            )
        elif len(stems) == 1:
            self.single[stems[0]] = (*self.single.get(stems[0], ()), number)
        else:
            self.phrases.setdefault((stems[0], stems[1]), []).append((stems, number))

    def _add_feature(self, entry: dict[str, Any]) -> list[tuple[Pattern, str, str]]:
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
        shared = "".join(f" !{name}" for name in entry.get("unless", []))
        compiled = [(compile_pattern(p + shared, self.class_id), feature.id, "shows") for p in entry["patterns"]]
        for mode, key in (("denies", "denied"), ("explains", "explained")):
            compiled += [(compile_pattern(p, self.class_id), feature.id, mode) for p in entry.get(key, [])]
        return compiled

    def _add_wordings(self, entry: dict[str, Any]) -> list[tuple[Pattern, str, str]]:
        if entry["id"] not in self.features:
            raise ValueError(f"further wordings for unknown feature {entry['id']}")
        shared = "".join(f" !{name}" for name in entry.get("unless", []))
        return [(compile_pattern(p + shared, self.class_id), entry["id"], "shows") for p in entry["patterns"]]

    def _anchor(self, compiled: list[tuple[Pattern, str, str]]) -> None:
        """File each pattern under its rarest element, so that most patterns are never looked at."""
        common = {word: len(cids) for word, cids in self.single.items()}
        members: dict[int, list[str]] = {}
        for word, cids in self.single.items():
            for cid in cids:
                members.setdefault(cid, []).append(word)
        weight = {cid: sum(common[w] for w in words) for cid, words in members.items()}
        for item in compiled:
            rarest = min(item[0].class_ids, key=lambda cid: weight.get(cid, 0))
            self._anchored.setdefault(rarest, []).append(item)
            for word in members.get(rarest, ()):
                self._by_word.setdefault(word, []).append(item)
        self._masks = {w: _mask(cids) for w, cids in self.single.items()}

    def index(self, stems: Sequence[str], words: Sequence[str], content: Sequence[int]) -> Places:
        """Return where the classes stand among the content words `stems`, which stand at `content` in `words`."""
        places = Places(
            self._masks, self.phrases, stems, _walls(words, content, _WALLS), _walls(words, content, _COMMA)
        )
        for index, word in enumerate(words):
            after = words[index + 1] if index + 1 < len(words) else ""
            pairs = self.raw_phrases.get((word, after), ()), self.raw_phrases.get((word, ""), ())
            for phrase, cid in (*pairs[0], *pairs[1]) if after else pairs[1]:
                end = index + len(phrase)
                if tuple(words[index:end]) == phrase:
                    low = bisect_left(content, index)
                    places.add(cid, (low, max(bisect_left(content, end), low + 1)))
        return places

    def matches(self, places: Places) -> list[Match]:
        """Return every feature pattern that holds in a sentence with these `places`."""
        present = places.present
        seen: set[int] = set()
        found = []
        for items in self._candidates(places):
            for item in items:
                pattern, feature, mode = item
                if pattern.mask & present != pattern.mask or id(item) in seen:
                    continue
                seen.add(id(item))
                for span, parts in find(pattern, places):
                    found.append(Match(feature, span, parts, mode, pattern.source))
        return found

    def _candidates(self, places: Places) -> Iterator[list[tuple[Pattern, str, str]]]:
        for word in dict.fromkeys(places.stems):  # in order, so that facts come out the same in every run
            items = self._by_word.get(word)
            if items is not None:
                yield items
        for cid in places.phrase_places:
            items = self._anchored.get(cid)
            if items is not None:
                yield items

    def named(self, *names: str) -> tuple[int, ...]:
        """Return the numbers of defined classes; used by the context readers."""
        return tuple(self.class_id(name) for name in names)


# Forms of a verb that a pattern means as written: "gone" is not "goes".
_EXACT_FORMS = {"gone": ("gone", "went"), "went": ("gone", "went"), "ages": ("ages",)}
# What a description of one thing does not reach across.
_WALLS = frozenset('():"') | {"although", "whereas", "whether"}

_COMMA = frozenset(",")


def _walls(words: Sequence[str], content: Sequence[int], walls: frozenset[str]) -> list[int]:
    """Return, for each content word, how many `walls` stand before it."""
    counts, total, index = [], 0, 0
    for place in content:
        while index < place:
            total += words[index] in walls
            index += 1
        counts.append(total)
    return counts


def _mask(class_ids: Iterable[int]) -> int:
    mask = 0
    for cid in class_ids:
        mask |= 1 << cid
    return mask


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
    line = line_of(text, name)
    if name in classes:
        raise DataFileError(f"{path.name}:{line}: word class {name} is defined twice")
    if not isinstance(members, list) or not members or not all(isinstance(m, str) and m.strip() for m in members):
        raise DataFileError(f"{path.name}:{line}: word class {name} must be a list of words")


def _check_feature(path: Path, text: str, entry: dict[str, Any]) -> None:
    line = line_of(text, f'"{entry.get("id", "")}"')
    for key in ("id", "meaning", "patterns"):
        if not entry.get(key):
            raise DataFileError(f"{path.name}:{line}: field {key!r} of feature {entry.get('id', '?')} is missing")
    for key in ("patterns", "unless", "denied", "explained"):
        if not all(isinstance(p, str) for p in entry.get(key, [])):
            raise DataFileError(f"{path.name}:{line}: field {key!r} of feature {entry['id']} must hold texts")


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
