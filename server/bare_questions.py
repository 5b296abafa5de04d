"""Questions of a word or two: "why?", "how long?", "how often?"; what they are asked about was said before."""

from __future__ import annotations

import re

from server.aspects import aspect_of, aspect_phrase
from server.corrections import Resolved, followed
from server.follow_up_cues import TAKEN, cues
from server.intents import Intent
from server.terms import Found, term_list
from server.topics import Turn, may_be
from server.treatments import activity_of

# Of these it is not they that are normal or serious, but what somebody told of them.
TREATED = re.compile(r"\b(?:replacement|surgery|operation|fusion|arthroscopy|injections?|discectomy)\b", re.IGNORECASE)
_IS_A = re.compile(
    r"(?:it|that|this)(?:['’]?s| is| was) (?:just |only |mostly |mainly )?(?:an?|my) [\w' -]+", re.IGNORECASE
)
# Tells of something felt, which is what is asked about next.
_STILL_FEELS = re.compile(
    r"(?:(?:and|but|so) )?(?:(?:i|he|she|it)(?:'m|'s|'ve)? )?"
    r"(?:still|also|keeps?|get|gets|getting|feels?|felt|noticed)\b",
    re.IGNORECASE,
)
_OF_AN_ACT = re.compile(r"\b(?:safe|ok|okay|dangerous|bad)\b", re.IGNORECASE)
_MAY = re.compile(r"(?:should|can|could|may|must|do) (?:i|he|she|we|you|they)\b", re.IGNORECASE)
# "Is it my age?", and what was tried in vain.
_MY_FAULT = re.compile(
    r"(?:is|could|can|might) (?:it|this|that) (?:be )?(?:just |all |only |because of |down to |due to |from )*"
    r"(my \w+(?: \w+)?)",
    re.IGNORECASE,
)
_TRIED = re.compile(
    r"(?:i(?:'ve|’ve|ve| have)? )?(?:(?:already|just) )?(?:do|did|done|tried|trying|had|doing|been doing) "
    r"(?:all |both |most )?(?:of )?(?:it|that|this|those|them|these)(?: already| for \w+(?: \w+)?)?"
    r"(?:,? (?:and|but) (?:it|that|they|nothing|none).{0,30})?",
    re.IGNORECASE,
)


def bare(plain: str, last: Turn, topic: str) -> Resolved | None:
    """Resolve a question of a word or two: of the last question, the topic, or what was spoken of beside it."""
    said = next((name for name, pattern in cues().bare.items() if pattern.fullmatch(plain)), None)
    if said is None:
        return None
    if (
        said == "serious"
        and not _STILL_FEELS.match(last.text)
        and _OF_AN_ACT.search(plain)
        and (aspect_of(last.text, topic) or activity_of(last.text))
    ):
        return None  # it is what was asked about that is safe or not, not the complaint
    asked = last.text.rstrip("?. ")
    is_exercise = any(item.term.kind == "exercise" for item in term_list().find(topic))
    aspect = None if is_exercise else aspect_of(last.text, topic)
    about = topic or asked
    act = aspect_phrase(aspect, topic) if aspect else about
    activity = None if is_exercise else activity_of(asked)
    feared = cues().fears.search(asked) if is_vague(topic) else None
    is_told = not cues().question_word.match(asked)
    felt_last = _symptom_of(asked, topic)
    meant = may_be(asked, topic)
    told = f"{asked} – {plain}" if is_told and (TREATED.search(topic) or _STILL_FEELS.match(asked)) else ""
    if said in ("how_often", "how_much") and last.intent != "exercise" and TAKEN.search(asked):
        return Resolved(f"how much medicine should I take for {about}", topic, "safety", followed(topic))
    made: dict[str, tuple[str, Intent | None]] = {
        "why": (f"{asked} – why?", "causes"),
        "how_long": (f"how long does {felt_last or about} last", "duration"),
        "how_often": (
            (f"how often should I {_verb(aspect)} {act}", "exercise")
            if aspect or last.intent == "exercise"
            else (f"{asked} – how often?", None)
        ),
        "how_much": (f"{asked} – how much?", None),
        "how": ((f"how do I do {about}", "exercise") if is_exercise else (f"{asked} – how?", None)),
        "how_far": (f"{plain} {activity.text} with {topic}" if activity else "", None),
        "found_out": (
            ""
            if TREATED.search(topic)
            else f"how is {f'{feared[0]} diagnosed with {about}' if feared else f'{meant or about} diagnosed'}",
            "tests",
        ),
        "what": (f"{asked} – what could it be?" if is_told and topic and is_vague(topic) else "", "causes"),
        "when": (f"{asked} – when?", None),
        "where": (f"where is {about} felt", "symptoms"),
        "serious": (told or re.sub(r"(?i)\b(that|this|it)\b", about, cues().lead.sub("", plain), count=1), None),
        "who": (f"who should I see for {about}", "help"),
        "linked": (f"{asked} – {plain}", "causes"),
        "family": (f"does {about} run in families", "causes"),
        "sure": (f"what is well supported, uncertain or a myth about {about}", None),
    }
    if is_exercise:  # its steps say both
        made["how_long"] = (f"how do I do {about}, and how long should I hold it", "exercise")
        made["how_often"] = (f"how do I do {about}, and how often", "exercise")
    if said == "how_long" and plain.lower().startswith("for") and _MAY.match(asked):
        made["how_long"] = (f"{asked} – for how long?", "duration")
    text, intent = made[said]
    return Resolved(text, topic, intent, followed(topic)) if text else None


def tried(plain: str, _last: Turn, topic: str) -> Resolved | None:
    """Resolve "I already do that" and "tried that, it didn't work": what else helps."""
    if not topic or _TRIED.fullmatch(plain) is None:
        return None
    return Resolved(f"what else helps {topic}", topic, "treatment", followed(topic))


def told_more(plain: str, last: Turn, topic: str) -> Resolved | None:
    """Resolve "it's an office job": the last question again, with that put behind it."""
    if not topic or _IS_A.fullmatch(plain) is None or term_list().subjects(plain) or not _asks(last.text):
        return None
    return Resolved(f"{last.text.rstrip('?. ')} – {plain}", topic, last.intent, "the last question, told more of")


def _asks(text: str) -> bool:
    return cues().question_word.match(text) is not None


def blamed(plain: str, _last: Turn, topic: str) -> Resolved | None:
    """Resolve "is it my age?": whether that is a cause of what is talked of."""
    found = _MY_FAULT.fullmatch(plain)
    named = term_list().subjects(found[1]) if found else []
    if found is None or not topic or found[1].lower() in topic:
        return None
    comes = "coming from" if named else "because of"
    return Resolved(f"is {topic} {comes} {found[1]}", topic, "causes", followed(topic))


def _symptom_of(asked: str, topic: str) -> str:
    """Return the symptom that the last question was about besides its topic: the swelling after an operation."""
    named = [item.term.name for item in term_list().find(asked) if item.term.kind == "symptom"]
    of_it = next((name for name in named if name != "pain" and name not in topic), "")
    return f"{of_it} with {topic}" if of_it and topic else ""


def is_vague(topic: str) -> bool:
    """Return whether a topic names no condition, only where it hurts."""
    return topic.endswith(" pain") or all(
        item.term.is_broad or item.term.kind == "body" for item in term_list().subjects(topic)
    )


def _verb(aspect: Found | None) -> str:
    """Return what is done with an aspect: exercises are done, treatments had; the same for `how often`."""
    return "have" if aspect is not None and aspect.term.kind in ("treatment", "test") else "do"
