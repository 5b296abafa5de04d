"""Word classes: the words and phrases that a pattern takes for one thing, filed for fast look-up."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from functools import lru_cache

from server.red_flags.phrases import phrase_list
from server.red_flags.words import open_word, stem

# Words that never decide anything; they are skipped so that patterns need not list them.
FILLERS = frozenset(phrase_list("word_classes", "fillers"))
# Forms of a verb that a pattern means as written: "gone" is not "goes".
_EXACT_FORMS = {"gone": ("gone", "went"), "went": ("gone", "went"), "ages": ("ages",)}


@dataclass(slots=True, eq=False)
class Said:
    """A phrase that stands for classes.

    Attributes:
        words: its words as written, or their stems.
        class_ids: the classes, in order.
        mask: one bit for each class.
    """

    words: tuple[str, ...]
    class_ids: dict[int, None] = field(default_factory=dict)
    mask: int = 0

    def add(self, class_id: int) -> None:
        """Let it stand for one more class."""
        self.class_ids[class_id] = None
        self.mask |= 1 << class_id


class WordClasses:
    """Numbered classes of words and phrases.

    Attributes:
        surface: the words of four letters or more as they are written in the classes.
        stems: for each class, the stems that belong to it and how many of its words share each.
        masks: for each stem, one bit for each of its classes.
        phrases: for each first two stems, the phrases that begin with them.
        raw_phrases: phrases of words as written, small words included, by their first word and their second, "" when
            there is none.
    """

    def __init__(self, members: Mapping[str, Sequence[str]]) -> None:
        """Number the classes called as in `members`, which hold words, phrases and "@OTHER" classes.

        Raises:
            ValueError: if a class contains itself or one that is not defined.
        """
        self._members = members
        self._read: dict[str, tuple[tuple[str, ...], tuple[str, ...], bool]] = {}
        self._ids: dict[str, int] = {}
        self.surface: set[str] = set()
        self.stems: dict[int, Counter[str]] = {}
        self.masks: dict[str, int] = {}
        self.phrases: dict[tuple[str, str], list[Said]] = {}
        self.raw_phrases: dict[str, dict[str, list[Said]]] = {}
        for name in members:
            self.class_id(name)

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

    @property
    def all_classes(self) -> int:
        """Return one bit for each class there is."""
        return (1 << len(self._ids)) - 1

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
                self._add_raw((form,), number)
            return
        words, stems, exact = self._read.get(member) or self._read_member(member)
        if exact:
            self._add_raw(words, number)
        elif len(stems) == 1:
            self.stems.setdefault(number, Counter())[stems[0]] += 1
            self.masks[stems[0]] = self.masks.get(stems[0], 0) | 1 << number
        else:
            said = Said(stems)
            said.add(number)
            self.phrases.setdefault((stems[0], stems[1]), []).append(said)

    def _read_member(self, member: str) -> tuple[tuple[str, ...], tuple[str, ...], bool]:
        """Return the words of a member, their stems, and whether it stands for these words alone.

        Many elements of patterns share a class, so that most members are read several times.
        """
        exact = member.startswith("=")  # "=was pregnant with": the small words carry the sense
        words = tuple([w for raw in member.lstrip("=").lower().split() for w in open_word(raw)])
        self.surface.update([w for w in words if len(w) >= 4])
        stems = tuple([stem(w) for w in words if w not in FILLERS]) or tuple([stem(w) for w in words])
        exact = exact or (len(words) > 1 and len(stems) == 1)  # "going to do it" likewise
        self._read[member] = read = (words, stems, exact)
        return read

    def _add_raw(self, words: tuple[str, ...], number: int) -> None:
        second = words[1] if len(words) > 1 else ""
        filed = self.raw_phrases.setdefault(words[0], {}).setdefault(second, [])
        said = next((said for said in filed if said.words == words), None)
        if said is None:
            said = Said(words)
            filed.append(said)
        said.add(number)

    def all_said(self) -> Iterator[Said]:
        """Return every phrase of the classes."""
        for filed in self.phrases.values():
            yield from filed
        for seconds in self.raw_phrases.values():
            for filed in seconds.values():
                yield from filed


@lru_cache(maxsize=50_000)
def content_stem(word: str) -> str:
    """Return the stem under which the classes file `word`, "" for a mark or a word that decides nothing."""
    return "" if word in FILLERS or not word[0].isalnum() else stem(word)
