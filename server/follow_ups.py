"""Follow-ups without a model: what a short message leans on, and the same question standing alone."""

from __future__ import annotations

import re
import tomllib
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import cache
from pathlib import Path

from server.aspects import ACTS, aspect_of, aspect_phrase, medicine_of
from server.intents import Intent, intent_of, request_of
from server.terms import SUBJECT_KINDS, Found, term_list
from server.topics import PRONOUN, Turn, topic_of
from server.words import content_stems, word_count

# Longer messages say themselves what they are about.
MAX_WORDS = 18
MAX_ELLIPSIS_WORDS = 9

DATA = Path(__file__).parent / "data" / "follow-ups.toml"
_CHOICES = {"first": 0, "1": 0, "second": 1, "2": 1, "third": 2, "3": 2, "last": -1}
# A short question for one of these about nothing in particular is about what was spoken of.
_ASKS_ON = frozenset({"duration", "safety", "help", "tests", "prevention"})
_FOR_KINDS = frozenset({"exercise", "treatment", "test"})
# What is taken, had or done for a complaint, or in spite of it; never for the exercise that was shown last.
_NOT_FOR_EXERCISES = frozenset({"treatment", "test", "activity"})

# "Back" that is no part of the body: "go back to work".
_NOT_A_BACK = re.compile(
    r"\b(?:(?:go|going|get|getting|be|come|comes|coming|been|went|gone) back|back (?:to|at|into))\b", re.IGNORECASE
)
_DONE = re.compile(r"\b(?:do|doing|with|have|having|stop|start|hold|use|using|keep) $", re.IGNORECASE)
_POSSESSIVE = re.compile(r"\b(?:its|their)\b", re.IGNORECASE)


@dataclass(frozen=True, slots=True)
class Resolved:
    """A message standing alone; `topic` is what was carried along, empty when nothing was."""

    text: str
    topic: str = ""
    intent: Intent | None = None
    why: str = ""


def resolve(text: str, turns: Sequence[Turn]) -> Resolved | None:
    """Return a follow-up as a stand-alone question, or None when the message stands alone already."""
    changed = _patterns().new_topic.match(text)
    if changed:
        rest = text[changed.end() :].strip()
        return Resolved(rest) if rest and content_stems(rest) else None
    if not turns or word_count(text) > MAX_WORDS:
        return None
    plain = " ".join(re.sub(r"[?!.…]+\s*$", "", text.strip()).split())
    last = turns[-1]
    topic = topic_of(turns)
    if not PRONOUN.search(plain) and any(i.term.kind in _NOT_FOR_EXERCISES for i in term_list().find(plain)):
        topic = topic_of(turns, with_exercises=False)  # a medicine is taken for a complaint, not for an exercise
    for step in (_offer, _corrected, _amount, _bare, _about, _of_aspect, _pronoun, _ellipsis):
        found = step(plain, last, topic)
        if found is not None and found.text.strip():
            return found
    return None


def _offer(plain: str, last: Turn, topic: str) -> Resolved | None:
    choice = _patterns().choice.fullmatch(plain)
    if choice and last.suggestions:
        at = _CHOICES[choice[1].lower()]
        if -1 <= at < len(last.suggestions):
            return Resolved(last.suggestions[at], topic, intent_of(last.suggestions[at]), "the question you chose")
    if _patterns().yes.fullmatch(plain):
        offered = last.suggestions[0] if last.suggestions else f"more about {topic}" if topic else ""
        return Resolved(offered, topic, intent_of(offered), "yes to the first suggestion") if offered else None
    if _patterns().more.fullmatch(plain):
        offered = last.suggestions[0] if last.suggestions else f"{topic}" if topic else ""
        return Resolved(offered, topic, None, f"more about {topic}") if offered else None
    return None


def _corrected(plain: str, last: Turn, topic: str) -> Resolved | None:
    swap = _patterns().not_but.fullmatch(plain)
    start = _patterns().correction.match(plain)
    rest = swap[2] if swap else plain[start.end() :] if start else ""
    found = term_list().find(rest)
    sides = re.findall(r"\b(?:left|right|both|other|lower|upper)\b", rest, re.IGNORECASE)
    if not rest or word_count(rest) > 8 or not (found or sides) or _patterns().question_word.match(rest):
        return None
    text = last.text
    new = _bare_phrase(rest)
    olds = [item for item in term_list().find(text) if _replaces(found, item)]
    if olds:
        old = next((item for item in olds if not item.term.is_broad), olds[0])
        before = re.sub(r"\b(?:left|right) $", "", text[: old.start])
        return Resolved(before + new + text[old.end :], new, last.intent, "your correction")
    return Resolved(f"{text.rstrip('?. ')} {new}", new if found else topic, last.intent, "your correction")


