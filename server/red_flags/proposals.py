"""Lets the learned reader propose facts; the same context decides whether they count."""

from __future__ import annotations

import logging
from collections.abc import Hashable, Sequence
from dataclasses import replace
from functools import lru_cache
from typing import cast

from server.red_flags import times
from server.red_flags.anchors import is_unfelt, is_unnamed
from server.red_flags.breath import settle_breath
from server.red_flags.bruises import is_bruise
from server.red_flags.causes import CAUSED_SIGNS, is_of_named_cause
from server.red_flags.checks import find_checks
from server.red_flags.clauses import Sentence
from server.red_flags.context import hypothesis, is_real_aside
from server.red_flags.doses import is_small_dose
from server.red_flags.episodes import carry_diagnosis, carry_times
from server.red_flags.facts import Fact, Status
from server.red_flags.legs import ALL_LIMBS, is_eased_by_sitting, is_effort_only, is_of_all_limbs
from server.red_flags.lexicon import load_lexicon
from server.red_flags.lookalikes import is_plain_constipation
from server.red_flags.nerve_pain import is_local_heat
from server.red_flags.opinions import untested
from server.red_flags.reader import ClauseReader, Proposal
from server.red_flags.reading import Reading, read_message
from server.red_flags.self_harm import SUICIDE
from server.red_flags.treated import close_dressed, close_residual, unhelped_signs

logger = logging.getLogger(__name__)

_PROPOSED = "proposed by the learned reader"
_SET_ASIDE = frozenset(
    (
        "chest_pain", "unsteady", "both_legs", "leg_numb", "saddle_numb", "foot_drop", "fall", "fever", "blood_urine",
        "calf_swollen",
    )
)  # fmt: skip
_TOILET = frozenset(("pee_retention", "pee_unaware"))
_SURE_PLAN = 0.6  # below it, what is proposed as a plan of suicide is taken for thoughts of it
_STATUS = {
    "present": Status.PRESENT,
    "denied": Status.DENIED,
    "past": Status.RESOLVED,
    "other": Status.OTHER,
    "hypothetical": Status.HYPOTHETICAL,
}


def read_with(text: str, reader: ClauseReader | None) -> Reading:
    """Return the facts of a message, with those that `reader` proposes where the lexicon found none.

    A reader that fails is logged without text and ignored: an advice card never depends on a model.
    """
    if reader is None:
        return read_message(text)
    return _read_with(text, cast(Hashable, reader))


def forget_readings() -> None:
    """Forget every message that was read, so that none outlives its conversation; they are read again when needed."""
    for kept in (_read_with, read_message):
        kept.cache_clear()


@lru_cache(maxsize=1024)
def _read_with(text: str, key: Hashable) -> Reading:
    reader = cast(ClauseReader, key)
    reading = read_message(text)
    if not reading.message:
        return reading
    numbers = [number for number in range(len(reading.message)) if _can_count(reading, number)]
    clauses = {n: reading.message[n].shown(text) for n in numbers}
    different = list(dict.fromkeys(clauses.values()))
    if not different:
        return reading
    try:
        proposed = dict(zip(different, reader.read(different), strict=True))
    except Exception:  # any fault of a model must leave the rules working
        logger.warning(
            "learned reader failed on %d clauses; the rules go on without it", len(different), exc_info=False
        )
        return reading
    extra = {number: _proposed(reading, number, proposed[clause]) for number, clause in clauses.items()}
    facts = _timed(reading, extra)
    return replace(reading, facts=(*reading.facts, *facts)) if facts else reading


def _timed(reading: Reading, extra: dict[int, list[Fact]]) -> list[Fact]:
    """Return what was proposed, by sentence in `extra`, with the times that other sentences give."""
    if not any(extra.values()):
        return []
    groups = []
    for number, sentence in enumerate(reading.message):
        low, high = sentence.starts[0], sentence.ends[-1]
        groups.append([*(f for f in reading.facts if low <= f.start < high), *extra.get(number, ())])
    carry_times(reading.message, groups)
    carry_diagnosis(reading.message, groups, reading.sentence_people)
    close_residual(reading.message, groups, reading.sentence_people)
    close_dressed(reading.message, groups)
    settle_breath(reading.message, groups)
    return [fact for group in groups for fact in group if fact.why == _PROPOSED]


def _can_count(reading: Reading, number: int) -> bool:
    """Return whether a feature of the clause could count: not in a story, of people in general or only asked about.

    The others are not worth the reader's time: most questions are such clauses.
    """
    sentence = reading.message[number]
    if reading.sentence_people[number] in ("animal", "general") or (reading.is_story and not is_real_aside(sentence)):
        return False
    return hypothesis(sentence, len(sentence.words) - 1, len(sentence.words)) is None


def _proposed(reading: Reading, number: int, options: Sequence[Proposal]) -> list[Fact]:
    sentence = reading.message[number]
    start, end = sentence.starts[0], sentence.ends[-1]
    known = {f.feature for f in reading.facts if f.start < end and start < f.end}
    features = load_lexicon().features
    facts = []
    if is_effort_only(sentence) or is_eased_by_sitting(sentence.word_set, sentence, reading.message):
        known |= {"both_legs", "leg_weak", "unsteady"}
    if is_local_heat(sentence):
        known.add("fever")  # a hot leg is no fever
    for feature, status, probability in options:
        if feature in known or status not in _STATUS or (feature not in features and feature != "paracetamol_over"):
            continue
        if _is_lookalike(feature, sentence, reading):
            continue
        if feature == "suicide_plan" and probability < _SURE_PLAN:
            feature = "suicide_thoughts"
        fact = Fact(
            reading.sentence_people[number],
            feature,
            _STATUS[status],
            start,
            end,
            value=ALL_LIMBS if feature == "both_legs" and is_of_all_limbs(sentence) else None,
            why=_PROPOSED,
            certainty=probability,
        )
        facts.append(_in_context(fact, reading, number))
    return facts


def _is_lookalike(feature: str, sentence: Sentence, reading: Reading) -> bool:
    """Return whether the clause holds what sets the feature aside in the lexicon, or lacks a word it needs."""
    if is_unnamed(feature, reading.message) or is_unfelt(feature, sentence):
        return True
    if feature == "paracetamol_over" and is_small_dose(sentence):
        return True
    if feature in _TOILET and is_plain_constipation(reading.message):
        return True
    if feature == "cold_pale_leg" and is_bruise(range(len(sentence.words)), sentence, reading.message):
        return True
    if feature in CAUSED_SIGNS and is_of_named_cause(feature, range(len(sentence.words)), sentence, reading.message):
        return True
    return feature in _SET_ASIDE and bool(sentence.places.present & load_lexicon().lookalikes.get(feature, 0))


def _in_context(fact: Fact, reading: Reading, number: int) -> Fact:
    sentence = reading.message[number]
    if fact.status is not Status.PRESENT:
        return fact
    when = times.timing(sentence, 0, len(sentence.words))
    status = {"resolved": Status.RESOLVED, "steady": Status.CHRONIC}.get(when.kind, Status.PRESENT)
    if fact.feature in SUICIDE:
        status = Status.PRESENT  # neither a check nor a time told of something else sets it aside
    elif (
        fact.feature not in unhelped_signs(reading.message)
        and not times.new_since_cue(reading.message.wording)
        and any(
            check.closes(fact.feature, number, fact.start, sentence)
            and (check.is_tested or (fact.person, fact.feature) not in untested((*reading.facts, fact)))
            for check in find_checks(reading.message)
        )
    ):
        status = Status.ASSESSED
    return replace(fact, status=status, days=when.days, is_new=when.is_new)
