"""Which words of a passage to quote: whole, or the stretch of sentences that answers and can stand by itself."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass, field

from index.passages import Passage
from index.retriever import Hit, SentenceScore

Span = tuple[int, int]  # half open, in the document's text

# A sentence that opens like this leans on the one before it.
DANGLING = re.compile(
    r"^(?:it|its|they|them|their|these|those|this|that|he|she|such|both|so|also|then|instead|otherwise|however|but|and|"
    r"or|one of them|some of these|most of these|the same|do the same|if so|if not|neither|others?|another|here)\b",
    re.IGNORECASE,
)
_ITEM = re.compile(r"\s*(?:[-•*]|\d+[.)])\s")
LIST_MARK = re.compile(r"\n\s*(?:[-•*]|\d+[.)])\s*$")
# Reference marks of a source would read as our own.
SOURCE_MARK = re.compile(r"\[\d+(?:\s*[,;–-]\s*\d+)*\]")
# A quote this short, or one that only points elsewhere, tells nothing by itself.
MIN_CHARS = 40
POINTER = re.compile(r"^(see|read|ask|find out more)\b[^.]*\.?$", re.IGNORECASE)
# A sentence that only names another article; "See a GP if ..." is advice and stays.
_ELSEWHERE = re.compile(
    r"^(?:for more,? )?(?:see|read)(?: more)? (?!an?\b|your\b|the (?:gp|doctor|nurse)|someone\b|them\b|to\b)"
    r"[^.:]{1,90}\.?$",
    re.IGNORECASE,
)
WHOLE_MAX_CHARS = 1000
PART_MAX_CHARS = 330
# Neighbours this much weaker than the best sentence still belong to its stretch.
NEIGHBOUR_FLOOR = 0.55


def whole(passage: Passage, max_chars: int = WHOLE_MAX_CHARS) -> Span | None:
    """Return the span of the whole passage, or None when it is too long or holds another text's reference marks."""
    if len(passage.text) > max_chars or SOURCE_MARK.search(passage.text):
        return None
    return without_pointer(passage, (passage.start, passage.end))


def without_pointer(passage: Passage, span: Span) -> Span | None:
    """Return a span without the sentences at its end that only name another article; None when nothing else is left."""
    inside = [one for one in passage.sentences if span[0] <= one[0] and one[1] <= span[1]]
    start, end = span
    while inside and _ELSEWHERE.match(passage.text[inside[-1][0] - passage.start : inside[-1][1] - passage.start]):
        inside.pop()
        if not inside:
            return None
        end = inside[-1][1]
    return start, end


def is_list_only(passage: Passage) -> bool:
    """Return whether a passage opens with a list item: nothing says what is listed."""
    return passage.kind != "steps" and bool(_ITEM.match(passage.text))


def best_stretch(hit: Hit, max_chars: int = PART_MAX_CHARS) -> tuple[Span, float] | None:
    """Return the stretch of sentences around the best one, and the best one's score; None if nothing can be quoted.

    It opens with a sentence that stands by itself when there is one, and a list keeps the line that leads into it.
    Steps are quoted whole or not at all.
    """
    sentences = _usable(hit)
    if not sentences:
        return None
    best = max(range(len(sentences)), key=lambda at: sentences[at].score)
    if hit.passage.kind == "steps":
        span = whole(hit.passage)
        return None if span is None else (span, sentences[best].score)
    stretch = _Stretch(hit.passage, sentences, best, max_chars)
    stretch.open_well()
    if stretch.first > 0 and stretch.leans(stretch.first):
        return None  # nothing before it could be added
    stretch.grow(sentences[best].score * NEIGHBOUR_FLOOR)
    finished = _finish_list(hit.passage, sentences, stretch.first, stretch.last, max_chars + 170)
    last = _without_lead(hit.passage, sentences, stretch.first, finished)
    if last is None:
        return None
    span = (sentences[stretch.first].start, sentences[last].end)
    quote = hit.passage.text[span[0] - hit.passage.start : span[1] - hit.passage.start]
    if len(quote) < MIN_CHARS or POINTER.match(quote):
        return None
    shortened = without_pointer(hit.passage, span)
    return None if shortened is None else (shortened, sentences[best].score)


