"""A writer with a language model: each sentence is checked against its passage; the quoting writer stands behind it."""

from __future__ import annotations

import logging
import re
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass, field, replace
from typing import TYPE_CHECKING, Protocol

from index.retriever import Hit
from server.chat_models import ChatModel, ChatModelUnavailable
from server.drafts import DraftPart
from server.writers.prompts import MAX_PASSAGES, NOT_COVERED, answer_prompt
from server.writers.support import Embed, Span, find_support

if TYPE_CHECKING:  # steps do not import each other when they run
    from server.queries import Query

logger = logging.getLogger(__name__)

# With a larger share of its sentences dropped, the model's answer is given up.
MAX_DROPPED = 0.5
MAX_SENTENCES = 8
_MARKER = re.compile(r"\s*\[(\d+(?:\s*,\s*\d+)*)\]")
# A sentence ends after its markers, not before them.
_SENTENCE = re.compile(
    r"\s*(.+?(?:[.!?]+[\"”')]*(?:\s*\[[\d,\s]+\])*|(?:\s*\[[\d,\s]+\])+[.!?]?|\n))(?=\s|$)", re.DOTALL
)


class Fallback(Protocol):
    """The writer that answers when the model cannot."""

    def write(self, query: Query, hits: Sequence[Hit]) -> Iterator[DraftPart]:
        """Yield the draft part by part."""
        ...


@dataclass(slots=True)
class Tally:
    """How many sentences of a model were kept, and how many dropped, by reason."""

    kept: int = 0
    dropped: dict[str, int] = field(default_factory=dict)

    def drop(self, reason: str) -> None:
        """Count a sentence that is not shown."""
        self.dropped[reason] = self.dropped.get(reason, 0) + 1

    @property
    def share_dropped(self) -> float:
        """Return the share of sentences dropped, 0 to 1; 1 when there were none at all."""
        lost = sum(self.dropped.values())
        return lost / (lost + self.kept) if lost + self.kept else 1.0


class GenerativeWriter:
    """Lets a model write from the passages; what a passage does not support is dropped and counted.

    The model never writes cards, disclaimers or refusals, and it is not asked for requests that are redirected.
    """

    def __init__(self, model: ChatModel, fallback: Fallback, embed: Callable[[], Embed] | None = None) -> None:
        """Take a model, the writer that stands in for it, and where to get the embedder of the index in use."""
        self._model = model
        self._fallback = fallback
        self._embed = embed

    @property
    def mode(self) -> str:
        """Return `generated`."""
        return "generated"

    def write(self, query: Query, hits: Sequence[Hit]) -> Iterator[DraftPart]:
        """Yield supported sentences as they come; the quoting writer's answer instead when too few are."""
        if query.request != "question" or query.intent == "exercise":
            yield from self._fallback.write(query, hits)
            return
        tally = Tally()
        reason = ""
        try:
            for sentence in split_sentences(self._model.stream(answer_prompt(query, hits))):
                if tally.kept >= MAX_SENTENCES:
                    break
                if sentence.strip(" .") == NOT_COVERED:
                    reason = "the model found no answer"
                    break
                part = self._checked(sentence, hits, tally)
                if part is not None:
                    yield part
        except ChatModelUnavailable as exc:
            reason = str(exc)
        logger.info("generated kept=%d dropped=%s", tally.kept, tally.dropped)
        if reason or tally.share_dropped > MAX_DROPPED:
            logger.warning("quoting instead: %s", reason or "too many sentences without support")
            yield from _instead(self._fallback.write(query, hits), is_begun=tally.kept > 0)

    def _checked(self, sentence: str, hits: Sequence[Hit], tally: Tally) -> DraftPart | None:
        cited = [int(n) for found in _MARKER.findall(sentence) for n in found.split(",")]
        text = _MARKER.sub("", sentence).strip()
        if not re.search(r"\w", text):
            return None
        ranks: list[int] = []
        spans: list[Span] = []
        reasons = []
        for number in dict.fromkeys(cited):
            if not 1 <= number <= min(len(hits), MAX_PASSAGES):
                reasons.append("unknown passage")
                continue
            support = find_support(text, hits[number - 1].passage, self._embed() if self._embed else None)
            if support.span is None:
                reasons.append(support.reason)
            else:
                ranks.append(hits[number - 1].rank)
                spans.append(support.span)
        if not ranks:
            tally.drop(reasons[0] if reasons else "no citation")
            return None
        tally.kept += 1
        return DraftPart("sentence", text, tuple(ranks), spans=tuple(spans))


def split_sentences(pieces: Iterable[str]) -> Iterator[str]:
    """Yield whole sentences, each with the markers after it, from a text that comes in pieces of any size."""
    waiting = ""
    for piece in pieces:
        waiting += piece
        # The last sentence so far may still get its marker: it waits for what follows it.
        found = list(_SENTENCE.finditer(waiting))
        for match in found[:-1]:
            yield match[1].strip()
        waiting = waiting[found[-1].start() :] if found else waiting
    for match in _SENTENCE.finditer(waiting):
        yield match[1].strip()
    rest = waiting[max((m.end() for m in _SENTENCE.finditer(waiting)), default=0) :].strip()
    if rest:
        yield rest


def _instead(parts: Iterator[DraftPart], *, is_begun: bool) -> Iterator[DraftPart]:
    for at, part in enumerate(parts):
        yield replace(part, replaces_all=True) if at == 0 and is_begun else part