def _replaces(found: Sequence[Found], old: Found) -> bool:
    kinds = {item.term.kind for item in found}
    same_kind = old.term.kind in kinds or (old.term.kind in SUBJECT_KINDS and bool(kinds & SUBJECT_KINDS))
    return same_kind and old.term.name not in {item.term.name for item in found}


def _bare_phrase(text: str) -> str:
    return re.sub(r"^(?:(?:the|my|a|an|in|on|about|it's|for|of)\s+)+", "", text.strip(" ,.;"), flags=re.IGNORECASE)


def _amount(plain: str, last: Turn, topic: str) -> Resolved | None:
    """Resolve "how many should I take?" after a medicine: how much of it, which is answered with a redirect."""
    medicine = medicine_of(last.text)
    if not medicine or not _patterns().amount.fullmatch(plain):
        return None
    return Resolved(f"how much {medicine} should I take", topic, "safety", _followed(medicine))


def _of_aspect(plain: str, last: Turn, topic: str) -> Resolved | None:
    """Resolve a question about what was spoken of last for the topic: a treatment, a test, its exercises."""
    aspect = aspect_of(last.text, topic)
    rest = _patterns().lead.sub("", plain)
    if aspect is None or not topic or not _patterns().of_aspect.search(rest):
        return None
    if any(item.term.kind in SUBJECT_KINDS and item.term.name != "pain" for item in term_list().find(rest)):
        return None
    phrase = _article(last.text, aspect) + aspect_phrase(aspect, topic)
    pronoun = PRONOUN.search(rest) or _patterns().this.search(rest)
    joins = "from" if rest.endswith("recovery") else "of"
    text = f"{rest[: pronoun.start()]}{phrase}{rest[pronoun.end() :]}" if pronoun else f"{rest} {joins} {phrase}"
    return Resolved(text, topic, None, _followed(phrase))


def _article(text: str, aspect: Found) -> str:
    """Return the article that stands before a treatment in the question it was spoken of in."""
    found = re.search(r"\b(an?|the) $", text[: aspect.start], re.IGNORECASE)
    return found[0].lower() if found else ""


def _bare(plain: str, last: Turn, topic: str) -> Resolved | None:
    said = next((name for name, pattern in _patterns().bare.items() if pattern.fullmatch(plain)), None)
    if said is None:
        return None
    asked = last.text.rstrip("?. ")
    is_exercise = any(item.term.kind == "exercise" for item in term_list().find(topic))
    aspect = None if is_exercise else aspect_of(last.text, topic)
    about = topic or asked
    act = aspect_phrase(aspect, topic) if aspect else about
    made: dict[str, tuple[str, Intent | None]] = {
        "why": (f"{asked} – why?", "causes"),
        "how_long": (f"how long does {about} last", "duration"),
        "how_often": (f"how often should I {_verb(aspect)} {act}", "exercise"),
        "how_much": (f"{asked} – how much?", None),
        "how": ((f"how do I do {about}", "exercise") if is_exercise else (f"{asked} – how?", None)),
        "when": (f"{asked} – when?", None),
        "where": (f"where is {about} felt", "symptoms"),
        "serious": (re.sub(r"(?i)\b(that|this|it)\b", about, _patterns().lead.sub("", plain), count=1), None),
        "sure": (f"what is well supported, uncertain or a myth about {about}", None),
    }
    if is_exercise:  # its steps say both
        made["how_long"] = (f"how do I do {about}, and how long should I hold it", "exercise")
        made["how_often"] = (f"how do I do {about}, and how often", "exercise")
    text, intent = made[said]
    return Resolved(text, topic, intent, _followed(topic))


def _verb(aspect: Found | None) -> str:
    """Return what is done with an aspect: exercises are done, treatments had; the same for `how often`."""
    return "have" if aspect is not None and aspect.term.kind in ("treatment", "test") else "do"


