"""Keeps thoughts and plans of suicide from being set aside by what is said of something else.

A check, an end or a change of subject speaks of the body or of another matter, hardly ever of the wish to die. Only a
denial of the thoughts themselves, a time long past in their own words, or an open story takes them away.
"""

from __future__ import annotations

from collections.abc import Sequence

from server.red_flags.clauses import Message, Sentence
from server.red_flags.phrases import Phrases, Wording, phrase_list, phrases

SUICIDE = frozenset(("suicide_plan", "suicide_thoughts"))
SELF_HARM = SUICIDE | {"overdose_deliberate"}
_SELF = frozenset(("i", "me", "my", "myself"))
_WEAK_STORY = frozenset(phrase_list("self_harm", "weak_story"))
_STRONG_STORY = Phrases(
    (*phrase_list("self_harm", "strong_story"), *(p for p in phrase_list("context", "story") if p not in _WEAK_STORY))
)
_WITHDRAWN = phrases("self_harm", "withdrawn")
_OPEN_STORY = phrases("self_harm", "open_story")
_WANTS = frozenset(phrase_list("self_harm", "wants"))
_INTENTS = phrases("self_harm", "intents")
_PLAIN = frozenset(phrase_list("self_harm", "plain"))
_ENDED = frozenset(phrase_list("self_harm", "ended"))
_ENDS = frozenset(("end", "ending", "finish"))
PLAIN = "in plain words"
_TREATED = phrases("self_harm", "treated")
_AS_ANIMAL = Phrases(
    tuple(f"if i {verb} {animal}" for verb in ("was", "were") for animal in ("a dog", "a horse", "an animal"))
)
_LEAST_CONDITION = 2  # words of a condition before the intent: "if this goes on I will"


def is_own_voice(sentence: Sentence, message: Message) -> bool:
    """Return whether the writer speaks of themself, in a message that only mentions a story, an exam or the news."""
    return not _SELF.isdisjoint(sentence.word_set) and not message.has_any_of(_STRONG_STORY)


def is_plain(words: Sequence[str], start: int, end: int) -> bool:
    """Return whether `words[start:end]` speak plainly of dying or of a means: "end my life", "jump", "goodbye"."""
    part = words[start:end]
    ends = any(w in _ENDS and not _ENDED.isdisjoint(words[start + i + 1 : start + i + 2]) for i, w in enumerate(part))
    return ends or not _PLAIN.isdisjoint(part)


def is_threat(sentence: Sentence, end: int) -> bool:
    """Return whether "if this goes on I am going to ..." stands before `words[:end]`: an intent, not a supposition."""
    words = sentence.words
    if "if" not in words[:end]:
        return False
    if sentence.first_of(_AS_ANIMAL):
        return True
    after = Wording(words[words.index("if") + 1 : end])
    intent = after.first_of(_INTENTS)
    return intent is not None and after.joined[: after.joined.find(f" {intent} ") + 1].count(" ") > _LEAST_CONDITION


_MERCY = phrases("self_harm", "mercy")


def is_wish(sentence: Sentence) -> bool:
    """Return whether not waking is called good: "if I didn't wake up it would be a mercy" supposes nothing."""
    return sentence.first_of(_MERCY) is not None


def is_meant_now(words: Sequence[str], start: int, end: int) -> bool:
    """Return whether the words of a wish or a plan are in the present: "want", "going", "tonight"."""
    return not _WANTS.isdisjoint(words[max(0, start - 3) : end])


def was_treated(check: Wording) -> bool:
    """Return whether the words of a check may speak of an overdose: a hospital, an emergency team, the poison."""
    return check.first_of(_TREATED) is not None


def is_withdrawn(said: Wording) -> bool:
    """Return whether a later message says that the talk of suicide was no more than a manner of speaking."""
    return said.first_of(_WITHDRAWN) is not None


def is_open_story(said: Wording) -> bool:
    """Return whether a later message says outright that what was told is a story, a role or a test."""
    return said.first_of(_OPEN_STORY) is not None
