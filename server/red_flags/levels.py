"""Levels, flags, evidence and the assessment that the rest of the server receives."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from enum import IntEnum
from typing import Protocol

from server.red_flags.facts import Fact


class Level(IntEnum):
    """How soon someone should be seen; a higher value is more urgent (specification, section A)."""

    NONE = 0
    ROUTINE = 1
    SOON = 2
    SAME_DAY = 3
    EMERGENCY = 4

    @property
    def label(self) -> str:
        """Return the name used in data, in the API and on the page."""
        return self.name.lower()

    def lowered(self) -> Level:
        """Return the level one step less urgent, never below `NONE`."""
        return Level(max(self.value - 1, 0))

    @classmethod
    def from_label(cls, label: str) -> Level:
        """Return the level called `label`.

        Raises:
            KeyError: if no level has that label.
        """
        return cls[label.upper()]


class ChatMessage(Protocol):
    """One message of a conversation."""

    @property
    def role(self) -> str:
        """Return "user" or "assistant"."""
        ...

    @property
    def text(self) -> str:
        """Return what was written."""
        ...


@dataclass(frozen=True, slots=True)
class Evidence:
    """Words that support a flag: code points `start..end` (half open) of user message `turn`, counted from 1."""

    turn: int
    start: int
    end: int


@dataclass(frozen=True, slots=True)
class Flag:
    """A category that was reached, the rule that reached it and the words behind it."""

    category: str
    rule: str
    version: str
    level: Level
    evidence: tuple[Evidence, ...]


@dataclass(frozen=True, slots=True)
class RuleHit:
    """One rule that fired for one person; `lowered` when the episode is over but recent (B2)."""

    rule: str
    category: str
    level: Level
    person: str
    facts: tuple[Fact, ...]
    lowered: bool = False


@dataclass(frozen=True, slots=True)
class Assessment:
    """Everything known after the last message.

    `sticky` says that the level was reached in an earlier turn and nothing has taken it back since.
    `questions` holds at most three screening ids. `hits` and `facts` serve the explanation.
    """

    level: Level
    flags: tuple[Flag, ...]
    sticky: bool
    facts: tuple[Fact, ...]
    questions: tuple[str, ...]
    is_child: bool
    is_third_person: bool
    hits: tuple[RuleHit, ...] = ()
    person: str = "writer"
    is_pregnant: bool = False
    has_cancer_history: bool = False
    in_care: bool = False
    refuses: bool = False
    topic_facts: Mapping[str, str] = field(default_factory=dict)
