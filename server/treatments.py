"""Follow-ups about what is taken, had or done for a complaint: a medicine, a treatment, a test, an activity."""

from __future__ import annotations

import re

from server.aspects import ACTS, MEDICINES, aspect_of, aspect_phrase, medicine_of
from server.corrections import Resolved, followed
from server.follow_up_cues import cues
from server.intents import request_of
from server.terms import SUBJECT_KINDS, Found, term_list
from server.topics import PRONOUN, Turn
from server.words import content_stems

_HOW_LONG_IT_LASTS = re.compile(
    r"\bhow long (?:does|do|will|would) (?:it|this|that) (?:usually |normally |still )?"
    r"(?:last|hurt|ache|be sore|go on|take)\b",
    re.IGNORECASE,
)
_OPPOSITES = {"with": "without", "without": "with", "before": "after", "after": "before"}
_OTHER_WAY = re.compile(
    r"(?:(?:and|or|but|what about) )*(with|without|before|after)(?: (?:it|that|one))?", re.IGNORECASE
)
_STOPS_THAT = re.compile(r"(.*\b(?:stop|prevent|avoid)) (?:it|that|this)(?: happening| coming back)?", re.IGNORECASE)
_AGAIN = re.compile(r"\b(?:come|happen|return)(?: back| again)\b|\brecur\b", re.IGNORECASE)
_EXPECTS = re.compile(r"pregnan|breast[ -]?feed|\bweeks (?:gone|along)\b", re.IGNORECASE)
_TO_TAKE = re.compile(
    r"(.*?)\bwhat (?:else )?((?:can|could|should|may) (?:i|he|she|we|they)) (?:safely )?take"
    r"(?: (?:for|against|with) (?:it|this|that|them|the pain))?(?: now)?"
    r"(,? (?:i'm|im|i am|she's|she is|he's|he is) .+)?",
    re.IGNORECASE,
)
# What a medicine does to somebody, or is taken with.
_DOES_TO_ME = re.compile(
    r"\b(?:will|does|do|can|could|would|might|did) (?:it|they|that|this|these) "
    r"(?:make|give|cause|affect|interfere|interact|mix|stop|upset|harm|damage|thin|knock|raise|lower|clash)\w*\b|"
    r"\b(?:have|take|use|mix) (?:it|them|that|this) (?:with|on|before|after|every|when|while|if|at|for)\b|"
    r"\bis (?:it|that|this) (?:strong|stronger|a strong)\b|\bon (?:it|them)\b(?! own)",
    re.IGNORECASE,
)
# "And for the pain itself?"
_FOR_SYMPTOM = re.compile(
    r"(?:(?:and|but|so) )?(?:what (?:about|helps|can i (?:do|take)) )?(?:for|with|against) (?:the|my|his|her) "
    r"([a-z-]+)(?: (?:itself|though|then|now))?",
    re.IGNORECASE,
)


def own_medicine(plain: str) -> Resolved | None:
    """Resolve "I take warfarin, should I stop it?": the medicine is stopped, never what was talked of before."""
    found = cues().own_medicine.search(plain)
    if found is None:
        return None
    before, after = plain[: found.start(2)] + found[1], plain[found.end(2) :]
    is_known = request_of(before + after) != "question"
    return Resolved(before + ("" if is_known else " medicine") + after, "", None, followed(found[1]))


def amount_of(plain: str, last: Turn, topic: str) -> Resolved | None:
    """Resolve "how many should I take?" after a medicine: how much of it, which is answered with a redirect."""
    medicine = medicine_of(last.text)
    if not medicine or not cues().amount.fullmatch(plain):
        return None
    given = re.search(r"\bgive (him|her|my \w+|them)\b", plain, re.IGNORECASE)
    asks = f"can I give {given[1]}" if given else "should I take"
    return Resolved(f"how much {medicine} {asks}", topic, "safety", followed(medicine))


def for_symptom(plain: str, _last: Turn, topic: str) -> Resolved | None:
    """Resolve "and for the pain itself?": what helps that, with what is talked of."""
    found = _FOR_SYMPTOM.fullmatch(plain)
    if found is None or not topic or not any(i.term.kind == "symptom" for i in term_list().find(found[1])):
        return None
    of_it = "" if found[1] in topic else f"{found[1]} with "
    return Resolved(f"what helps {of_it}{topic}", topic, "treatment", followed(topic))


def to_take(plain: str, _last: Turn, topic: str) -> Resolved | None:
    """Resolve "what can I take for it": which painkillers, since nothing else is taken for a pain."""
    found = _TO_TAKE.fullmatch(plain)
    told = cues().lead.sub("", found[1]).strip(" ,") + (found[3] or "") if found else ""
    if found is None or not topic or (told and not (cues().medicine.search(told) or _EXPECTS.search(told))):
        return None
    return Resolved(f"what painkillers {found[2]} take for {topic}", topic, None, followed(topic))


