"""Decides when a feature was: now, over, long-standing or already checked (specification, B2)."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from server.red_flags.clauses import Sentence
from server.red_flags.phrases import has_any, phrase_list
from server.red_flags.values import Span, read_spans

RECENT_DAYS = 14.0
_GONE = phrase_list("times", "gone")
_NOT_GONE = phrase_list("times", "not_gone")
_CHECK = phrase_list("times", "check")
_CLEAR = phrase_list("times", "clear")
_NO_CHECK = phrase_list("times", "no_check")
_NEW_SINCE = phrase_list("times", "new_since")
_LIFELONG = phrase_list("times", "lifelong")
_UNCHANGED = phrase_list("times", "unchanged")
_CHANGE = phrase_list("times", "change")
_NOT_CHANGE = phrase_list("times", "not_change")
_ONSET = phrase_list("times", "onset")
_PASTVERBS = frozenset(phrase_list("times", "pastverbs"))
_LONG_PAST = phrase_list("times", "long_past")


@dataclass(frozen=True, slots=True)
class Timing:
    """When a feature was: days since onset if said, and what kind of time it is."""

    days: float | None
    kind: str  # "current", "gone", "resolved", "steady"
    is_new: bool
    why: str


def clause_bounds(words: Sequence[str], start: int, end: int) -> tuple[int, int]:
    """Return the limits of the clause around `words[start:end]`: from comma, dash or "but" to the next."""
    low = start
    while low > 0 and not _is_border(words, low - 1):
        low -= 1
    high = end
    while high < len(words) and not _is_border(words, high):
        high += 1
    return low, high


_BORDERS = frozenset((",", "-", ":", "but", "however", "although", "(", ")", "so", "then"))
_AFTER_AND = frozenset(phrase_list("times", "after_and"))


def _is_border(words: Sequence[str], i: int) -> bool:
    return words[i] in _BORDERS or (words[i] == "and" and i + 1 < len(words) and words[i + 1] in _AFTER_AND)


def timing(sentence: Sentence, start: int, end: int, spans: Sequence[Span]) -> Timing:
    """Return when the feature at `words[start:end]` was, from its own sentence."""
    low, high = clause_bounds(sentence.words, start, end)
    clause = f" {' '.join(sentence.words[low:high])} "
    span = _nearest(spans, low, high, start, end) or (
        _nearest(spans, 0, len(sentence.words), start, end) if len(sentence.words) < 22 else None
    )
    if span is not None and not low <= span.index < high and span.kind in ("ago", "on") and span.days > RECENT_DAYS:
        span = None  # another clause is about the past; this one is not
    days = span.days if span else None
    fresh = has_any(clause, _CHANGE) is not None and has_any(clause, _NOT_CHANGE) is None
    over = _is_over(clause, span)
    if over is None and (tail := _ended_by(sentence.words[end : end + 4])):
        return Timing(days, "gone", False, tail)
    if over is None and span is None and (old := _old_frame(sentence, spans)):
        over = old
    if over:
        return Timing(days, "resolved", False, over)
    lifelong = has_any(clause, _LIFELONG) or (has_any(sentence.joined, _LIFELONG) if not fresh else None)
    if lifelong and not fresh and _is_settled(sentence.joined):
        return Timing(max(days or 0.0, 400.0), "steady", False, lifelong)
    if days is not None and days >= 360 and not fresh and span is not None and span.kind != "ago":
        return Timing(days, "steady", False, "for years")
    unchanged = has_any(sentence.joined, _UNCHANGED)
    if unchanged and not fresh:
        if days is not None and days >= 300:
            return Timing(days, "steady", False, unchanged)
        return Timing(max(days or 0.0, 60.0), "current", False, unchanged)
    return Timing(days, "current", fresh or (days is not None and days <= RECENT_DAYS), "")


def _nearest(spans: Sequence[Span], low: int, high: int, start: int, end: int) -> Span | None:
    inside = [s for s in spans if low <= s.index < high and s.kind != "age"]
    if any(s.days >= 1 for s in inside):  # "for six months, an hour each morning": the hour is no onset
        inside = [s for s in inside if s.days >= 1 or s.kind not in ("bare", "for")]
    if not inside:
        return None
    return min(inside, key=lambda s: min(abs(s.index - start), abs(s.index - end)))


def _is_over(clause: str, span: Span | None) -> str | None:
    """Return why the clause is about the distant past, None when it may still hold."""
    words = clause.split()
    long_past = has_any(clause, _LONG_PAST)
    is_long_span = span is not None and span.days > RECENT_DAYS and span.kind in ("ago", "on")
    if not long_past and not is_long_span:
        return None
    if has_any(clause, _ONSET_WORDS):
        return None
    has_past = any(w in _PASTVERBS or (w.endswith("ed") and len(w) > 4) for w in words)
    has_now = any(w in _NOW_WORDS for w in words)
    if has_any(
        clause,
        ("used to", "as a child", "as a kid", "when i was", "when he was", "when she was", "growing up", "at school"),
    ):
        return None if has_any(clause, ("now", "still")) else long_past or "long ago"
    if has_past or not has_now:
        return long_past or "long ago"
    return None


_ONSET_WORDS = phrase_list("times", "onset_words")
_NOW_WORDS = frozenset(phrase_list("times", "now_words"))


def gone_cue(joined: str) -> str | None:
    """Return the words that say it is over, None when there are none or they are denied."""
    cue = has_any(joined, _GONE)
    if cue is None or has_any(joined, _NOT_GONE):
        return None
    return cue


def checked_cue(joined: str) -> str | None:
    """Return the words that say a clinician checked it with an all-clear or a plan."""
    check = has_any(joined, _CHECK)
    if check is None or has_any(joined, _NO_CHECK):
        return None
    outcome = has_any(joined, _CLEAR)
    return f"{check} … {outcome}" if outcome else None


def new_since_cue(joined: str) -> str | None:
    """Return the words that say something is new or worse since."""
    if has_any(joined, _NOT_CHANGE):
        return None
    return has_any(joined, _NEW_SINCE)


def spans_of(sentence: Sentence) -> list[Span]:
    """Return the stretches of time in a sentence."""
    return read_spans(sentence.words)


def _old_frame(sentence: Sentence, spans: Sequence[Span]) -> str | None:
    """Return the year that frames a whole sentence ("back in 2011 I had ..."), None when none does."""
    if sentence.word_set & {"since", "now", "still", "ever", "today"}:
        return None
    for span in spans:
        if (
            span.kind == "on"
            and span.days > 300
            and span.index <= 4
            and sentence.words[0] not in ("i", "my", "he", "she")
            and sentence.words[max(0, span.index - 1)] in ("in", "of", "back", "last")
        ):
            return "in " + sentence.words[span.index]
    return None


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


def _ended_by(after: Sequence[str]) -> str | None:
    """Return the words just after a feature that say it ended: "limp's gone"."""
    for ending in _ENDINGS:
        if tuple(after[: len(ending)]) == ending and after[len(ending) : len(ending) + 1] not in (
            ("numb",),
            ("dead",),
            ("up",),
            ("down",),
            ("to",),
            ("white",),
            ("cold",),
            ("me",),
            ("working",),
        ):
            return " ".join(ending)
    return None


def _is_settled(joined: str) -> bool:
    """Return whether a sentence that calls something usual says nothing about a change on top."""
    if has_any(joined, _NOT_CHANGE):
        return True
    return has_any(joined, ("but now", "worse", "since yesterday", "this week", "changed", "new", "different")) is None


def never_checked_cue(joined: str) -> str | None:
    """Return the words that say nobody has ever looked at a complaint."""
    return has_any(
        joined,
        (
            "never told",
            "never been checked",
            "never seen",
            "never saw",
            "never had it checked",
            "never had it looked",
            "never got it looked",
            "never got it checked",
            "didnt get it looked",
            "not told anyone",
            "havent told anyone",
            "never mentioned",
            "never been to",
            "never assessed",
            "not seen anyone",
            "havent seen anyone",
            "never asked anyone",
            "never went",
            "never been seen",
            "no one has looked",
            "nobody has looked",
            "nobody has ever",
            "no one has ever",
            "never had a scan",
            "too embarrassed",
        ),
    )
