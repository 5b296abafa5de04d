"""Where the word classes stand in one sentence."""

from __future__ import annotations

from bisect import bisect_left
from collections.abc import Sequence
from itertools import accumulate, pairwise

from server.red_flags.word_classes import Said, WordClasses

# What a description of one thing does not reach across.
_WALLS = frozenset('():"') | {"although", "whereas", "whether"}
# "But this is different": what explained the words before it does not explain those after it.
_BUT = frozenset(("but", "however", "although", "though", "except", "only"))
_OTHER = frozenset(("different", "new", "worse", "changed"))
_NOT = frozenset(("not", "no", "isnt", "arent", "nothing", "never"))
_FRESH = frozenset(
    ("this", "these", "now", "since", "today", "tonight", "yesterday", "lately", "recently", "last", "suddenly")
)
_COMMA = frozenset(",")

Place = tuple[int, int]  # first and one past the last content word


class Places(dict[int, list[Place]]):
    """Where word classes stand in one sentence: class to places in order; looked up only when a pattern asks."""

    def __init__(
        self,
        classes: WordClasses,
        stems: tuple[str, ...],
        words: tuple[str, ...] = (),
        content: Sequence[int] = (),
    ) -> None:
        """Note which classes the content words have; `stems[i]` is that of `words[content[i]]`."""
        super().__init__()
        self.stems = stems
        self._classes = classes
        self._words = words
        self._content = content
        self._walls: list[int] | None = None  # counted when first asked for, as are commas
        self._commas: list[int] = []
        self.said: list[tuple[Said, int]] = []  # phrases, with the place of their first word; of stems, then as written
        self.present = 0
        masks = classes.masks
        for stem in stems:
            if stem in masks:
                self.present |= masks[stem]
        self._find_phrases()
        self._stem_phrases = len(self.said)
        self._find_raw_phrases()

    def _find_phrases(self) -> None:
        phrases = self._classes.phrases
        for index, pair in enumerate(pairwise(self.stems)):
            for said in phrases.get(pair, ()):
                length = len(said.words)
                if length == 2 or self.stems[index : index + length] == said.words:
                    self.said.append((said, index))
                    self.present |= said.mask

    def _find_raw_phrases(self) -> None:
        raw, words = self._classes.raw_phrases, self._words
        for index, (word, after) in enumerate(pairwise((*words, ""))):
            by_second = raw.get(word)
            if by_second is None:
                continue
            for second in (after, "") if after else ("",):
                for said in by_second.get(second, ()):
                    length = len(said.words)
                    if length == 1 or words[index : index + length] == said.words:
                        self.said.append((said, index))
                        self.present |= said.mask

    @property
    def absent(self) -> int:
        """Return one bit for each class that does not stand here."""
        return self.present ^ self._classes.all_classes

    def is_walled(self, left: int, right: int, *, near: bool = False) -> bool:
        """Return whether a wall stands between the content words at `left` and `right`; `near` counts commas."""
        if self._walls is None:
            self._walls, self._commas = self._count_before(_WALLS), self._count_before(_COMMA)
        walls, commas = self._walls, self._commas
        if walls and walls[left] != walls[right]:
            return True
        return near and bool(commas) and commas[left] != commas[right]

    @property
    def turn(self) -> int | None:
        """Return the content word from which on a sentence tells of something new, None when it does not.

        "But today" starts something new; "but this is different" says that what came before is new as well: 0.
        """
        words = self._words
        if _BUT.isdisjoint(words):
            return None
        for index, (word, after) in enumerate(pairwise(words)):
            if word in _BUT and after in _FRESH:
                told = words[index + 1 : index + 6]
                is_other = after in ("this", "these", "now") and not _OTHER.isdisjoint(told) and _NOT.isdisjoint(told)
                return 0 if is_other else bisect_left(self._content, index)
        return None

    def _count_before(self, marks: frozenset[str]) -> list[int]:
        """Return, for each content word, how many of `marks` stand before it, an empty list when none stand at all."""
        if marks.isdisjoint(self._words):
            return []
        counts = list(accumulate((word in marks for word in self._words), initial=0))
        return [counts[place] for place in self._content]

    def __missing__(self, class_id: int) -> list[Place]:
        members = self._classes.stems.get(class_id, ())
        places = [(i, i + 1) for i, stem in enumerate(self.stems) if stem in members] if members else []
        for number, (said, _) in enumerate(self.said):
            if class_id in said.class_ids:
                places.append(self._place_of_phrase(number))
        places.sort()
        self[class_id] = places
        return places

    def _place_of_phrase(self, number: int) -> Place:
        said, index = self.said[number]
        if number < self._stem_phrases:
            return index, index + len(said.words)
        low = bisect_left(self._content, index)
        return low, max(bisect_left(self._content, index + len(said.words)), low + 1)