def _about(plain: str, last: Turn, topic: str) -> Resolved | None:
    """Resolve "what about X", "and X": another subject takes the place of the old one, a circumstance joins it."""
    lead = _patterns().what_about.match(plain)
    rest = plain[lead.end() :] if lead else plain
    if not lead:
        begins = _patterns().begins_with_and.match(plain)
        if not begins or word_count(plain) > 6 or _patterns().question_word.match(plain[begins.end() :]):
            return None
        rest = plain[begins.end() :]
    rest = _bare_phrase(rest)
    if not rest or PRONOUN.search(rest):
        return None
    if lead and word_count(rest) > MAX_ELLIPSIS_WORDS - 2:
        return Resolved(rest)  # "what about the pain down my leg, is that sciatica?" says itself what it is about
    found = term_list().find(rest)
    is_circumstance = bool(_patterns().circumstance.match(rest))
    subjects = [item for item in found if item.term.kind in SUBJECT_KINDS and item.term.name not in ACTS]
    if subjects and not (is_circumstance and topic):
        return _swapped(rest, last)
    if not topic:
        return None
    inherited = _inherited(rest, found, last)
    joins = "for" if any(item.term.kind in _FOR_KINDS for item in found) else "with"
    if is_circumstance:
        inherited = None if inherited == "duration" else inherited  # "how long?" asks nothing of a circumstance
        return Resolved(f"{topic} {rest}", topic, inherited, _followed(topic))
    return Resolved(f"{rest} {joins} {topic}", topic, inherited, _followed(topic))


def _inherited(rest: str, found: Sequence[Found], last: Turn) -> Intent | None:
    """Return the last question's intent for words that tell none; how to exercise says nothing of a medicine."""
    if _patterns().what_if.match(rest):
        return "general"
    if intent_of(rest) != "general" or (last.intent == "exercise" and any(f.term.kind == "treatment" for f in found)):
        return None
    return last.intent


def _swapped(rest: str, last: Turn) -> Resolved:
    olds = [item for item in term_list().find(last.text) if item.term.kind in SUBJECT_KINDS]
    exact = [item for item in olds if not item.term.is_broad] or olds
    why = f"the last question again, about {rest}"
    if exact and word_count(last.text) <= MAX_WORDS:
        return Resolved(last.text[: exact[0].start] + rest + last.text[exact[0].end :], rest, last.intent, why)
    return Resolved(rest, rest, last.intent, why)


def _pronoun(plain: str, last: Turn, topic: str) -> Resolved | None:
    if not topic:
        return None
    found: re.Match[str] | None = _patterns().noun_phrase.search(plain)
    empty = _patterns().empty_it.search(plain)
    if found is None:
        found = _meant(plain, empty.end() if empty else 0)
    possessive = _POSSESSIVE.search(plain)
    before = plain[: found.start()] if found else plain
    own = [item for item in term_list().find(before) if item.term.kind in SUBJECT_KINDS]
    if found is not None and not own:
        if re.search(r"(?i)stretch|exercise|move", found[0]):
            return _named_exercise(plain, found, last, topic)
        text = plain[: found.start()] + topic + plain[found.end() :]
        return Resolved(_patterns().lead.sub("", text), topic, None, _followed(topic))
    if possessive and not own:
        text = f"{plain[: possessive.start()]}{topic}'s{plain[possessive.end() :]}"
        return Resolved(_patterns().lead.sub("", text), topic, None, _followed(topic))
    return None


def _meant(plain: str, after: int) -> re.Match[str] | None:
    """Return the pronoun that stands for something; behind an empty "it", only one that is done, had or gone with."""
    if not after:
        return PRONOUN.search(plain) or _patterns().this.search(plain)
    done = next((m for m in PRONOUN.finditer(plain, after - 1) if _DONE.search(plain[: m.start()])), None)
    return done or _patterns().this.search(plain)


def _named_exercise(plain: str, found: re.Match[str], last: Turn, topic: str) -> Resolved:
    """Resolve "that stretch": the topic if it is an exercise, else one of the last sources, else keep the words."""
    for text in (topic, *last.titles):
        exercises = [i for i in term_list().find(text) if i.term.kind == "exercise" and not i.term.is_broad]
        if exercises:
            name = f"the {exercises[0].term.name}"
            return Resolved(plain[: found.start()] + name + plain[found.end() :], name, None, _followed(name))
    return Resolved(f"{plain} for {topic}", topic, None, _followed(topic))


