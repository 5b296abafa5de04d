"""Follow-ups such as "what about X" and "and X": another subject takes the place of the old one, the rest joins it."""

from __future__ import annotations

import re
from collections.abc import Sequence

from server.aspects import ACTS
from server.corrections import Resolved, bare_phrase, followed
from server.follow_up_cues import cues
from server.intents import Intent, intent_of
from server.terms import SUBJECT_KINDS, Found, term_list
from server.topics import PRONOUN, Turn
from server.words import content_stems, word_count

# Longer messages say themselves what they are about.
MAX_WORDS = 18
MAX_ELLIPSIS_WORDS = 9
FOR_KINDS = frozenset({"exercise", "treatment", "test"})
# Tells of somebody, and asks nothing that was asked before.
_TELLS = re.compile(r"(?:i|i'm|i've|he|he's|she|she's|we|it|it's|my \w+) (?!too\b)\w+", re.IGNORECASE)
# "For a slipped disc?", after a question that named no complaint.
_FRAGMENT = re.compile(
    r"(?:(?:and|but|or|so) )?((?:for|with|after|during|in) (?:an? |the |my |his |her )?[\w' -]+)", re.I
)
MAX_FRAGMENT_WORDS = 6
_FOR_WHOM = re.compile(r"\b(?:for|with) (?:him|her|me|them|us|it|that|this)\W*$", re.IGNORECASE)
# "What about my wife, she has hip pain" says itself what it is about.
_TELLS_OF_ANOTHER = re.compile(
    r"\b(?:who(?:'s)?|she(?:'s)?|he(?:'s)?|they) (?:has|had|have|is|was|got|gets|keeps|hurts|suffers|can't)?\b",
    re.IGNORECASE,
)


def what_about(plain: str, last: Turn, topic: str) -> Resolved | None:
    """Resolve "what about X", "and X": another subject takes the place of the old one, a circumstance joins it."""
    lead = cues().what_about.match(plain)
    rest = plain[lead.end() :] if lead else plain
    fragment = _FRAGMENT.fullmatch(plain)
    names_one = fragment and word_count(plain) <= MAX_FRAGMENT_WORDS and term_list().subjects(plain)
    if fragment and names_one and not term_list().subjects(last.text) and not _FOR_WHOM.search(last.text):
        return Resolved(f"{last.text.rstrip('?. ')} {fragment[1]}", "", last.intent, "the last question, told more of")
    if not lead:
        begins = cues().begins_with_and.match(plain)
        if not begins or word_count(plain) > 6 or cues().question_word.match(plain[begins.end() :]):
            return None
        rest = plain[begins.end() :]
    written, rest = rest.strip(), bare_phrase(rest)
    if not rest or PRONOUN.search(rest):
        return None
    if lead and _TELLS_OF_ANOTHER.search(rest):
        return Resolved(re.sub(r"^.*?\babout ", "", plain, flags=re.IGNORECASE))
    if lead and word_count(rest) > MAX_ELLIPSIS_WORDS - 2:
        return Resolved(rest)  # "what about the pain down my leg, is that sciatica?" says itself what it is about
    found = term_list().find(rest)
    is_circumstance = bool(cues().circumstance.match(written))
    if is_circumstance and not found and cues().of_aspect.search(rest):
        return None  # "if that doesn't work": what was asked about
    subjects = [item for item in found if item.term.kind in SUBJECT_KINDS and item.term.name not in ACTS]
    subjects = [item for item in subjects if not _is_of_a_thing(item, rest, found)]
    if found and found[0].term.kind == "activity" and all(item.term.kind == "body" for item in subjects):
        subjects = []  # "sitting cross-legged"
    if topic and _is_move(subjects) and not _asks_for_moves(last):
        return Resolved(f"{rest} with {topic}", topic, inherited_intent(rest, found, last, topic), followed(topic))
    if subjects and not (is_circumstance and topic):
        return _swapped(rest, last)
    if not topic:
        return None
    inherited = inherited_intent(rest, found, last, topic)
    joins = "for" if any(item.term.kind in FOR_KINDS for item in found) else "with"
    if is_circumstance:
        if last.intent == "exercise" and any(item.term.name in ACTS for item in term_list().find(last.text)):
            return Resolved(f"exercises for {topic} {written}", topic, "exercise", followed(topic))
        inherited = None if inherited == "duration" else inherited  # "how long?" asks nothing of a circumstance
        return Resolved(f"{topic} {written}", topic, inherited, followed(topic))
    return Resolved(f"{rest} {joins} {topic}", topic, inherited, followed(topic))


def _is_move(subjects: Sequence[Found]) -> bool:
    return bool(subjects) and all(item.term.kind == "exercise" for item in subjects)


def _asks_for_moves(last: Turn) -> bool:
    """Return whether the last question was about exercises, so that another one can take their place."""
    return last.intent == "exercise" or any(item.term.kind == "exercise" for item in term_list().find(last.text))


def is_one_move(item: Found) -> bool:
    return item.term.kind == "exercise" and not item.term.is_broad


def _is_of_a_thing(item: Found, text: str, found: Sequence[Found]) -> bool:
    """Return whether a part of the body only says which thing is meant, as in "lumbar roll"."""
    after = re.match(r" ([^\W\d_]{3,})$", text[item.end :])
    is_named = any(other.start == item.end + 1 for other in found)
    return item.term.kind == "body" and bool(after and content_stems(after[1])) and not is_named


def inherited_intent(rest: str, found: Sequence[Found], last: Turn, topic: str) -> Intent | None:
    """Return the last question's intent for words that tell none; how to exercise is asked of exercises alone."""
    if cues().what_if.match(rest):
        return "general"
    if intent_of(rest) != "general" or cues().question_word.match(rest):
        return None
    if _TELLS.match(rest):
        return "general"
    of_exercise = any(item.term.kind == "exercise" for item in (*found, *term_list().find(topic)))
    return "general" if last.intent == "exercise" and not of_exercise else last.intent


def _swapped(rest: str, last: Turn) -> Resolved:
    subjects = [item for item in term_list().find(last.text) if item.term.kind in SUBJECT_KINDS]
    olds = [item for item in subjects if item.term.name not in ACTS] or subjects
    exact = [item for item in olds if not item.term.is_broad] or olds
    why = f"the last question again, about {rest}"
    rest = re.sub(r"^own ", "", rest)
    whom = re.search(r"\b(?:him|her|me|them|us)$", last.text.rstrip("?. "), re.IGNORECASE)
    new = next(
        (item for item in term_list().find(rest) if item.term.kind == "exercise" and not item.term.is_broad), None
    )
    if new is not None and last.intent == "exercise" and not any(item.term.kind == "exercise" for item in exact):
        return Resolved(f"how do I do the {new.text}", rest, "exercise", why)  # out of the exercises for something
    if exact and word_count(last.text) <= MAX_WORDS:
        return Resolved(last.text[: exact[0].start] + rest + last.text[exact[0].end :], rest, last.intent, why)
    if whom and not exact:
        return Resolved(last.text[: whom.start()] + rest, rest, last.intent, why)
    return Resolved(rest, rest, last.intent, why)
