"""Decides when a feature was: now, over or long-standing (specification, B2)."""

from __future__ import annotations

from collections.abc import Sequence
from typing import NamedTuple

from server.red_flags.clauses import Sentence
from server.red_flags.phrases import Phrases, Wording, phrase_list, phrases
from server.red_flags.spans import Span
from server.red_flags.youth import is_of_past_age

RECENT_DAYS = 14.0
_OF_YEARS = 360.0
_ONE_THOUGHT = 22  # words of a sentence short enough for a time in it to hold for all of it
_GONE = phrases("times", "gone")
_NOT_GONE = phrases("times", "not_gone")
_NEW_SINCE = phrases("times", "new_since")
_LIFELONG = phrases("times", "lifelong")
_UNCHANGED = phrases("times", "unchanged")
_CHANGE = phrases("times", "change")
_NOT_CHANGE = phrases("times", "not_change")
_PASTVERBS = frozenset(phrase_list("times", "pastverbs"))
_LONG_PAST = phrases("times", "long_past")
_WHEN_ONE_WAS = frozenset(("when i was", "when he was", "when she was"))


class Timing(NamedTuple):
    """When a feature was: days since onset if said, and what kind of time it is."""

    days: float | None
    kind: str  # "current", "gone", "resolved", "steady"
    is_new: bool
    why: str


def clause_bounds(sentence: Sentence, start: int, end: int) -> tuple[int, int]:
    """Return the limits of the clause around `words[start:end]`: from comma, dash or "but" to the next."""
    words = sentence.words
    if _BORDER_WORDS.isdisjoint(sentence.word_set):
        return 0, len(words)
    low = start
    while low > 0 and not _is_border(words, low - 1):
        low -= 1
    high = end
    while high < len(words) and not _is_border(words, high):
        high += 1
    return low, high


_BORDERS = frozenset((",", "-", ":", "but", "however", "although", "(", ")", "so", "then"))
_BORDER_WORDS = _BORDERS | {"and"}
_AFTER_AND = frozenset(phrase_list("times", "after_and"))


def _is_border(words: tuple[str, ...], i: int) -> bool:
    if words[i] == "," and is_of_past_age(words, i + 1):
        return False  # "I was suicidal once, when I was 22": one clause
    return words[i] in _BORDERS or (words[i] == "and" and i + 1 < len(words) and words[i + 1] in _AFTER_AND)


def timing(sentence: Sentence, start: int, end: int, *, is_lost_power: bool = False) -> Timing:
    """Return when the feature at `words[start:end]` was, from its own sentence.

    The years of a pain are not those of a power that was lost: "pain for 4 years now, can't move my leg".
    """
    low, high = clause_bounds(sentence, start, end)
    span = _nearest(sentence.spans, low, high, start, end)
    if span is None and len(sentence.words) < _ONE_THOUGHT:
        span = _nearest(sentence.spans, 0, len(sentence.words), start, end)
        if span is not None and span.days < _OF_YEARS and "now" in sentence.words[span.index + 2 : start]:
            span = None  # "new hip six weeks, heard a clunk, now shorter, unable to stand"
        if is_lost_power and span is not None and _is_of_pain(sentence, span):
            return Timing(None, "current", False, "")
    span = span or _frame(sentence)
    if span is not None and not low <= span.index < high and span.kind in ("ago", "on") and span.days > RECENT_DAYS:
        span = None  # another clause is about the past; this one is not
    days = span.days if span else None
    fresh = _is_fresh(sentence, low, high) and not sentence.first_of(_NOT_CHANGE, low, high)
    over = None if _is_of_event(sentence, span, start, end) else _is_over(sentence, low, high, span)
    if over is None and (tail := _ended_by(sentence.words[end : end + 4])):
        return Timing(days, "gone", False, tail)
    if (
        over is None
        and span is None
        and not fresh
        and (old := _old_frame(sentence))
        and _is_told_of_the_past(sentence, low, high)
    ):
        over = old
    if over:
        return Timing(days, "resolved", False, over)
    lifelong = sentence.first_of(_LIFELONG, low, high) or (sentence.first_of(_LIFELONG) if not fresh else None)
    if lifelong and not fresh and _is_settled(sentence):
        return Timing(max(days or 0.0, 400.0), "steady", False, lifelong)
    if days is not None and days >= 360 and not fresh and span is not None and span.kind != "ago":
        return Timing(days, "steady", False, "for years")
    if (
        "still" in sentence.words[low:high]
        and not fresh
        and any(s.kind == "on" and s.days > _OF_YEARS for s in sentence.spans)
    ):
        return Timing(max(days or 0.0, _OF_YEARS), "steady", False, "still")  # "a fusion in 2021 and I still ..."
    unchanged = sentence.first_of(_UNCHANGED)
    if unchanged and not fresh:
        if days is not None and days >= 300:
            return Timing(days, "steady", False, unchanged)
        return Timing(max(days or 0.0, 60.0), "current", False, unchanged)
    return Timing(days, "current", fresh or (days is not None and days <= RECENT_DAYS), "")


