"""Answer: everything one reply holds, whichever door it leaves by; and our own fixed words around it."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, field
from enum import StrEnum

from index.retriever import Hit
from server.citations import CitedText
from server.drafts import DraftPart
from server.queries import Query
from server.red_flags.cards import Card, Contact
from server.red_flags.levels import Assessment
from server.red_flags.screening import Question

DISCLAIMER_ID = "info-only-v1"
DISCLAIMER_SHORT = (
    "A computer program found these words in published information. It is not a doctor and cannot tell what is wrong "
    "with you. If you are worried, or things change, speak to a health professional."
)
EXERCISE_LATER = "Please have this checked first. Exercises can wait until somebody has looked at it."
SEARCH_DOWN = "I cannot search the library right now. Please try again in a few minutes."


class AnswerStatus(StrEnum):
    """What kind of reply this is; the same words in every door."""

    ANSWERED = "answered"
    PARTIAL = "partial"
    NO_EVIDENCE = "no_evidence"
    OUT_OF_SCOPE = "out_of_scope"
    NEEDS_CLARIFICATION = "needs_clarification"
    SAFETY_ONLY = "safety_only"
    REJECTED = "rejected"


@dataclass(frozen=True, slots=True)
class Safety:
    """The outcome of the red-flag check and what is shown for it."""

    assessment: Assessment
    card: Card | None
    contacts: tuple[Contact, ...]
    questions: tuple[Question, ...]
    reminder: str = ""  # one line, when an emergency of an earlier turn still stands
    safety_net: str = ""  # one line, when there is no red flag
    region: str | None = None


@dataclass(frozen=True, slots=True)
class Confidence:
    """How sure the cut-off is that the library covers the query; both in [0, 1]."""

    evidence: float = 0.0
    cutoff: float = 0.0

    @property
    def is_covered(self) -> bool:
        """Return whether the evidence reaches the cut-off."""
        return self.evidence >= self.cutoff


@dataclass(frozen=True, slots=True)
class Draft:
    """A reply before its citations are proved."""

    status: AnswerStatus
    parts: Iterable[DraftPart]
    hits: tuple[Hit, ...] = ()
    confidence: Confidence = field(default_factory=Confidence)
    mode: str = "extractive"


@dataclass(frozen=True, slots=True)
class Answer:
    """One reply. `cited.text` is the whole answer; a card is never part of it and always comes first."""

    answer_id: str
    conversation_id: str
    status: AnswerStatus
    safety: Safety
    query: Query | None = None
    cited: CitedText = field(default_factory=CitedText)
    mode: str = "extractive"
    confidence: Confidence = field(default_factory=Confidence)
    hits: tuple[Hit, ...] = ()
    suggestions: tuple[str, ...] = ()
    index_version: str = ""
    index_model: str = ""
    timings_ms: dict[str, float] = field(default_factory=dict)
