"""Corrections of the last question: another place, side or subject, put in where the old one stood."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass

from server.follow_up_cues import cues
from server.intents import Intent
from server.terms import SUBJECT_KINDS, Found, term_list
from server.topics import Turn
from server.words import content_stems, is_function_word, word_count

# Words that say no more than where something is.
_PLACE = re.compile(
    r"(?:(?:it's|it is|just|mainly|mostly|more|on|in|at|down|the|my) )*"
    r"(?:left|right|outside|inside|front|outer|inner|upper|lower|top|bottom|middle)\b",
    re.IGNORECASE,
)
_PLACES = frozenset(
    """
    left right both one side sides outside inside front back top bottom outer inner upper lower middle leg legs hip
    hips buttock bum thigh knee calf foot groin down mainly mostly just near
    """.split()  # noqa: SIM905
)


# "No, my bed is soft" puts nothing right; "no, it's the left hip" does.
_IS_TOLD = re.compile(
    r"(?<!it )\b(?:is|was|are|were|has|have|had|hurts?|feels?|does|doesn't|don't|didn't|can't)\b", re.IGNORECASE
)


# "The right one", "on the left": a side and nothing else.
_SIDE_ALONE = re.compile(
    r"(?:(?:it|that|this)(?:'s| is| was)? )?(?:(?:in|on|down) )?(?:(?:the|my|his|her) )?"
    r"(left|right)(?: (?:one|side|hand side))?",
    re.IGNORECASE,
)
# "Not shockwave", behind what is meant.
_NOT_MEANT = re.compile(r",? (?:and )?not (?:the |my |a )?[\w'-]+(?: [\w'-]+)?$", re.IGNORECASE)
_ONES = re.compile(r"(?:the )?([\w'-]+(?: [\w'-]+)?) ones?$", re.IGNORECASE)


@dataclass(frozen=True, slots=True)
class Resolved:
    """A message standing alone; `topic` is what was carried along, empty when nothing was."""

    text: str
    topic: str = ""
    intent: Intent | None = None
    why: str = ""


def followed(topic: str) -> str:
    """Return why a follow-up was read as it was, for the reader."""
    return f"a follow-up about {topic}" if topic else "a follow-up"


def bare_phrase(text: str) -> str:
    """Return a phrase without the small words before it.

    >>> bare_phrase("on my lower back")
    'lower back'
    """
    return re.sub(
        r"^(?:(?:the|my|his|her|a|an|in|on|about|it's|for|of)\s+)+", "", text.strip(" ,.;"), flags=re.IGNORECASE
    )


def add_place(plain: str, last: Turn, topic: str) -> Resolved | None:
    """Resolve "left leg" or "on the right": where the complaint is."""
    found = cues().side.fullmatch(plain)
    if found is None and topic and _PLACE.match(plain) and not topic.startswith("the "):
        words = [word for word in re.findall(r"[a-z']+", plain.lower()) if not is_function_word(word)]
        is_place = len(words) <= 5 and _PLACES.issuperset(words)
        return Resolved(f"{topic}, {plain}", topic, "general", followed(topic)) if is_place else None
    if found is None or not topic:
        return None
    if found[2] and not term_list().find(topic):
        return Resolved(f"{last.text}, {plain}", "", "general", followed(found[0]))
    side, part = found[1].lower(), (found[2] or "side").lower()
    if part.rstrip("s") in topic and not re.search(rf"\b{side}\b", topic):
        text = topic.replace(part.rstrip("s"), f"{side} {part.rstrip('s')}", 1)
        return Resolved(text, topic, "general", followed(topic))
    joins = "on" if part.startswith("side") else "in"
    return Resolved(f"{topic} {joins} the {side} {part}", topic, "general", followed(topic))


def tell_apart(plain: str, _last: Turn, topic: str) -> Resolved | None:
    """Resolve "what is the difference from stenosis?": from what, of what was spoken of."""
    found = cues().difference.fullmatch(plain)
    if found is None or not topic or found[1].lower() in topic:
        return None
    return Resolved(f"what is the difference between {topic} and {found[1]}", topic, "comparison", followed(topic))


def correct(plain: str, last: Turn, topic: str) -> Resolved | None:
    """Resolve "no, the left hip" or "not the groin, my back": the last question again, with that put right."""
    swap = cues().not_but.fullmatch(plain)
    start = cues().correction.match(plain)
    rest = swap[2] if swap else plain[start.end() :] if start else ""
    unmeant = None if swap else _NOT_MEANT.search(rest)
    rest = rest[: unmeant.start()] if unmeant else rest
    meant = term_list().find(rest)
    if start and meant and all(item.term.name == "pain" for item in meant):
        return Resolved(last.text, topic, last.intent, "your correction")  # "I mean the pain": that was asked
    put_right = _in_place_of(unmeant[0], bare_phrase(rest), last, topic) if start and unmeant else None
    if put_right is not None:
        return put_right
    side = _SIDE_ALONE.fullmatch(rest.strip(" ,.;"))
    if start and side and topic:
        return _other_side(side[1].lower(), last, topic)
    ones = _ONES.fullmatch(rest.strip(" ,.;")) if start else None
    kind = _of_that_kind(ones[1], last, topic) if ones else None
    if kind is not None:
        return kind
    found = term_list().find(rest)
    sides = re.findall(r"\b(?:left|right|both|other|lower|upper)\b", rest, re.IGNORECASE)
    if not rest or word_count(rest) > 8 or cues().question_word.match(rest) or (not swap and _IS_TOLD.search(rest)):
        return None
    text = last.text
    if swap and not found and not sides and topic and content_stems(rest):
        text = re.sub(r" – [a-z ]+\?$", "", text)  # the "why?" put behind a story
        new = re.sub(rf"\b{re.escape(swap[1].strip())}\b", rest, text, flags=re.IGNORECASE)
        return Resolved(new if new != text else f"{text}, {rest}", topic, last.intent, "your correction")
    if start and not found and not sides and word_count(rest) <= 3:
        return _other_act(bare_phrase(rest), last, topic)
    if not (found or sides):
        return None
    new = bare_phrase(rest)
    is_body = bool(found) and all(item.term.kind == "body" for item in found)
    hurts = {item.term.kind for item in term_list().subjects(topic)}
    if start and is_body and sides and set(content_stems(found[0].text)) <= set(content_stems(topic)):
        return _other_side(sides[-1].lower(), last, topic)
    if is_body and sides and "condition" in hurts and not set(content_stems(found[0].text)) & set(content_stems(topic)):
        without = re.sub(r" (?:in|on) the (?:left|right|other|both)(?: side| leg)?$", "", text)
        return Resolved(f"{without} in the {sides[-1].lower()} {found[0].text}", topic, last.intent, "your correction")
    olds = [item for item in term_list().find(text) if _replaces(found, item)]
    if olds:
        old = next((item for item in olds if not item.term.is_broad), olds[0])
        before = re.sub(r"\b(?:left|right) $", "", text[: old.start])
        after = re.sub(r"^ \([^)]*\)", "", text[old.end :])  # the other name of what is taken out
        said = f"{new} pain" if is_body and old.term.kind == "condition" and "pain" not in new + after else new
        return Resolved(before + said + after, said, last.intent, "your correction")
    return Resolved(f"{text.rstrip('?. ')} {new}", new if found else topic, last.intent, "your correction")


def _other_side(side: str, last: Turn, topic: str) -> Resolved:
    """Resolve "sorry, the right one": the last question again, with that side before what hurts."""
    other = "left" if side == "right" else "right"
    text = re.sub(rf"\b{other}\b", side, last.text, flags=re.IGNORECASE)
    found = [item for item in term_list().find(text) if item.text.lower() in topic.lower()]
    if side not in text.lower() and found:
        text = f"{text[: found[0].start]}{side} {text[found[0].start :]}"
    elif side not in text.lower():
        text = f"{text.rstrip('?. ')} on the {side} side"
    return Resolved(text, topic, last.intent, "your correction")


def _in_place_of(unmeant: str, new: str, last: Turn, topic: str) -> Resolved | None:
    """Resolve "I meant cycling, not racing" where the last question was how long until one can race."""
    said = [word for word in re.findall(r"[\w'-]+", unmeant.lower()) if content_stems(word)]
    old = next(
        (m for m in re.finditer(r"[\w'-]+", last.text) if any(_alike(m[0].lower(), word) for word in said)), None
    )
    if old is None or not content_stems(new):
        return None
    act = f"do {new}" if new.endswith("ing") and not old[0].endswith("ing") else new
    text = f"{last.text[: old.start()]}{act}{last.text[old.end() :]}"
    return Resolved(text, topic, last.intent, "your correction")


def _alike(one: str, other: str) -> bool:
    """Return whether two words are forms of one: race and racing."""
    shared = max(3, min(len(one), len(other)) - 1)
    return one[:shared] == other[:shared]


def _of_that_kind(which: str, last: Turn, topic: str) -> Resolved | None:
    """Resolve "I mean the steroid ones": the last question again, about those of the things that it asked about."""
    things = [item for item in term_list().find(last.text) if item.term.kind in ("treatment", "test", "exercise")]
    if not things or which.lower() in last.text.lower():
        return None
    at = things[0].start
    return Resolved(f"{last.text[:at]}{which} {last.text[at:]}", topic, last.intent, "your correction")


def _other_act(new: str, last: Turn, topic: str) -> Resolved | None:
    """Resolve "no, bowls" after a question on golf: the same, about something else that is done."""
    acts = [item for item in term_list().find(last.text) if item.term.kind in ("activity", "treatment")]
    if not acts or not content_stems(new):
        return None
    return Resolved(last.text[: acts[0].start] + new + last.text[acts[0].end :], topic, last.intent, "your correction")


def _replaces(found: Sequence[Found], old: Found) -> bool:
    kinds = {item.term.kind for item in found}
    same_kind = old.term.kind in kinds or (old.term.kind in SUBJECT_KINDS and bool(kinds & SUBJECT_KINDS))
    return same_kind and old.term.name not in {item.term.name for item in found}
