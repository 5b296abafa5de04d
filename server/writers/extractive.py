"""The default writer: quotes the sentences that answer, word for word. No language model."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import TYPE_CHECKING

from rapidfuzz import fuzz

from index.retriever import Hit
from server.drafts import DraftPart

if TYPE_CHECKING:
    from server.queries import Query

MAX_EXCERPTS = 5
# Sentences this much weaker than the best one are left out.
RELATIVE_FLOOR = 0.75
# Above this similarity (0-100, rapidfuzz token_set_ratio) two excerpts say the same.
SAME_WORDS = 80.0


class ExtractiveWriter:
    """Chooses and orders verbatim sentences."""

    @property
    def mode(self) -> str:
        """Return `extractive`."""
        return "extractive"

    def write(self, query: Query, hits: Sequence[Hit]) -> Iterator[DraftPart]:
        """Yield excerpts, best passage first, each with the rank of the hit it is quoted from."""
        if not hits:
            return
        if hits[0].passage.kind == "steps":
            passage = hits[0].passage
            yield DraftPart("steps", passage.text, (1,), (passage.start, passage.end))
            return
        best = max((s.score for hit in hits for s in hit.sentences), default=0.0)
        chosen: list[str] = []
        for hit in hits:
            for span in _runs(hit, best * RELATIVE_FLOOR):
                text = hit.passage.text[span[0] - hit.passage.start : span[1] - hit.passage.start]
                if len(chosen) < MAX_EXCERPTS and all(fuzz.token_set_ratio(text, other) < SAME_WORDS for other in chosen):
                    chosen.append(text)
                    yield DraftPart("excerpt", text, (hit.rank,), span)


def _runs(hit: Hit, floor: float) -> list[tuple[int, int]]:
    """Return spans of neighbouring sentences that reach the floor, joined where nothing but space is between them."""
    runs: list[tuple[int, int]] = []
    for sentence in hit.sentences:
        if sentence.score < floor:
            continue
        if runs and not hit.passage.text[runs[-1][1] - hit.passage.start : sentence.start - hit.passage.start].strip(" "):
            runs[-1] = (runs[-1][0], sentence.end)
        else:
            runs.append((sentence.start, sentence.end))
    return runs