_UNITS = frozenset(("weeks", "week", "months", "month", "years", "year", "ages", "decades", "while"))


def _is_fresh(sentence: Sentence, low: int, high: int) -> bool:
    """Return whether `words[low:high]` tell of a change; "for five months now I can't" ends a stretch of time."""
    cues = _CHANGE.among(sentence, low, high) if sentence.lists & _CHANGE.bit else []
    return any(not cue.startswith("now ") or sentence.words[_before(sentence, cue)] not in _UNITS for cue in cues)


def _before(sentence: Sentence, cue: str) -> int:
    """Return the place of the word before `cue`, or of its first where it opens the sentence."""
    return max(0, sentence.place_of(cue) - 1)


def _is_time(words: tuple[str, ...]) -> bool:
    """Return whether "back in" leads to a time: "back in 2011", "back in the spring"."""
    after = f" {' '.join(words)} ".split(" back in ", 1)[-1].split()[:3]
    return any(word[:1].isdigit() or word in _DATED for word in after)


_DATED = frozenset(phrase_list("times", "dated"))


def _frame(sentence: Sentence) -> Span | None:
    """Return the stretch of time with which a sentence opens: "for a year now I ... and I ..."; None without."""
    if sentence.words[0] not in ("for", "since", "over"):
        return None
    span = next((s for s in sentence.spans if s.kind in ("for", "since", "bare") and s.index <= _OPENING), None)
    return None if span is None or sentence.first_of(_CHANGE, span.index + 2) else span


def _is_of_event(sentence: Sentence, span: Span | None, start: int, end: int) -> bool:
    """Return whether a past time is of something before the sign: "pain after my jab last month"."""
    words = sentence.words
    if any(words[i] == "now" and words[i + 1] not in _OWN for i in range(start + 1, end - 1)):
        return True
    if span is None or span.index < end or span.days > _EVENT_DAYS:
        return False
    return not _SINCE_EVENT.isdisjoint(words[end : span.index])


_EVENT_DAYS = 92.0  # three months: what came after an operation or a jab may still be of it
_SINCE_EVENT = frozenset(("after", "following"))


_OPENING = 6  # words within which a sentence names the time that frames it
_PAINS = frozenset(phrase_list("times", "pains"))


def _is_of_pain(sentence: Sentence, span: Span) -> bool:
    """Return whether the clause around a stretch of time speaks of pain."""
    low, high = clause_bounds(sentence, span.index, span.index + 1)
    return not _PAINS.isdisjoint(sentence.words[low:high])


def _nearest(spans: Sequence[Span], low: int, high: int, start: int, end: int) -> Span | None:
    inside = [s for s in spans if low <= s.index < high and s.kind != "age"]
    if any(s.days >= 1 for s in inside):  # "for six months, an hour each morning": the hour is no onset
        inside = [s for s in inside if s.days >= 1 or s.kind not in ("bare", "for")]
    if not inside:
        return None
    return min(inside, key=lambda s: min(abs(s.index - start), abs(s.index - end)))


