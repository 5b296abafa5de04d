"""Decides whether a feature that was found is denied: "no", "never", "neither of those" (B3)."""

from __future__ import annotations

from collections.abc import Sequence

from server.red_flags.clauses import Sentence
from server.red_flags.phrases import Wording, phrase_list, phrases
from server.red_flags.scope import UNABLE, unseen

SUBJECTS = frozenset(["i", "he", "she", "they", "we", "it", "there"])
_NEG_NEAR = frozenset(phrase_list("context", "neg_near"))
_NEG_LIST = frozenset(phrase_list("context", "neg_list"))
_NEGATORS = _NEG_NEAR | _NEG_LIST
_VERBAL = frozenset(phrase_list("context", "verbal"))
_BREAKERS = frozenset(phrase_list("context", "breakers"))
_JOINTS = frozenset([",", "-", ":", "and", "or", "nor", "/", "(", ")"])
# "not" does not deny in these.
_NOT_DENIAL = phrases("context", "not_denial")
_DOUBLE = phrases("context", "double")
_ANSWER_NO = frozenset(phrase_list("context", "answer_no"))


def denial(sentence: Sentence, start: int, end: int, used: frozenset[int]) -> str | None:
    """Return the words that deny the feature at `words[start:end]`, None when nothing does.

    `used` are the places that belong to the feature itself: "no feeling when I wipe" contains its own "no".
    """
    words = sentence.words
    if sentence.first_of(_DOUBLE):
        return None
    after = _denied_after(sentence, start, end)
    if after is not None:
        return after
    if not UNABLE.isdisjoint(sentence.word_set) and (hidden := unseen(words, start)) is not None:
        return hidden
    if "can" in sentence.word_set and _is_able(words, start, used):
        return "can"
    if _NEGATORS.isdisjoint(sentence.word_set):
        return None
    has_own_not = any(words[i] in _NEGATORS or words[i] in ("cant", "couldnt", "wont") for i in used)
    for cue in range(end - 1, max(-1, start - 16), -1):
        if words[cue] not in _NEGATORS or cue in used:
            continue
        if _is_harmless_not(words, cue):
            continue
        if cue >= start:
            if end - cue <= 4:
                return words[cue]
            continue
        if _reaches(words, cue, start, has_own_not):
            return words[cue]
    return None


_TRAILING_FAR = frozenset(
    (
        "i dont have that",
        "i dont have those",
        "i dont have any of that",
        "i dont have it",
        "i do not have that",
        "i havent got that",
        "i dont get that",
        "i have none of",
    )
)
_TRAILING = phrases("context", "trailing")
_MEASURED = frozenset(phrase_list("context", "measured"))
_BARE_DENIALS = frozenset(("i dont", "and i dont"))


def _is_able(words: Sequence[str], start: int, used: frozenset[int]) -> bool:
    """Return whether "can" stands just before a feature that is worded as an act: "I can start and stop a wee"."""
    if words[start] not in _ACTS or words[0] == "can" or (start and words[start - 1] == "i"):
        return False
    before = words[max(0, start - 3) : start]
    return "can" in before and _BARELY.isdisjoint(before) and _UNABLE.isdisjoint([words[i] for i in used])


_BARELY = frozenset(("barely", "hardly", "only", "just"))
_UNABLE = frozenset(("cant", "couldnt", "wont", "hardly", "barely", "only", "no", "not", "dont"))
_ACTS = frozenset(phrase_list("context", "acts"))


def _denied_after(sentence: Sentence, start: int, end: int) -> str | None:
    words = sentence.words
    rest = list(words[end : end + 3])
    if (
        rest[:1]
        and rest[0] in (":", "-", "=", ",")
        and len(rest) > 1
        and rest[1] in _ANSWER_NO
        and (len(rest) < 3 or rest[2] in (",", "-") or rest[1] in ("none", "nil", "nope", "neg", "negative"))
    ):
        return rest[1]
    if rest[:1] and rest[0] in ("none", "nil", "nope", "neg", "negative", "absent", "denied") and end - start < 8:
        return rest[0]
    for phrase in sentence.all_of(_TRAILING):
        after = f" {' '.join(words[end : end + 14])} "
        at = after.find(f" {phrase} ")
        if at > 0 and " other " in after[: at + 1]:
            continue  # "my leg is puffy, the other is normal"
        if at > 0 and not _MEASURED.isdisjoint(after[:at].split()):
            continue  # "I can't breathe, my sats are normal"
        if phrase.endswith((" isnt", " arent")) and after[at + len(phrase) + 2 :][:1].isalpha():
            continue  # "my back hurts and it isn't better"
        if phrase in _BARE_DENIALS and after[at + len(phrase) + 2 :].strip(" ,)"):
            continue  # "walking like a drunk, and I don't drink"
        if at == 0 or (0 < at <= 12 and len(phrase) > 6) or (at > 0 and phrase in _TRAILING_FAR):
            return phrase
    if len(words) == end + 1 and words[end] in ("no", "nope", "never", "none"):
        return words[end]
    return None


