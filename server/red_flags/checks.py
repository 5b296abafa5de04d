"""Decides what a clinician's check speaks of: the complaint told with it, not an alarm told after it (B2, B13)."""

from __future__ import annotations

from dataclasses import dataclass
from itertools import chain, pairwise

from server.red_flags.clauses import Message, Sentence
from server.red_flags.opinions import is_tested
from server.red_flags.phrases import Wording, phrase_list, phrases
from server.red_flags.times import RECENT_DAYS

# Signs of an emergency or of the same day: advice without an examination closes none of them (B13).
ALARMS = frozenset(phrase_list("checked", "alarms"))
_CHECK = phrases("checked", "check")
_CLEAR = phrases("checked", "clear")
_NO_CHECK = phrases("checked", "no_check")
_EXAMS = phrases("checked", "exams")
_TREATMENTS = frozenset(phrase_list("checked", "treatments"))
_REFERS_BACK = phrases("checked", "refers_back")
_GOOD = frozenset(("ok", "okay", "clear", "normal", "is fine", "was fine", "all good", "stable", "plan"))
_REFUSING = frozenset(("not", "isnt", "arent", "wasnt", "never", "no", "without"))
_ASKED = frozenset(("ok", "okay"))
_OTHER_MATTERS = phrases("checked", "other_matters")
_OWN_MATTERS = phrases("checked", "own_matters")
_FAR_MATTERS = phrases("checked", "far_matters")
_SPARED_FAR = frozenset(phrase_list("checked", "spared_far"))
_SPARED = frozenset(phrase_list("checked", "spared"))
_NEVER_CHECKED = phrases("checked", "never")


@dataclass(frozen=True, slots=True)
class Check:
    """One check with an outcome.

    Attributes:
        number: index of the sentence that names the check.
        last: index of the sentence with its outcome, the same one or the next.
        place: code point of the message at which the outcome stands.
        cue: the words of check and outcome.
        is_advice: nobody examined or tested anything: a treatment, a referral, a name for it.
        is_tested: a scan, a blood test or an examination is named.
        is_old: it was more than 14 days ago.
        days: how long ago it was; None when that is not told.
        leaves_open: features that a check of another matter says nothing of.
        wording: the words of the check and of the sentence after it.
    """

    number: int
    last: int
    place: int
    cue: str
    is_advice: bool
    is_tested: bool
    is_old: bool
    days: float | None
    leaves_open: frozenset[str]
    wording: Wording

    def closes(self, feature: str, number: int, start: int, sentence: Sentence) -> bool:
        """Return whether it speaks of a `feature` told at code point `start` of `sentence`, which has index `number`.

        An alarm told after the check is new, unless its sentence refers back: "still", "the same".
        """
        if feature in self.leaves_open:
            return False
        if feature not in ALARMS:
            return True
        if number > self.last or (start > self.place and (self.is_advice or self.is_old)):
            return not self.is_advice and sentence.first_of(_REFERS_BACK) is not None
        return not self.is_advice or number >= self.number


def find_checks(message: Message) -> list[Check]:
    """Return the checks of a message that had an outcome, in order."""
    return [check for number in message.holding(_CHECK) if (check := _check(message, number)) is not None]


def told_check(message: Message) -> str | None:
    """Return the words of one sentence, else of two in a row, that say a clinician checked it."""
    if not message.has_in_a_row(_CHECK):
        return None
    windows = chain(message, (Wording((*a.words, *b.words)) for a, b in pairwise(message)))
    return next((cue for window in windows if (cue := _checked_cue(window)) is not None), None)


def left_open(check: Wording) -> frozenset[str]:
    """Return the features that a check of a tooth, a knee or the thyroid says nothing of (B2: *this* episode)."""
    if check.first_of(_OTHER_MATTERS) is None or check.first_of(_OWN_MATTERS) is not None:
        return frozenset()
    return _SPARED if check.first_of(_FAR_MATTERS) is None else _SPARED | _SPARED_FAR


def is_never_checked(message: Message) -> bool:
    """Return whether a message says that nobody has ever looked at a complaint."""
    return message.has_any_of(_NEVER_CHECKED)


def _check(message: Message, number: int) -> Check | None:
    """Return the check that the sentence with index `number` names, None when nothing says how it came out."""
    sentence = message[number]
    following = message[number + 1] if number + 1 < len(message) else None
    both = Wording((*sentence.words, *(following.words if following else ())))
    own = _checked_cue(sentence)
    cue = own or _checked_cue(both)
    if cue is None:
        return None
    told = sentence if own or following is None else following
    outcomes = _outcomes(told)
    said = sentence if own else both
    place = max((told.starts[told.place_of(outcome)] for outcome in outcomes), default=told.starts[0])
    return Check(
        number,
        number + (told is not sentence),
        place,
        cue,
        said.first_of(_EXAMS) is None and _TREATMENTS.issuperset(outcomes),
        is_tested(said),
        any(span.kind in ("ago", "on") and span.days > RECENT_DAYS for span in sentence.spans),
        min((span.days for span in sentence.spans if span.kind in ("ago", "on")), default=None),
        left_open(said),
        both,
    )


def _checked_cue(wording: Wording) -> str | None:
    """Return the words that say a clinician checked it with an all-clear or a plan."""
    check = wording.first_of(_CHECK)
    if check is None or wording.first_of(_NO_CHECK):
        return None
    outcome = next(iter(_outcomes(wording)), None)
    return f"{check} … {outcome}" if outcome else None


def _outcomes(wording: Wording) -> list[str]:
    """Return the words that say how a check came out: an all-clear, a name for it or a plan."""
    return [cue for cue in wording.all_of(_CLEAR) if not _is_asked(cue, wording) and not _is_refused(cue, wording)]


def _is_asked(cue: str, wording: Wording) -> bool:
    """Return whether "ok" is that of "ok to wait?", no outcome of a check."""
    after = wording.words[wording.place_of(cue) + len(cue.split()) :][:1]
    return cue in _ASKED and bool(after) and after[0] in ("to", "if", "for")


def _is_refused(cue: str, wording: Wording) -> bool:
    """Return whether "clear" is that of "not clear", no good outcome."""
    place = wording.place_of(cue)
    return cue in _GOOD and not _REFUSING.isdisjoint(wording.words[max(0, place - 2) : place])