def _ellipsis(plain: str, last: Turn, topic: str) -> Resolved | None:
    """Add the topic to a short question that names no subject, if it is about the same kind of thing at all."""
    rest = _patterns().lead.sub("", plain)
    if not topic or not rest or word_count(rest) > MAX_ELLIPSIS_WORDS or _patterns().elsewhere.match(rest):
        return None
    found = term_list().find(_NOT_A_BACK.sub(" ", rest))
    own = [
        item
        for item in found
        if item.term.kind in SUBJECT_KINDS and item.term.name not in {*ACTS, "pain", "core muscles"}
    ]
    if own:
        return None
    asks_on = intent_of(rest) in _ASKS_ON or request_of(rest) != "question"
    is_personal = bool(re.search(r"(?i)\b(i|my|the)\b", rest))
    is_short = len(content_stems(rest)) <= (2 if word_count(rest) <= 5 else 1)
    tells_of_effect = bool(_patterns().effect.search(rest))
    is_near = (
        (asks_on and is_personal)
        or tells_of_effect
        or bool(found)
        or bool(_patterns().empty_it.search(rest))
        or is_short
    )
    if not is_near:
        return None
    joins = "for" if any(item.term.kind in _FOR_KINDS for item in found) else "with"
    if _patterns().part_of.search(rest):
        joins = "of"
    inherited = _inherited(rest, found, last)
    return Resolved(f"{rest} {joins} {topic}", topic, inherited, _followed(topic))


def _followed(topic: str) -> str:
    return f"a follow-up about {topic}" if topic else "a follow-up"


@dataclass(frozen=True, slots=True)
class _Patterns:
    """The wordings of the data file, compiled: the first six match whole messages, the rest parts of one."""

    yes: re.Pattern[str]
    more: re.Pattern[str]
    choice: re.Pattern[str]
    not_but: re.Pattern[str]
    bare: Mapping[str, re.Pattern[str]]
    correction: re.Pattern[str]
    new_topic: re.Pattern[str]
    lead: re.Pattern[str]
    what_about: re.Pattern[str]
    begins_with_and: re.Pattern[str]
    question_word: re.Pattern[str]
    noun_phrase: re.Pattern[str]
    empty_it: re.Pattern[str]
    this: re.Pattern[str]
    part_of: re.Pattern[str]
    circumstance: re.Pattern[str]
    what_if: re.Pattern[str]
    amount: re.Pattern[str]
    of_aspect: re.Pattern[str]
    effect: re.Pattern[str]
    elsewhere: re.Pattern[str]


@cache
def _patterns() -> _Patterns:
    raw = tomllib.loads(DATA.read_text(encoding="utf-8"))
    cues = raw["follow_up"]

    def joined(name: str) -> str:
        return "(?:" + "|".join(cues[name]) + ")"

    def part(pattern: str) -> re.Pattern[str]:
        return re.compile(pattern, re.IGNORECASE)

    tail = r"\b[\s,.:;!-]*"
    return _Patterns(
        yes=part(joined("yes").replace("TAIL", cues["yes_tail"])),
        more=part(joined("more")),
        choice=part(joined("choice")),
        not_but=part(joined("not_but")),
        bare={name: part("(?:and |but |so )?(?:" + "|".join(found) + ")") for name, found in raw["bare"].items()},
        correction=part("^" + joined("correction") + tail + "(?:" + joined("correction_tail") + r"\b[\s,:]*)*"),
        new_topic=part("^" + joined("new_topic") + tail),
        lead=part("^(?:" + joined("lead") + r"\b[\s,.!-]*)+"),
        what_about=part("^" + joined("what_about")),
        begins_with_and=part("^" + joined("begins_with_and")),
        question_word=part("^" + joined("question_word") + r"\b"),
        noun_phrase=part(r"\b" + joined("noun_phrase") + r"\b"),
        empty_it=part(r"\b" + joined("empty_it") + r"\b"),
        this=part(r"\b" + joined("this").replace("VERBS", cues["this_verbs"])),
        part_of=part(r"\b" + joined("part_of") + r"\b"),
        circumstance=part("^" + joined("circumstance") + r"\b"),
        what_if=part("^" + joined("what_if") + r"\b"),
        amount=part("(?:and |but |so )?" + joined("amount")),
        of_aspect=part(joined("of_aspect")),
        effect=part(r"\b" + joined("effect") + "$"),
        elsewhere=part(joined("elsewhere") + r"\b"),
    )