def to_stop(plain: str, last: Turn, topic: str) -> Resolved | None:
    """Resolve "how do I stop that?" after a question on what comes back: how to stop it coming back."""
    stops = _STOPS_THAT.fullmatch(plain)
    again = _AGAIN.search(last.text) if stops else None
    if stops is None or again is None or not topic:
        return None
    is_over = f" after {topic}" in last.text
    what = f"the pain coming back after {topic}" if is_over else f"{topic} coming back"
    return Resolved(f"{cues().lead.sub('', stops[1])} {what}", topic, "prevention", followed(topic))


def other_way(plain: str, last: Turn, topic: str) -> Resolved | None:
    """Resolve "and with?" after "without surgery", "and after?" after "before": the last question, the other way."""
    found = _OTHER_WAY.fullmatch(plain)
    was = _OPPOSITES.get(found[1].lower(), "") if found else ""
    if found is None or not re.search(rf"\b{was}\b", last.text, re.IGNORECASE):
        return None
    text = re.sub(rf"\b{was}\b", found[1].lower(), last.text, count=1, flags=re.IGNORECASE)
    return Resolved(text, topic, last.intent, followed(topic))


def change_of(plain: str, last: Turn, topic: str) -> Resolved | None:
    """Resolve "should I stop them?" after "I'm on statins": the medicine, never the complaint."""
    named, pronoun = cues().medicine.search(last.text), cues().changed.search(plain)
    if named is None or pronoun is None:
        return None
    text = plain[: pronoun.start(1)] + named[0] + plain[pronoun.end(1) :]
    is_known = request_of(text) != "question"
    text = text if is_known else plain[: pronoun.start(1)] + named[0] + " medicine" + plain[pronoun.end(1) :]
    return Resolved(text, topic, "safety", followed(named[0]))


def more_of(plain: str, last: Turn, topic: str) -> Resolved | None:
    """Resolve a question about what was spoken of last for the topic: a treatment, a test, its exercises."""
    aspect = aspect_of(last.text, topic) or activity_of(last.text)
    if (
        aspect is not None
        and aspect.term.name in ACTS
        and any(i.term.kind == "exercise" for i in term_list().find(topic))
    ):
        return None
    rest = cues().lead.sub("", plain)
    if _names_another(rest, aspect) and not PRONOUN.search(rest):
        return None
    if aspect is not None and aspect.term.name in MEDICINES and _HOW_LONG_IT_LASTS.search(plain):
        return None  # the pain lasts
    thing = cues().thing.search(last.text) if aspect is None else None
    asks_of_it = cues().of_aspect.search(rest) or (
        aspect is not None and aspect.term.name in MEDICINES and _DOES_TO_ME.search(rest)
    )
    if (aspect is None and thing is None) or not topic or not asks_of_it:
        return None
    if any(item.term.kind in SUBJECT_KINDS and item.term.name != "pain" for item in term_list().find(rest)):
        return None
    if aspect is None:
        phrase = f"{thing[0]} for {topic}" if thing else topic
    else:
        is_named = set(content_stems(topic)) <= set(content_stems(aspect.text))  # "surgery for a slipped disc"
        phrase = _article(last.text, aspect) + aspect_phrase(aspect, "" if is_named else topic)
    pronoun = PRONOUN.search(rest) or cues().this.search(rest) or re.search(r"\b(?:that|this)\b", rest, re.IGNORECASE)
    joins = "from" if rest.endswith("recovery") else "of"
    text = f"{rest[: pronoun.start()]}{phrase}{rest[pronoun.end() :]}" if pronoun else f"{rest} {joins} {phrase}"
    return Resolved(text, topic, None, followed(phrase))


def _names_another(text: str, aspect: Found | None) -> bool:
    """Return whether a question names a treatment itself, other than the one that was spoken of last."""
    named = {item.term.name for item in term_list().find(text) if item.term.kind == "treatment"}
    return aspect is not None and bool(named - {aspect.term.name}) and aspect.term.kind == "treatment"


def activity_of(text: str) -> Found | None:
    """Return what a question asks whether to do: the yoga of "does yoga help back pain"."""
    named = [item for item in term_list().find(text) if item.term.kind == "activity" and item.text.lower() != "work"]
    if not re.match(r"(?:does|do|is|will|would|can|could|should|how)\b", text, re.IGNORECASE):
        named = [item for item in named if item.start == 0]  # "yoga with low back pain"
    return next((item for item in named if item.text.endswith("ing") or item.text == item.term.name), None)


def _article(text: str, aspect: Found) -> str:
    """Return the article that stands before a treatment in the question it was spoken of in."""
    found = re.search(r"\b(an?|the) $", text[: aspect.start], re.IGNORECASE)
    return found[0].lower() if found else ""
