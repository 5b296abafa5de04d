"""What kind of answer is asked for (Intent) and how it may be answered (Request), from the wording alone."""

from __future__ import annotations

import re
import tomllib
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache, lru_cache
from pathlib import Path
from typing import Literal, cast, get_args

Intent = Literal[
    "definition", "causes", "symptoms", "treatment", "exercise", "duration", "safety", "help", "tests", "comparison",
    "prevention", "general",
]  # fmt: skip
Request = Literal[
    "question", "greeting", "thanks", "goodbye", "identity", "diagnosis", "dose", "stop_medicine", "prognosis",
    "scan", "other_language", "gibberish", "abuse", "capability", "vague",
    "screening", "emergency_number", "human", "complaint", "unclear", "fed_up",
]  # fmt: skip

DATA = Path(__file__).parent / "data" / "intents.toml"


@dataclass(frozen=True, slots=True)
class Cues:
    """Wordings by what they ask for; each intent's cues carry a weight, and the highest sum wins."""

    intents: tuple[tuple[Intent, float, re.Pattern[str]], ...]
    requests: tuple[tuple[Request, re.Pattern[str]], ...]


@cache
def cues() -> Cues:
    """Return the wordings of the data file, compiled once.

    Raises:
        ValueError: if the file names an intent or a request that does not exist.
    """
    raw = tomllib.loads(DATA.read_text(encoding="utf-8"))
    intents = [(_known(name, Intent), cue) for name, found in raw["intents"].items() for cue in found]
    requests = [(_known(name, Request), cue) for name, found in raw["requests"].items() for cue in found]
    return Cues(
        tuple((cast(Intent, name), float(cue["weight"]), _compiled(cue["cue"])) for name, cue in intents),
        tuple((cast(Request, name), _compiled(cue)) for name, cue in requests),
    )


def intent_of(text: str) -> Intent:
    """Return what kind of answer a question or a heading asks for; `general` when nothing tells."""
    return _strongest(intent_scores(text))


def library_intent(heading: str) -> Intent:
    """Return the intent of a heading of the library."""
    return _strongest(library_intent_scores(heading))


@lru_cache(maxsize=16_384)
def library_intent_scores(heading: str) -> Mapping[str, float]:
    """Return the intents of a heading of the library; kept, and never for what people wrote."""
    return intent_scores(heading)


def intent_scores(text: str) -> Mapping[str, float]:
    """Return the weight of each intent whose cues are in the text."""
    lower = text.lower()
    scores: dict[str, float] = {}
    for name, weight, pattern in cues().intents:
        if pattern.search(lower):
            scores[name] = max(weight, scores.get(name, 0.0)) + (0.1 if name in scores else 0.0)
    return scores


def request_of(text: str) -> Request:
    """Return how a message that asks something may be answered: as a `question`, or with a redirect first."""
    lower = text.lower()
    for name, pattern in cues().requests:
        if pattern.search(lower):
            return name
    return "question"


def _known(name: str, kind: object) -> str:
    if name not in get_args(kind):
        raise ValueError(f"{DATA}: expected one of {get_args(kind)}, found {name!r}")
    return name


def _strongest(scores: Mapping[str, float]) -> Intent:
    return cast(Intent, max(scores, key=lambda name: scores[name], default="general"))


def _compiled(cue: str) -> re.Pattern[str]:
    # A plain space in the file stands for any white space, so that the wordings stay readable. Cues are in lower case
    # and meet texts in lower case: to ignore case while matching takes twice as long.
    return re.compile(r"\b(?:" + cue.replace(" ?", r"\s*").replace(" ", r"\s+") + r")")
