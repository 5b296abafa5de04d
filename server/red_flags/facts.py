"""What was understood from a message: who has what, since when, and whether it counts."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum

WRITER = "writer"


class Status(StrEnum):
    """What the text says about a feature (specification, sections B1 to B8)."""

    PRESENT = "present"
    GONE = "gone"  # began and ended within 14 days, not checked
    DENIED = "denied"
    RESOLVED = "resolved"  # over for more than 14 days
    ASSESSED = "assessed"  # a clinician checked this episode
    CHRONIC = "chronic"  # long-standing, unchanged, cause known
    OTHER = "other"  # fiction, animals, people in general, the dead
    HYPOTHETICAL = "hypothetical"
    EXPLAINED = "explained"  # another body part or a named harmless cause
    RETRACTED = "retracted"


COUNTING = frozenset({Status.PRESENT, Status.GONE})


@dataclass(frozen=True, slots=True)
class Fact:
    """One feature of one person as written in one message.

    Attributes:
        person: "writer", or a name such as "mum" that stays the same through the conversation.
        feature: id from `data/lexicon`.
        status: whether and how it counts.
        start, end: code points of the words in the original message, half open.
        turn: number of the user message, from 1.
        days: how long ago it began, in days; None when the text does not say.
        is_new: the text says that it is new, changed or worse.
        value: a number that belongs to the feature (°C, weeks of pregnancy, tablets); None otherwise.
        why: what decided the status, for the explanation.
        certainty: 1.0 for the lexicon; the probability for facts that the learned reader proposed.
    """

    person: str
    feature: str
    status: Status
    start: int
    end: int
    turn: int = 1
    days: float | None = None
    is_new: bool = False
    value: float | None = None
    why: str = ""
    certainty: float = 1.0

    @property
    def counts(self) -> bool:
        """Return whether the rules may use it as something that is happening."""
        return self.status in COUNTING
