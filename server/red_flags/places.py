"""Where the word classes stand in one sentence."""

from __future__ import annotations

from bisect import bisect_left
from collections.abc import Sequence
from functools import cached_property
from itertools import accumulate, pairwise

from server.red_flags.word_classes import WordClasses

# What a description of one thing does not reach across.
_WALLS = frozenset('():"') | {"although", "whereas", "whether"}
_COMMA = frozenset(",")

Place = tuple[int, int]  # first and one past the last content word


class Places:
    """Where word classes stand in one sentence; single words are looked up only when a pattern asks."""

    def __init__(
        self,
        classes: WordClasses,
        stems: Sequence[str],
        words: Sequence[str] = (),
        content: Sequence[int] = (),
    ) -> None:
        """Note which classes the content words have; `stems[i]` is that of `words[content[i]]`."""
        self.stems = stems
        self._classes = classes
        self._words = words
        self._content = content
        self._found: dict[int, list[Place]] = {}
        self.phrase_places: dict[int, list[Place]] = {}
        self.present = 0
        masks = classes.masks
        for stem in stems:
            if stem in masks:
                self.present |= masks[stem]
        self._add_phrases()
        self._add_raw_phrases()

    def _add_phrases(self) -> None:
        phrases = self._classes.phrases
        for index, pair in enumerate(pairwise(self.stems)):
            for phrase, cid in phrases.get(pair, ()):
                end = index + len(phrase)
                if len(phrase) == 2 or tuple(self.stems[index:end]) == phrase:
                    self._add(cid, (index, end))

    def _add_raw_phrases(self) -> None:
        starts, raw = self._classes.raw_starts, self._classes.raw_phrases
        words, content = self._words, self._content
        for index, word in enumerate(words):
            if word not in starts:
                continue
            after = words[index + 1] if index + 1 < len(words) else ""
            for phrase, cid in (*(raw.get((word, after), ()) if after else ()), *raw.get((word, ""), ())):
                end = index + len(phrase)
                if tuple(words[index:end]) == phrase:
                    low = bisect_left(content, index)
                    self._add(cid, (low, max(bisect_left(content, end), low + 1)))

    def _add(self, class_id: int, place: Place) -> None:
        self.phrase_places.setdefault(class_id, []).append(place)
        self.present |= 1 << class_id

    def _before(self, marks: frozenset[str]) -> list[int]:
        """Return, for each content word, how many of `marks` stand before it, an empty list when none stand at all."""
        if marks.isdisjoint(self._words):
            return []
        counts = list(accumulate((word in marks for word in self._words), initial=0))
        return [counts[place] for place in self._content]

    @cached_property
    def _walls(self) -> list[int]:
        return self._before(_WALLS)

    @cached_property
    def _commas(self) -> list[int]:
        return self._before(_COMMA)

    def is_walled(self, left: int, right: int, *, near: bool = False) -> bool:
        """Return whether a wall stands between the content words at `left` and `right`; `near` counts commas."""
        counts = (self._walls, self._commas) if near else (self._walls,)
        return any(before and before[left] != before[right] for before in counts)

    def __contains__(self, class_id: int) -> bool:
        return bool(self.present >> class_id & 1)

    def __getitem__(self, class_id: int) -> list[Place]:
        """Return the places of a class in order, an empty list when it is absent."""
        places = self._found.get(class_id)
        if places is None:
            members = self._classes.stems.get(class_id, ())
            places = [(i, i + 1) for i, stem in enumerate(self.stems) if stem in members]
            if class_id in self.phrase_places:
                places = sorted(places + self.phrase_places[class_id])
            self._found[class_id] = places
        return places
