"""Topics: what a conversation is about, in words that fit into a question."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass

from server.aspects import ACTS
from server.intents import Intent, intent_of
from server.terms import Found, Term, term_list
from server.words import tokens

PRONOUN = re.compile(r"\b(?:it|they|them|these|those)\b(?!')", re.IGNORECASE)
# Words of a question about another subject that do not name it.
_FRAME = frozenset(
    """
    happen long often soon far type typ kind example exampl differ differenc main famou import popular best common
    major describ list
    """.split()  # noqa: SIM905
)
# Body parts that stand for the pain in them, unless anatomy is asked about.
_HURTS = frozenset({"hip", "lower back", "buttock", "groin", "leg", "thigh", "pelvis", "tummy"})
_VAGUE = frozenset({"leg", "spine", "surgery", "thigh", "tummy"})
_PERSON_WORDS = {
    "pregnancy": "in pregnancy",
    "after birth": "after birth",
    "children": "in children",
    "teenager": "in teenagers",
}


@dataclass(frozen=True, slots=True)
class Turn:
    """An earlier question as it stood alone, what it asked for, and what was answered to it.

    titles: of the sources cited, best first. suggestions: the questions offered next.
    """

    text: str
    intent: Intent = "general"
    titles: tuple[str, ...] = ()
    suggestions: tuple[str, ...] = ()


def topic_of(turns: Sequence[Turn], *, with_exercises: bool = True) -> str:
    """Return what the conversation is about, in words to put into a question; empty when that cannot be told.

    Args:
        turns: the earlier questions, oldest first.
        with_exercises: False for what is complained of, whatever exercise was spoken of since.
    """
    for turn in reversed(turns):
        subjects = [item for item in term_list().subjects(turn.text) if item.term.name not in ACTS]
        if not with_exercises:
            if subjects and all(item.term.kind == "exercise" for item in subjects):
                continue  # nor are the titles quoted for it what is complained of
            subjects = [item for item in subjects if item.term.kind != "exercise"]
        # A named condition or exercise first; else what was said first, since people begin with what hurts most.
        exact = [item for item in subjects if not item.term.is_broad and item.term.kind != "body"]
        exact = exact or sorted(subjects, key=lambda item: (item.term.name in _VAGUE, item.start))
        if exact:
            return _phrase(exact[0], turn.text) + _person(turn.text, exact[0].term)
        for title in turn.titles[:1]:
            named = [item for item in term_list().subjects(title) if not item.term.is_broad]
            if not with_exercises:
                named = [item for item in named if item.term.kind != "exercise"]
            if named:
                return named[0].term.name + _person(turn.text, named[0].term)
    if not with_exercises and any(item.term.kind == "exercise" for t in turns for item in term_list().find(t.text)):
        return ""
    return _unlisted_topic(turns)


def _phrase(item: Found, text: str) -> str:
    """Return a subject in words that fit into a question: `hip` becomes `hip pain`, `clamshell` `the clamshell`."""
    words = item.text.lower() if not item.text.isupper() else item.text
    is_personal = bool(re.search(r"\b(my|his|her|i|your|the)\b", words)) or item.text in item.term.loose
    has_verb = bool(re.search(r"\b(hurts?|aches?|clicks?|pops?|clunks?|went|gone|slaps|gives|giving|hurting)\b", words))
    is_place = item.term.kind == "condition" and item.term.name in (f"{words} pain", f"{words.rstrip('s')} pain")
    words = item.term.name if is_personal or has_verb or is_place else words
    says_pain = any(found.term.name == "pain" for found in term_list().find(text))
    if item.term.kind == "body" and (says_pain or (item.term.name in _HURTS and intent_of(text) != "definition")):
        return f"{words} pain"
    is_one_move = item.term.kind == "exercise" and not item.term.is_broad and not words.endswith("s")
    return f"the {words}" if is_one_move else words


def _person(text: str, subject: Term) -> str:
    found = {item.term.name for item in term_list().find(text) if item.term.kind == "person"}
    words = [_PERSON_WORDS[name] for name in _PERSON_WORDS if name in found and name not in subject.name]
    return f" {words[0]}" if words and words[0] not in subject.name else ""


def _unlisted_topic(turns: Sequence[Turn]) -> str:
    """Return the longest run of meaningful words of the latest question that has one without a pronoun."""
    for turn in reversed(turns):
        if PRONOUN.search(turn.text) and len(turns) > 1:
            continue
        runs: list[list[str]] = [[]]
        for token in tokens(turn.text):
            if token.is_function_word or token.stem in _FRAME:
                runs.append([])
            else:
                runs[-1].append(token.text)
        best = max(runs, key=len)
        if best:
            return " ".join(best[:5])
    return ""
