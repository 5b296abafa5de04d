"""Decides what a clinician's check speaks of: the complaint told with it, not an alarm told after it (B2, B13)."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from server.red_flags import times
from server.red_flags.clauses import Sentence
from server.red_flags.opinions import is_tested
from server.red_flags.phrases import Wording, phrase_list, phrases

# Signs of an emergency or of the same day: advice without an examination closes none of them (B13).
ALARMS = frozenset(phrase_list("checked", "alarms"))
_EXAMS = phrases("checked", "exams")
_TREATMENTS = frozenset(phrase_list("checked", "treatments"))
_REFERS_BACK = phrases("checked", "refers_back")


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
        is_open: features that a check of another matter says nothing of.
        wording: the words of the check and of the sentence after it.
    """

    number: int
    last: int
    place: int
    cue: str
    is_advice: bool
    is_tested: bool
    is_old: bool
    is_open: frozenset[str]
    wording: Wording

    def closes(self, feature: str, number: int, start: int, sentence: Sentence) -> bool:
        """Return whether it speaks of a `feature` told at code point `start` of `sentence`, which has index `number`.

        An alarm told after the check is new, unless its sentence refers back: "still", "the same".
        """
        if feature in self.is_open:
            return False
        if feature not in ALARMS:
            return True
        if number > self.last or (start > self.place and (self.is_advice or self.is_old)):
            return not self.is_advice and sentence.first_of(_REFERS_BACK) is not None
        return not self.is_advice or number >= self.number


def find_checks(sentences: Sequence[Sentence]) -> list[Check]:
    """Return the checks of a message that had an outcome, in order."""
    return [check for number in range(len(sentences)) if (check := _check(sentences, number)) is not None]


def _check(sentences: Sequence[Sentence], number: int) -> Check | None:
    sentence = sentences[number]
    if sentence.first_of(times.CHECK) is None:
        return None
    following = sentences[number + 1] if number + 1 < len(sentences) else None
    both = Wording((*sentence.words, *(following.words if following else ())))
    own = times.checked_cue(sentence)
    cue = own or times.checked_cue(both)
    if cue is None:
        return None
    told = sentence if own or following is None else following
    outcomes = times.outcomes(told)
    said = sentence if own else both
    place = max((told.starts[told.place_of(outcome)] for outcome in outcomes), default=told.starts[0])
    return Check(
        number,
        number + (told is not sentence),
        place,
        cue,
        said.first_of(_EXAMS) is None and _TREATMENTS.issuperset(outcomes),
        is_tested(said),
        any(span.kind in ("ago", "on") and span.days > times.RECENT_DAYS for span in sentence.spans),
        times.left_open(said),
        both,
    )