def _is_over(sentence: Sentence, low: int, high: int, span: Span | None) -> str | None:
    """Return why the clause `words[low:high]` is about the distant past, None when it may still hold."""
    long_past = sentence.first_of(_LONG_PAST, low, high)
    if long_past == "back in" and not _is_time(sentence.words[low:high]):
        long_past = None  # "it won't go back in"
    if not long_past and _THIS_PAST in f" {' '.join(sentence.words[low:high])} ":
        return None  # "worse this past year" is not over
    if long_past in _WHEN_ONE_WAS and span is not None and span.days <= RECENT_DAYS:
        long_past = None  # "last Wednesday, when I was numb"
    if long_past == "used to" and sentence.has("that used to", "which used to"):
        long_past = None  # "a lump that used to pop back in" is still there
    is_long_span = span is not None and span.days > RECENT_DAYS and span.kind in ("ago", "on")
    if not long_past and not is_long_span:
        return None
    if sentence.first_of(_ONSET_WORDS, low, high):
        return None
    words = sentence.words[low:high]
    if sentence.first_of(_ONCE, low, high):
        return None if "now" in words or "still" in words else long_past or "long ago"
    has_past = any(w in _PASTVERBS or (w.endswith("ed") and len(w) > 4) for w in words)
    if has_past or _NOW_WORDS.isdisjoint(words):
        return long_past or "long ago"
    return None


_THIS_PAST = " this past "
_ONCE = Phrases(
    ("used to", "as a child", "as a kid", "when i was", "when he was", "when she was", "growing up", "at school")
)
_ONSET_WORDS = phrases("times", "onset_words")
_NOW_WORDS = frozenset(phrase_list("times", "now_words"))


def gone_cue(wording: Wording) -> str | None:
    """Return the words that say it is over, None when there are none or they are denied."""
    if wording.first_of(_NOT_GONE):
        return None
    cues = wording.all_of(_GONE)
    return next((cue for cue in cues if not _is_onset(cue, wording) and not _is_expected(cue, wording)), None)


def _is_expected(cue: str, wording: Wording) -> bool:
    """Return whether an end is only hoped for: "I thought it would be gone by the morning"."""
    place = wording.place_of(cue)
    return not _EXPECTED.isdisjoint(wording.words[max(0, place - 4) : place])


_EXPECTED = frozenset(
    ("would", "will", "should", "might", "hope", "hoped", "hoping", "wish", "until", "when", "if", "couldnt", "cant")
)


_SINCE_CUES = frozenset(("not since", "nothing since", "right since", "none since"))
_ENDS_SINCE = frozenset((",", "then", "that", "and", "but", ")", "-", "so"))


def _is_onset(cue: str, wording: Wording) -> bool:
    """Return whether "since" tells when it began: "feels like nothing since Monday", "on the right since my fall"."""
    if cue not in _SINCE_CUES:
        return False
    after = wording.words[wording.place_of(cue) + 2 :][:1]
    return bool(after) and after[0] not in _ENDS_SINCE


def new_since_cue(wording: Wording) -> str | None:
    """Return the words that say something is new or worse since."""
    return None if wording.first_of(_NOT_CHANGE) else wording.first_of(_NEW_SINCE)


_LEFT = phrases("times", "left")
_EVER_SINCE = "ever since"
_AFTER_SINCE = frozenset((",", "and", "but", "-", ")", "so"))


def left_since(sentence: Sentence) -> tuple[float, int, int] | None:
    """Return the days and the words between which "polio in 1961, the foot has hung ever since" tells of what it left.

    "Nine months ago my back went and the foot came out of it with a clop" tells of it after the cue. None where no long
    time is named before, or where anything changed.
    """
    spans = [s for s in sentence.spans if s.kind in ("on", "ago") and s.days > RECENT_DAYS]
    if not spans or _is_fresh(sentence, 0, len(sentence.words)):
        return None
    days, place = spans[0].days, spans[0].index
    since = sentence.place_of(_EVER_SINCE) if sentence.has(_EVER_SINCE) else 0
    if since > place and (not sentence.words[since + 2 :] or sentence.words[since + 2] in _AFTER_SINCE):
        return days, place, since
    left = sentence.first_of(_LEFT)
    if left is None or sentence.place_of(left) < place:
        return None
    return days, sentence.place_of(left), len(sentence.words)


_SUBJECTS = frozenset(("this", "it", "that", "these", "they", "which", "problem", "symptoms", "everything"))
_LASTS = frozenset(("been", "ongoing", "going", "happening", "lasted", "existed", "gone"))
_LONG_TIME = Phrases(("long time", "ages", "long while", "many years", "years and years"))
_LONG_DAYS = 60.0  # a long time: more than the 14 days that tell new from old