@dataclass(slots=True)
class _Stretch:
    """Sentences `first` to `last` of a passage, growing around the best one."""

    passage: Passage
    sentences: Sequence[SentenceScore]
    best: int
    max_chars: int
    first: int = field(init=False)
    last: int = field(init=False)

    def __post_init__(self) -> None:
        self.first = self.last = self.best

    def leans(self, at: int) -> bool:
        """Return whether sentence `at` needs the one before it: a pronoun first, a list item, or a small letter."""
        sentence = self.sentences[at]
        words = self.passage.text[sentence.start - self.passage.start : sentence.end - self.passage.start]
        line = self.passage.text.rfind("\n", 0, sentence.start - self.passage.start)
        is_item = line >= 0 and bool(_ITEM.match(self.passage.text, line + 1))
        return is_item or bool(DANGLING.match(words)) or words[:1].islower()

    def open_well(self) -> None:
        """Go back to a sentence that stands by itself; a little more room is allowed for that."""
        while self.first > 0 and self.leans(self.first) and self._may_add(self.first - 1, self.last, extra=120):
            self.first -= 1

    def grow(self, floor: float) -> None:
        """Take in neighbours that score at least `floor`, and the one that leans on the best."""
        while True:
            after, before = self.last + 1, self.first - 1
            if after < len(self.sentences) and self._may_add(self.first, after) and self._belongs(after, floor):
                self.last = after
            elif before >= 0 and self._may_add(before, self.last) and self.sentences[before].score >= floor:
                if before > 0 and self.leans(before):
                    return
                self.first = before
            else:
                return

    def _belongs(self, after: int, floor: float) -> bool:
        return self.sentences[after].score >= floor or (self.last == self.best and self.leans(after))

    def _may_add(self, first: int, last: int, extra: int = 0) -> bool:
        joins = range(min(self.first, first + 1), last + 1) if first < self.first else range(self.last + 1, last + 1)
        fits = self.sentences[last].end - self.sentences[first].start <= self.max_chars + extra
        return fits and all(_adjacent(self.passage, self.sentences, at) for at in joins)


def lead_stretch(hit: Hit, max_chars: int = PART_MAX_CHARS) -> Span | None:
    """Return the opening sentences of a passage up to a length: in a library of questions, the direct answer."""
    sentences = _usable(hit)
    if not sentences or sentences[0].start - hit.passage.start > 4:
        return None
    last = 0
    while (
        last + 1 < len(sentences)
        and sentences[last + 1].end - sentences[0].start <= max_chars
        and _adjacent(hit.passage, sentences, last + 1)
    ):
        last += 1
    end = _without_lead(hit.passage, sentences, 0, _finish_list(hit.passage, sentences, 0, last, max_chars + 170))
    return None if end is None else without_pointer(hit.passage, (hit.passage.start, sentences[end].end))


def _usable(hit: Hit) -> list[SentenceScore]:
    text, offset = hit.passage.text, hit.passage.start
    scored = hit.sentences or [SentenceScore(start, end, 0.0) for start, end in hit.passage.sentences]
    return [s for s in scored if not SOURCE_MARK.search(text[s.start - offset : s.end - offset])]


def _adjacent(passage: Passage, sentences: Sequence[SentenceScore], at: int) -> bool:
    """Return whether sentence `at` follows the one before it with nothing but space and a list mark between."""
    between = passage.text[sentences[at - 1].end - passage.start : sentences[at].start - passage.start]
    return not re.sub(r"[\s\-•*]|\d+[.)]", "", between)


def _gap(passage: Passage, sentences: Sequence[SentenceScore], at: int) -> str:
    start = sentences[at - 1].end if at else passage.start
    return passage.text[start - passage.start : sentences[at].start - passage.start]


def _finish_list(passage: Passage, sentences: Sequence[SentenceScore], first: int, last: int, max_chars: int) -> int:
    """Return where to end so that a list that was begun is given whole, if it fits."""
    opens_list = passage.text[sentences[first].start - passage.start : sentences[last].end - passage.start].rstrip()
    if not (opens_list.endswith(":") or "\n" in opens_list or _next_is_item(passage, sentences, last)):
        return last
    end = last
    while _next_is_item(passage, sentences, end) or _continues_item(passage, sentences, end):
        end += 1
    if sentences[end].end - sentences[first].start <= max_chars:
        return end
    # Better the words before the list than a piece of it.
    items = [at for at in range(first + 1, last + 1) if LIST_MARK.search(_gap(passage, sentences, at))]
    return items[0] - 1 if items else last


def _without_lead(passage: Passage, sentences: Sequence[SentenceScore], first: int, last: int) -> int | None:
    """Return where to end so that no line is left that leads into nothing; None when nothing else is left."""
    while last >= first and passage.text[: sentences[last].end - passage.start].rstrip().endswith(":"):
        last -= 1
    return last if last >= first else None


def _next_is_item(passage: Passage, sentences: Sequence[SentenceScore], at: int) -> bool:
    return at + 1 < len(sentences) and bool(re.search(r"\n\s*(?:[-•*]|\d+[.)])\s*$", _gap(passage, sentences, at + 1)))


def _continues_item(passage: Passage, sentences: Sequence[SentenceScore], at: int) -> bool:
    return at + 1 < len(sentences) and "\n" not in _gap(passage, sentences, at + 1)
