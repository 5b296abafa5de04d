"""Settles the facts of a message by what other sentences say of them: over, checked, long-standing, of someone dead."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

from server.red_flags import times
from server.red_flags.checks import ALARMS, Check, find_checks, is_never_checked
from server.red_flags.clauses import Message, Sentence
from server.red_flags.facts import WRITER, Fact, Status
from server.red_flags.lexicon import Lexicon, load_lexicon
from server.red_flags.opinions import untested
from server.red_flags.phrases import Wording, phrase_list, phrases
from server.red_flags.self_harm import PLAIN, SELF_HARM, SUICIDE, was_treated
from server.red_flags.treated import unhelped_signs

_DEAD = phrases("reading", "dead")


_CARRIED = frozenset(phrase_list("reading", "carried"))


def carry_times(message: Message, groups: list[list[Fact]]) -> None:
    """Give "this has been going on for 4 years" to the nerve signs that it speaks of: those told last before it.

    Left alone when the text tells of a change from there on: a change on top of an old complaint counts as new (B2).
    """
    for number, sentence in enumerate(message):
        told = times.told_duration(sentence)
        if told is None:
            continue
        days, place = told
        limit = sentence.starts[place]
        nearest = next((n for n in range(number, -1, -1) if any(_precedes(f, limit) for f in groups[n])), None)
        if nearest is None or any(times.changes(later) for later in message[nearest:]):
            continue
        meant = {(f.feature, f.person) for f in groups[nearest] if _precedes(f, limit) and f.feature in _CARRIED}
        for group in groups:
            group[:] = [
                replace(f, days=days)
                if (f.feature, f.person) in meant and f.status is Status.PRESENT and f.days is None and not f.is_new
                else f
                for f in group
            ]


_OF_YEARS = 360.0
_AT_ANY_TIME = (Status.PRESENT, Status.RESOLVED)


def carry_left(message: Message, groups: list[list[Fact]]) -> None:
    """Give the time of an old illness or injury to the nerve signs that it is said to have left.

    Left alone when the text tells of a change from there on. What is years old and was looked at once is long-standing.
    """
    for number, sentence in enumerate(message):
        told = times.left_since(sentence)
        if told is None or any(times.changes(later) for later in message[number + 1 :]):
            continue
        days, low, high = told
        start, end = sentence.starts[low], sentence.ends[high - 1]
        status = Status.CHRONIC if days >= _OF_YEARS else Status.PRESENT
        groups[number] = [
            replace(f, days=days, status=status, why="left by what was long ago")
            if f.feature in _CARRIED
            and f.status in (Status.PRESENT, Status.RESOLVED)
            and start < f.end
            and f.start < end
            else f
            for f in groups[number]
        ]


_NERVE_DISEASE = phrases("diagnosis", "nerve_disease")
_DISEASE_SIGNS = frozenset(phrase_list("diagnosis", "signs"))
# A spine, a fall or a cancer that may be the cause, and signs that no old disease explains.
_OTHER_CAUSES = frozenset(phrase_list("diagnosis", "other_causes"))
_OLD_DAYS = 180.0


def carry_diagnosis(message: Message, groups: list[list[Fact]], who: Sequence[str]) -> None:
    """Give the date of "I have had Guillain-Barre since 2011" to the plain signs told with it or after it.

    Left alone when the text tells of a change, of a fall, of the back or of the bladder, or of another person.
    """
    for number in message.holding(_NERVE_DISEASE):
        days = max((s.days for s in message[number].spans if s.kind != "age"), default=0.0)
        if days < _OLD_DAYS:
            continue
        if any(f.feature in _OTHER_CAUSES and f.counts for group in groups for f in group):
            return
        if any(times.changes(later) or "now" in later.word_set for later in message[number:]):
            return
        for group in groups[number:]:
            group[:] = [
                replace(f, days=days)
                if f.feature in _DISEASE_SIGNS
                and f.person == who[number]
                and f.counts
                and f.days is None
                and not f.is_new
                else f
                for f in group
            ]


def _precedes(fact: Fact, limit: int) -> bool:
    is_symptom = load_lexicon().kind_of(fact.feature) == "symptom"
    # What the learned reader proposes stands for a whole sentence, the time in it included.
    end = fact.end if fact.certainty == 1.0 else fact.start
    return is_symptom and fact.status is Status.PRESENT and end <= limit


def _can_end(fact: Fact, lexicon: Lexicon) -> bool:
    """Return whether "it has gone now" can speak of a fact: a symptom, but no plain thought of suicide."""
    return not (fact.feature in SUICIDE and fact.why == PLAIN) and lexicon.kind_of(fact.feature) == "symptom"


def _can_be_checked(fact: Fact, lexicon: Lexicon, check: Wording) -> bool:
    """Return whether the words of a check can speak of a fact: no check of the body closes a wish to die."""
    return _can_end(fact, lexicon) and (fact.feature != "overdose_deliberate" or was_treated(check))


def close_gone(message: Message, groups: list[list[Fact]], lexicon: Lexicon) -> None:
    """Mark as gone what a later "it's back to normal now" speaks of."""
    for number, sentence in enumerate(message):
        cue = times.gone_cue(sentence)
        if cue is None:
            continue
        limit = sentence.starts[sentence.place_of(cue)]
        own = [
            i
            for i, f in enumerate(groups[number])
            if f.start < limit and f.status is Status.PRESENT and _can_end(f, lexicon)
        ]
        targets = [(number, i) for i in own]
        if not own and number:
            targets = [
                (number - 1, i)
                for i, f in enumerate(groups[number - 1])
                if f.status is Status.PRESENT and _can_end(f, lexicon)
            ]
        for group, i in targets:
            fact = groups[group][i]
            old = fact.days is not None and fact.days > times.RECENT_DAYS and not fact.is_new
            groups[group][i] = replace(fact, status=Status.RESOLVED if old else Status.GONE, why=f"over: “{cue}”")


def close_assessed(message: Message, groups: list[list[Fact]], lexicon: Lexicon) -> None:
    """Mark as assessed what a clinician checked, unless the text goes on to something new or worse."""
    checks = find_checks(message)
    if not checks:
        return
    unhelped = unhelped_signs(message)
    open_facts = untested([fact for group in groups for fact in group])
    for check in checks:
        new_at = _new_since(message, check.number)
        if new_at is not None and not _has_later(groups, new_at):
            continue  # "worse since", said of the same complaint
        closed = [
            (group, i)
            for group, facts in enumerate(groups)
            for i, fact in enumerate(facts)
            if fact.status in (Status.PRESENT, Status.GONE)
            and _can_be_checked(fact, lexicon, check.wording)
            and fact.feature not in unhelped
            and not _is_after(check, fact, group)
            and (check.is_tested or (fact.person, fact.feature) not in open_facts)
            and (new_at is None or (group, fact.end) <= new_at)
            and check.closes(fact.feature, group, fact.start, message[group])
        ]
        if _goes_on(groups, check, closed):
            closed = [(group, i) for group, i in closed if groups[group][i].feature in ALARMS]
        for group, i in closed:
            groups[group][i] = replace(groups[group][i], status=Status.ASSESSED, why=f"checked: “{check.cue}”")


def _is_after(check: Check, fact: Fact, group: int) -> bool:
    """Return whether a fact of sentence `group` began after a check: it has days, and the check is older or undated."""
    if group <= check.last or fact.days is None or fact.days > times.RECENT_DAYS:
        return False
    return check.is_old or (fact.feature in ALARMS and fact.is_new and check.days is None)


def _goes_on(groups: Sequence[Sequence[Fact]], check: Check, closed: Sequence[tuple[int, int]]) -> bool:
    """Return whether an alarm that a check does not close comes after it: then the pain it saw has changed (B2)."""
    return any(
        fact.feature in ALARMS
        and fact.status is Status.PRESENT
        and (group > check.last or fact.start > check.place)
        and (group, i) not in closed
        for group, facts in enumerate(groups)
        for i, fact in enumerate(facts)
    )


def _has_later(groups: Sequence[Sequence[Fact]], place: tuple[int, int]) -> bool:
    return any((n, f.end) > place and f.status is Status.PRESENT for n, group in enumerate(groups) for f in group)


def _new_since(message: Message, number: int) -> tuple[int, int] | None:
    """Return (sentence, code point) from which things are new since the check, None when nothing is."""
    for later in range(number, len(message)):
        cue = times.new_since_cue(message[later])
        if cue is not None:
            return later, message[later].starts[message[later].place_of(cue)]
    return None


_WHOSE = (" my", " our", " the")
_PRONOUNS = frozenset(("he", "she"))


def told_dead(sentence: Sentence, people: Sequence[str]) -> set[str]:
    """Return the persons of whom a sentence says that they died, given who each of its words is about."""
    if not sentence.lists & _DEAD.bit:
        return set()
    dead = set()
    for cue in sentence.all_of(_DEAD):
        place = sentence.place_of(cue) + cue.count(" ") + cue.endswith(_WHOSE)  # "we buried my": who comes after it
        person = people[min(place, len(people) - 1)]
        if not (cue.endswith(_WHOSE) and person == WRITER):  # "we lost my keys"
            dead.add(person)
    return dead


def bury(dead: set[str], facts: list[Fact]) -> list[Fact]:
    """Set aside facts about those who have died.

    Where it is not clear who of them did, that goes for all others than the writer, but for a wish to die.
    """
    if not dead:
        return facts
    is_named = dead != {WRITER}
    return [
        replace(f, status=Status.OTHER, why="about someone who has died")
        if f.person != WRITER and (f.person in dead | _PRONOUNS or not (is_named or f.feature in SELF_HARM))
        else f
        for f in facts
    ]


def reopen_unchecked(message: Message, facts: list[Fact]) -> list[Fact]:
    """Let a long-standing symptom count when the writer says that nobody has ever looked at it (B2)."""
    if not is_never_checked(message):
        return facts
    return [
        replace(f, status=Status.PRESENT, is_new=False, why="long-standing, never checked")
        if f.status is Status.CHRONIC
        else f
        for f in facts
    ]