def told_duration(sentence: Sentence) -> tuple[float, int] | None:
    """Return the days and the place of "this has been going on for 4 years", None when nothing of the sort stands."""
    words = sentence.words
    if _SUBJECTS.isdisjoint(words) or _LASTS.isdisjoint(words):
        return None
    for i, word in enumerate(words):
        if word not in _SUBJECTS or words[i + 1 : i + 2] not in (("has",), ("have",), ("is",), ("been",)):
            continue
        if _LASTS.isdisjoint(words[i + 1 : i + 5]):
            continue
        spans = [s for s in sentence.spans if i < s.index <= i + 12 and s.kind in ("for", "bare", "since")]
        if any(s.days >= 1 for s in spans):
            return max(s.days for s in spans), i
        if sentence.first_of(_LONG_TIME, i, i + 12):
            return _LONG_DAYS, i
    return None


def changes(sentence: Sentence) -> bool:
    """Return whether a sentence tells of something new, changed or worse; "it started in 2010" does not."""
    cues = set(sentence.all_of(_CHANGE))
    if any(span.days > RECENT_DAYS for span in sentence.spans):
        cues.discard("started")
    return bool(cues) and sentence.first_of(_NOT_CHANGE) is None


def _is_told_of_the_past(sentence: Sentence, low: int, high: int) -> bool:
    """Return whether the year that frames a sentence holds for its clause `words[low:high]`.

    "Lung cancer last year, my back aches": the second clause is of the present.
    """
    words = sentence.words[low:high]
    if any(low <= span.index < high for span in sentence.spans):
        return True
    return any(w in _PASTVERBS or (w.endswith("ed") and len(w) > 4) for w in words) or not _OWN.intersection(words[:1])


_OWN = frozenset(("my", "his", "her", "i", "it", "the"))


def _old_frame(sentence: Sentence) -> str | None:
    """Return the year that frames a whole sentence ("back in 2011 I had ..."), None when none does."""
    if not sentence.spans or not _STILL.isdisjoint(sentence.word_set):
        return None
    for span in sentence.spans:
        if (
            span.kind == "on"
            and span.days > 300
            and span.index <= 4
            and sentence.words[0] not in ("i", "my", "he", "she")
            and sentence.words[max(0, span.index - 1)] in ("in", "of", "back", "last")
        ):
            return "in " + sentence.words[span.index]
    return None


_STILL = frozenset(("since", "now", "still", "ever", "today"))
_ENDINGS = (
    ("gone",),
    ("is", "gone"),
    ("has", "gone"),
    ("have", "gone"),
    ("s", "gone"),
    ("settled",),
    ("cleared",),
    ("has", "stopped"),
    ("stopped",),
    ("gone", "now"),
    ("is", "better"),
    ("is", "back"),
    ("has", "settled"),
    ("has", "cleared"),
    (",", "gone"),
    ("it", "passed"),
    ("and", "gone"),
    (",", "stopped"),
    ("but", "gone"),
    ("for", "a", "minute"),
    ("for", "a", "second"),
    ("for", "a", "moment"),
)


_FIRST_OF_ENDINGS = frozenset(ending[0] for ending in _ENDINGS)
# "gone numb" is no end.
_GOES_ON = frozenset(("numb", "dead", "up", "down", "to", "white", "cold", "me", "working"))


def _ended_by(after: Sequence[str]) -> str | None:
    """Return the words just after a feature that say it ended: "limp's gone"."""
    if not after or after[0] not in _FIRST_OF_ENDINGS:
        return None
    for ending in _ENDINGS:
        if tuple(after[: len(ending)]) == ending and _GOES_ON.isdisjoint(after[len(ending) : len(ending) + 1]):
            return " ".join(ending)
    return None


def _is_settled(sentence: Sentence) -> bool:
    """Return whether a sentence that calls something usual says nothing about a change on top."""
    return sentence.first_of(_NOT_CHANGE) is not None or sentence.first_of(_ON_TOP) is None


_ON_TOP = Phrases(("but now", "worse", "since yesterday", "this week", "changed", "new", "different"))
