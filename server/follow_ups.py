"""Follow-ups without a model: what a short message leans on, and the same question standing alone."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import replace

from server.aspects import ACTS, aspect_of
from server.bare_questions import TREATED, bare, blamed, is_vague, told_more, tried
from server.corrections import Resolved, add_place, bare_phrase, correct, followed, tell_apart
from server.fillers import without_fillers
from server.follow_up_cues import cues
from server.intents import intent_of, request_of
from server.operations_told import had_done
from server.terms import COMMON, SUBJECT_KINDS, term_list
from server.told import alone_with_told, with_told
from server.topics import (
    PRONOUN,
    Turn,
    earlier_topic,
    felt_as,
    may_be,
    topic_of,
    topic_of_owner,
    turn_about,
    without_go_back,
)
from server.treatments import amount_of, change_of, for_symptom, more_of, other_way, own_medicine, to_stop, to_take
from server.what_about import FOR_KINDS, MAX_ELLIPSIS_WORDS, MAX_WORDS, inherited_intent, is_one_move, what_about
from server.whose import in_care_of, owner_of
from server.words import content_stems, tokens, word_count

__all__ = ["Resolved", "resolve"]

# A library of fewer words knows too little of the world to say what is of another matter.
MIN_VOCABULARY = 1000
_TIMES = frozenset({"tonight", "today", "tomorrow", "yesterday", "weekend", "week", "month", "year", "time", "good"})
_CHOICES = {"first": 0, "1": 0, "second": 1, "2": 1, "third": 2, "3": 2, "last": -1}
# A short question for one of these about nothing in particular is about what was spoken of.
_ASKS_ON = frozenset({"duration", "safety", "help", "tests", "prevention"})
# What is taken, had or done for a complaint, or in spite of it; never for the exercise that was shown last.
_NOT_FOR_EXERCISES = frozenset({"treatment", "test", "activity"})

# What a pronoun behind a comma can stand for besides what is talked of.
_SAID_BEFORE = frozenset({"symptom", "treatment", "test", "exercise", "activity"})
_SHOW = re.compile(r"\bshow me\b", re.IGNORECASE)
# What is said of an operation to come: "am I too old", for it.
_FOR_IT = re.compile(r"\btoo (?:old|young|fat|heavy|ill|weak|fit|late|early)\b|\bwait", re.IGNORECASE)
# What an operation was for comes back, not the operation; and what was asked about coming back is what is stopped.
_COMES_BACK = re.compile(
    r"\b(?:it|that|this) (come back|return|happen again|recur|go away|go on|get worse|get better|start again|settle)\b",
    re.IGNORECASE,
)
# A person asks about what they may do, or what will become of them.
_ASKS_FOR_SELF = re.compile(
    r"\b(?:am|can|could|should|shall|will|would|do|did|must|may|have|is|was|does) (?:i|he|she|we)\b|"
    r"^(?:is|would|will) my\b",
    re.IGNORECASE,
)

_TELLS_OF_SELF = re.compile(
    r"(?:i'm|im|i am|i've|ive|i have|i live|i work|i drive|i can't|i cant|my \w+ is)\b", re.IGNORECASE
)
# Asks this service for what it thinks or likes.
_ASKS_YOU = re.compile(
    r"(?:do|are|can|have|did|would|will) you "
    r"(?!think|recommend|suggest|know|advise|mean|say|have any|get|need|feel|lose)",
    re.IGNORECASE,
)
# What "what else?" asks on for, after each kind of question; else for more of the same.
_ELSE = {"treatment": "helps", "exercise": "helps", "causes": "causes", "safety": "helps", "tests": "shows"}

_DONE = re.compile(r"\b(?:do|doing|with|have|having|stop|start|hold|use|using|keep) $", re.IGNORECASE)
_WHOSE_END = re.compile(r"\s*\b(?:(?:for|with|on|about|of) )?(?:hers|mine|my own|his(?=\s*$))(?=\s*$)", re.IGNORECASE)
_WHOSE_START = re.compile(
    r"^(?:(?:and|but|so|ok) )*(?:what about )?(?:her|him|hers|his|mine|she|he)\s*[,:;-]\s*", re.IGNORECASE
)
_OF_MEDICINE = re.compile(
    r"addict|side[ -]?effect|strong|sleepy|drows|stomach|hooked|depend|safe|harm|alcohol|driv|weight|kidney|liver",
    re.IGNORECASE,
)
_TELLS_MORE = re.compile(
    r"(?:i )?(?:can't|cant|cannot|couldn't|can hardly|can barely|hurts?|aches?|worse|better|only|mostly|keeps?|still|"
    r"also|especially)\b",
    re.IGNORECASE,
)
_TOLD = re.compile(r"\b(?:tell|told|ask|asked|show|see|phone|ring|call|pay|trust|give) $", re.IGNORECASE)
_HAS_BESIDES = re.compile(r"i(?:'m| am)? (?:also )?(?:take|on|have|had|got)\b", re.IGNORECASE)
_TOO = re.compile(r"\b(?:too|as well|also|same)\b", re.IGNORECASE)
_POSSESSIVE = re.compile(r"\b(?:its|their)\b", re.IGNORECASE)


def resolve(text: str, turns: Sequence[Turn], vocabulary: Mapping[str, int] | None = None) -> Resolved | None:
    """Return a follow-up as a stand-alone question, or None when the message stands alone already.

    Args:
        text: the message.
        turns: the earlier questions, oldest first.
        vocabulary: the words of the library in lower case, with how often each occurs. A message none of whose words
            it holds is about another matter, and leaned on nothing.
    """
    changed = cues().new_topic.match(text)
    if changed:
        rest = text[changed.end() :].strip()
        return Resolved(rest) if rest and content_stems(rest) else None
    plain = without_fillers(text)
    alone = _service(plain) or own_medicine(plain) if word_count(text) <= MAX_WORDS else None
    if alone is not None or not turns:
        return alone
    if word_count(text) > MAX_WORDS:
        return alone_with_told(plain, turns)
    if vocabulary and _is_of_another_matter(plain, vocabulary):
        return None
    plain = in_care_of(plain, [turn.text for turn in turns])
    found = _gone_back(plain, turns) or _of_the_topic(plain, turns)
    if found is None:
        return alone_with_told(plain, turns)
    return with_told(found, plain, (*turns, Turn(plain))) if found.topic else found


def _is_of_another_matter(plain: str, vocabulary: Mapping[str, int]) -> bool:
    """Return whether a message has words of its own, and the library hardly knows any of them."""
    if len(vocabulary) < MIN_VOCABULARY or PRONOUN.search(plain) or cues().this.search(plain):
        return False
    words = [token.text.lower() for token in tokens(plain) if not token.is_function_word]
    words = [word for word in words if word not in _TIMES]
    return bool(words) and max(vocabulary.get(word, 0) for word in words) < COMMON and not term_list().find(plain)


def _of_the_topic(plain: str, turns: Sequence[Turn]) -> Resolved | None:
    """Resolve a message that leans on the topic of the conversation, or on that of the person it is about."""
    last, topic = turns[-1], topic_of(turns)
    if not PRONOUN.search(plain) and any(i.term.kind in _NOT_FOR_EXERCISES for i in term_list().find(plain)):
        topic = topic_of(turns, with_exercises=False)  # a medicine is taken for a complaint, not for an exercise
    owner = owner_of(plain)
    theirs = topic_of_owner(owner, turns) if owner else ""
    if theirs:
        written = plain
        plain, last, topic = _WHOSE_END.sub("", _WHOSE_START.sub("", plain)), replace(last, text=theirs), theirs
        if not content_stems(plain) and (
            plain != written or _TOO.search(plain)
        ):  # "is it ok for him too?" asks the last question again, about his complaint
            asked, before = turns[-1].text, topic_of(turns)
            return Resolved(asked.replace(before, topic) if before else topic, topic, turns[-1].intent, followed(topic))
    if cues().what_else.fullmatch(plain):
        last = replace(last, intent=next((t.intent for t in reversed(turns) if t.intent in _ELSE), last.intent))
        topic = topic_of(turns, with_exercises=False) or topic
    if cues().of_treatment.search(plain) and aspect_of(last.text, topic) is None:
        had = next(
            (turn for turn in reversed(turns[-4:]) if aspect_of(turn.text, topic) and turn.intent != "exercise"), last
        )
        last = replace(last, text=had.text)
    if had_done(topic, [turn.text for turn in turns]) and _COMES_BACK.search(plain):
        asked = _COMES_BACK.sub(lambda found: f"the pain {found[1]}", plain)
        return Resolved(f"{asked} after {topic}", topic, None, followed(topic))
    for step in (
        _offer,
        add_place,
        tell_apart,
        correct,
        for_symptom,
        to_stop,
        to_take,
        other_way,
        amount_of,
        change_of,
        bare,
        what_about,
        tried,
        told_more,
        _more_of,
        blamed,
        _pronoun,
        _ellipsis,
    ):
        found = step(plain, last, topic)
        if found is not None and found.text.strip():
            is_over = had_done(topic, [turn.text for turn in turns])
            return _behind(found, topic) if is_over else _beside(found, topic)
    return None


def _behind(found: Resolved, topic: str) -> Resolved:
    """Return a question put behind the operation that somebody has had: "driving after hip replacement"."""
    joined = re.sub(rf" (?:with|for) (?=(?:(?:left|right) )?{re.escape(topic)}\b)", " after ", found.text)
    return replace(found, text=joined)


def _beside(found: Resolved, topic: str) -> Resolved:
    """Return a question about a thing of daily life or a treatment beside the pain that a condition is felt as.

    What a mattress, the gym or a supplement does is told for back pain, and not for worn discs.
    """
    joined = re.match(rf"(.*) (with|for) {re.escape(topic)}$", found.text)
    named = term_list().find(joined[1]) if joined else []
    is_thing = any(item.term.kind in ("activity", "treatment", "exercise") for item in named)
    if joined is None or felt_as(topic) == topic or not is_thing or request_of(found.text) == "prognosis":
        return found
    return replace(found, text=f"{joined[1]} {joined[2]} {felt_as(topic)}")


def _service(plain: str) -> Resolved | None:
    """Resolve a question about this service as the heading of the library that answers it."""
    asked = cues().lead.sub("", plain)
    heading = next((name for name, pattern in cues().service.items() if pattern.fullmatch(asked)), "")
    return Resolved(heading, "", None, "a question about this service") if heading else None


def _gone_back(plain: str, turns: Sequence[Turn]) -> Resolved | None:
    """Resolve a message that asks for what was said before, or goes on with an earlier subject."""
    last = turns[-1]
    if cues().repeat.fullmatch(plain):
        return Resolved(last.text, topic_of(turns), last.intent, "the last question again")
    said = cues().said_about.match(plain)
    if said:
        owner = owner_of(plain)
        theirs = topic_of_owner(owner, turns) if owner else ""
        among = [turn for turn in turns if theirs in turn.text]
        at = turn_about(plain[said.end() :], among)
        return None if at is None else Resolved(among[at].text, "", among[at].intent, "an earlier question again")
    back = cues().back_to.match(plain)
    if back is None:
        return None
    name, *after = cues().back_to_end.split(plain[back.end() :], maxsplit=1)
    rest = after[0] if after else ""
    owner = "own" if re.fullmatch(r"me|us|myself", name.strip(), re.IGNORECASE) else owner_of(name)
    theirs = topic_of_owner(owner, turns) if owner else ""
    topic, at = (theirs, len(turns) - 1) if theirs else earlier_topic(name, turns) or ("", 0)
    if not topic:
        return None
    if not rest.strip():
        return Resolved(topic, topic, None, followed(topic))
    found = _of_the_topic(rest, (*turns[: at + 1], Turn(topic)))
    return found or Resolved(rest, topic, None, followed(topic))


def _offer(plain: str, last: Turn, topic: str) -> Resolved | None:
    choice = cues().choice.fullmatch(plain)
    if choice and last.suggestions:
        at = _CHOICES[choice[1].lower()]
        if -1 <= at < len(last.suggestions):
            return Resolved(last.suggestions[at], topic, intent_of(last.suggestions[at]), "the question you chose")
    if _SHOW.search(plain) and last.intent == "exercise" and topic and cues().yes.fullmatch(plain):
        moves = (text for text in last.suggestions if any(is_one_move(item) for item in term_list().find(text)))
        return Resolved(next(moves, f"how do I do the exercises for {topic}"), topic, "exercise", "yes, show me")
    if cues().yes.fullmatch(plain):
        offered = last.suggestions[0] if last.suggestions else f"more about {topic}" if topic else ""
        return Resolved(offered, topic, intent_of(offered), "yes to the first suggestion") if offered else None
    else_asked = _ELSE.get(last.intent, "helps") if cues().what_else.fullmatch(plain) and topic else ""
    else_asked = "causes" if else_asked and plain.endswith(" be") else else_asked
    if else_asked:
        return Resolved(f"what else {else_asked} {topic}", topic, last.intent, followed(topic))
    if cues().more.fullmatch(plain):
        offered = last.suggestions[0] if last.suggestions else f"{topic}" if topic else ""
        return Resolved(offered, topic, None, f"more about {topic}") if offered else None
    return None


def _more_of(plain: str, last: Turn, topic: str) -> Resolved | None:
    """Resolve what is asked of a treatment spoken of last, unless the message itself said first what it asks about."""
    pronoun = PRONOUN.search(plain) or cues().this.search(plain)
    return None if pronoun and _says_what(plain[: pronoun.start()]) else more_of(plain, last, topic)


def _pronoun(plain: str, last: Turn, topic: str) -> Resolved | None:
    if not topic:
        return None
    found: re.Match[str] | None = cues().noun_phrase.search(plain)
    empty = cues().empty_it.search(plain)
    if found is None:
        found = _meant(plain, empty.end() if empty else 0)
    possessive = _POSSESSIVE.search(plain)
    before = plain[: found.start()] if found else plain
    named = [item for item in term_list().find(before) if item.term.kind in SUBJECT_KINDS]
    own = [item for item in named if item.term.name not in ACTS]
    if found is not None and _says_what(before):
        return None
    if found is not None and not own:
        if re.search(r"(?i)stretch|exercise|move", found[0]):
            return _named_exercise(plain, found, last, topic)
        feared = cues().fears.search(last.text)
        meant = may_be(last.text, topic)
        if meant and found[0].lower() in ("it", "that", "this"):
            text = f"{plain[: found.start()]}{meant}{plain[found.end() :]}"
            return Resolved(cues().lead.sub("", text), meant, None, followed(meant))
        if feared and PRONOUN.fullmatch(found[0]) and is_vague(topic) and feared[0].lower() not in topic.lower():
            text = f"{plain[: found.start()]}{feared[0]}{plain[found.end() :]} with {topic}"
            return Resolved(cues().lead.sub("", text), topic, None, followed(feared[0]))
        text = plain[: found.start()] + topic + plain[found.end() :]
        return Resolved(cues().lead.sub("", text), topic, None, followed(topic))
    if possessive and not own:
        text = f"{plain[: possessive.start()]}{topic}'s{plain[possessive.end() :]}"
        return Resolved(cues().lead.sub("", text), topic, None, followed(topic))
    return None


def _says_what(before: str) -> bool:
    """Return whether the words before a pronoun tell what it stands for: "still so swollen, is that normal"."""
    told, _, rest = before.rpartition(",")
    told = cues().lead.sub("", told)
    if not told or content_stems(rest):
        return False
    return any(item.term.kind in _SAID_BEFORE for item in term_list().find(told)) or bool(cues().medicine.search(told))


def _meant(plain: str, after: int) -> re.Match[str] | None:
    """Return the pronoun that stands for something; behind an empty "it", only one that is done, had or gone with."""
    if not after:
        found = (m for m in PRONOUN.finditer(plain) if not cues().they_who.match(plain, m.start()))
        found = (m for m in found if not plain[: m.start()].lower().endswith("worth "))
        standing = (m for m in found if m[0].lower() != "them" or not _TOLD.search(plain[: m.start()]))
        return next(standing, None) or cues().this.search(plain)
    done = next((m for m in PRONOUN.finditer(plain, after - 1) if _DONE.search(plain[: m.start()])), None)
    return done or cues().this.search(plain)


def _named_exercise(plain: str, found: re.Match[str], last: Turn, topic: str) -> Resolved:
    """Resolve "that stretch": the topic if it is an exercise, else one of the last sources, else keep the words."""
    for text in (topic, *last.titles):
        exercises = [i for i in term_list().find(text) if i.term.kind == "exercise" and not i.term.is_broad]
        if exercises:
            name = f"the {exercises[0].term.name}"
            return Resolved(plain[: found.start()] + name + plain[found.end() :], name, None, followed(name))
    return Resolved(f"{plain} for {topic}", topic, None, followed(topic))


def _ellipsis(plain: str, last: Turn, topic: str) -> Resolved | None:
    """Add the topic to a short question that names no subject, if it is about the same kind of thing at all."""
    says_no = re.fullmatch(r"(?:no|not|never) \w+(?: \w+)?", plain, re.IGNORECASE)
    rest = plain if says_no else cues().lead.sub("", plain)
    for_self = bool(_ASKS_FOR_SELF.search(rest)) or bool(
        _TELLS_OF_SELF.match(rest) and word_count(rest) <= MAX_ELLIPSIS_WORDS
    )
    is_long = request_of(rest) == "prognosis" or for_self  # always about somebody's trouble
    longest = MAX_WORDS if is_long else MAX_ELLIPSIS_WORDS
    if not topic or not rest or word_count(rest) > longest or cues().elsewhere.match(rest) or _ASKS_YOU.match(rest):
        return None
    found = term_list().find(without_go_back(rest))
    own = [
        item
        for item in found
        if item.term.kind in SUBJECT_KINDS and item.term.name not in {*ACTS, "pain", "core muscles"}
    ]
    if own and not re.search(r"\bstill\b", rest):
        return None
    if cues().medicine.search(rest) and _OF_MEDICINE.search(rest):
        return None  # "is amitriptyline addictive" asks the same whatever hurts
    asks_on = intent_of(rest) in _ASKS_ON or request_of(rest) != "question"
    is_personal = bool(re.search(r"(?i)\b(i|im|i'm|my|the)\b", rest))
    is_short = len(content_stems(rest)) <= (2 if word_count(rest) <= 5 else 1)
    tells_of_effect = bool(cues().effect.search(rest) or _TELLS_MORE.match(rest))
    is_near = (
        (asks_on and is_personal)
        or for_self
        or tells_of_effect
        or bool(found)
        or bool(cues().empty_it.search(rest))
        or is_short
    )
    if not is_near:
        return None
    joins = "for" if any(item.term.kind in FOR_KINDS for item in found) else "with"
    if not found and cues().which_of.fullmatch(rest):  # "on which side?" of what was asked about last: sleeping
        acts = [item.text for item in term_list().find(last.text) if item.term.kind in ("activity", "treatment")]
        thing = cues().thing.search(last.text)
        about = acts[-1] if acts else bare_phrase(thing[0]) if thing else ""
        rest = f"{rest} {about}" if about.lower() not in topic.lower() else rest
    if request_of(rest) == "prognosis" or _HAS_BESIDES.match(rest):
        joins = "with"
    if re.search(r"\b(?:take|try|use|have)$", rest) or (_FOR_IT.search(rest) and TREATED.search(topic)):
        joins = "for"
    if cues().part_of.search(rest):
        joins = "of"
    inherited = inherited_intent(rest, found, last, topic)
    rest = rest.removesuffix(" for") if joins == "for" else rest
    return Resolved(f"{rest} {joins} {topic}", topic, inherited, followed(topic))