def _is_harmless_not(words: Sequence[str], cue: int) -> bool:
    if words[cue + 1 : cue + 2] == ("want",) and set(words[cue + 2 : cue + 5]) & {"die", "kill", "hurt", "harm"}:
        return False
    if words[cue] == "no" and (_opens_answer(words, cue) or _tells_loss(words, cue)):
        return True
    # "it is not that I can't": "is not" was read as one word.
    said = "not" if words[cue] in ("isnt", "arent", "wasnt", "werent") else words[cue]
    tail = Wording((said, *words[cue + 1 : cue + 5]))
    if any(tail.place_of(phrase) == 0 for phrase in tail.all_of(_NOT_DENIAL)):
        return True
    return (
        words[cue] == "not" and cue > 0 and words[cue - 1] in ("why", "or", "whether", "if") and cue + 1 == len(words)
    )


def _opens_answer(words: Sequence[str], cue: int) -> bool:
    """Return whether "no" answers a question and denies nothing that follows: "no I can't", "no, she won't"."""
    after = [word for word in words[cue + 1 : cue + 4] if word != ","]
    return after[:1] != [] and after[0] in SUBJECTS and after[1:2] != [] and after[1] in _UNABLE_VERBS


def _tells_loss(words: Sequence[str], cue: int) -> bool:
    """Return whether "no" says that something is lost and ends there: "no appetite, hip ache" has a hip ache."""
    rest = words[cue + 1 : cue + 3]
    return len(rest) == 2 and rest[0] in _CAN_BE_LOST and rest[1] == "," and not {"or", "nor"} & set(words[cue:])


_CAN_BE_LOST = frozenset(
    ("appetite", "energy", "strength", "power", "balance", "feeling", "sensation", "control", "urge")
)
_UNABLE_VERBS = frozenset(("cant", "couldnt", "wont", "hardly", "barely", "struggle", "struggles"))


def _reaches(words: Sequence[str], cue: int, start: int, has_own_not: bool) -> bool:
    """Return whether a denial at `cue` still holds at `start`."""
    word = words[cue]
    between = words[cue + 1 : start]
    joints = [i for i, w in enumerate(between) if w in (",", "-", ":", "and", "(", ")")]
    if any(w in _BREAKERS for w in between):
        return False
    if has_own_not and joints:
        return False
    if (
        joints
        and word in _VERBAL
        and not (
            {"or", "nor", "any"} & set(between)
            or between[:1] in (("have",), ("had",), ("got",), ("get",), ("having",), ("any",))
        )
    ):
        return False  # "not been dieting, proper knackered": the comma ends it
    if has_own_not and word in ("no", "never", "nothing", "none") and len(between) > 3:
        return False
    for i, w in enumerate(between):
        opens = w in SUBJECTS or w in ("my", "his", "her")
        if opens and i > 0 and any(j in between[max(0, i - 2) : i] for j in (",", "and", "-")):
            return False
    if word in ("dont", "doesnt", "didnt") and between[:1] in (("think",), ("believe",), ("suppose",), ("reckon",)):
        return len(between) <= 8
    if (
        joints
        and word in _NEG_NEAR
        and word not in ("not", "never", "dont", "havent", "hasnt", "didnt", "doesnt", "isnt")
    ):
        return False
    if joints and any(
        w
        in (
            "complains",
            "complained",
            "complaining",
            "am",
            "is",
            "are",
            "was",
            "has",
            "have",
            "cant",
            "feel",
            "feels",
            "keeps",
            "started",
            "went",
            "got",
            "hurts",
        )
        for w in (*between[joints[0] :], words[start])
    ):
        return False
    # "no back pain down to 3 beers": a list keeps its "no"; a lone verb keeps it for a few words only.
    limit = 14 if word in _NEG_LIST else 8
    return len(between) <= limit and (bool(joints) or len(between) <= 7)
