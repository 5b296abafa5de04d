"""Turns one message into facts: matches the lexicon, then lets people, denial, questions and time decide."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from functools import lru_cache

from server.red_flags import times
from server.red_flags.ages import YOUNGEST_WRITER, read_ages
from server.red_flags.breath import settle_breath
from server.red_flags.clauses import Message, Sentence, split_sentences
from server.red_flags.context import asked_activity, hypothesis, is_promoted, is_real_aside, is_story
from server.red_flags.denials import denial
from server.red_flags.episodes import (
    bury,
    carry_diagnosis,
    carry_left,
    carry_times,
    close_assessed,
    close_gone,
    reopen_unchecked,
    told_dead,
)
from server.red_flags.facts import WRITER, Fact, Status
from server.red_flags.legs import ALL_LIMBS, is_of_all_limbs
from server.red_flags.lexicon import Lexicon, Match, load_lexicon
from server.red_flags.lookalikes import is_lookalike
from server.red_flags.measures import add_paracetamol, read_pregnancy, read_temperature, with_temperature, with_weeks
from server.red_flags.people import CHILD_KEYS, PeopleTracker
from server.red_flags.phrases import phrase_list
from server.red_flags.places import Place
from server.red_flags.self_harm import PLAIN, SUICIDE, is_meant_now, is_own_voice, is_plain, is_threat, is_wish
from server.red_flags.treated import close_dressed, close_residual, mark_unhelped

# Features that a known, unchanged, long-standing cause explains away; pain and illness are not among them.
_STEADY_MATTERS = frozenset(phrase_list("reading", "steady_matters"))
# Needing a time frame of their own: asking "when did you fall" is not a symptom that can be over.
_TIMELESS = frozenset(("risk", "circumstance"))


@dataclass(frozen=True)
class Reading:
    """What one message says, before anything is known of the others."""

    facts: tuple[Fact, ...]
    message: Message
    ages: tuple[tuple[str, float], ...]
    people: tuple[str, ...]
    is_story: bool
    sentence_people: tuple[str, ...]


@lru_cache(maxsize=1024)
def read_message(text: str) -> Reading:
    """Return the facts of one message, with turn 1; never raises on any text."""
    return _read(text, load_lexicon())


def _read(text: str, lexicon: Lexicon) -> Reading:
    message = split_sentences(text, lexicon)
    tracker = PeopleTracker()
    story = is_story(message)
    per_sentence: list[list[Fact]] = []
    ages: list[tuple[str, float]] = []
    who: list[str] = []
    dead: set[str] = set()
    for sentence in message:
        people = tracker.read(sentence)
        who.append(people[-1])
        dead |= told_dead(sentence, people)
        aside = story and is_real_aside(sentence)
        facts = _sentence_facts(sentence, people, lexicon, story and not aside, message)
        per_sentence.append(facts)
        named = read_ages(sentence.joined, sentence.word_set)
        told = [(_person_at(people, sentence, place), years) for years, place in named]
        ages += [(person, years) for person, years in told if person != WRITER or years >= YOUNGEST_WRITER]
    add_paracetamol(message, per_sentence, who)
    close_gone(message, per_sentence, lexicon)
    close_assessed(message, per_sentence, lexicon)
    carry_times(message, per_sentence)
    carry_left(message, per_sentence)
    mark_unhelped(message, per_sentence)
    carry_diagnosis(message, per_sentence, who)
    close_residual(message, per_sentence, who)
    close_dressed(message, per_sentence)
    settle_breath(message, per_sentence)
    facts = [fact for group in per_sentence for fact in group]
    facts = reopen_unchecked(message, bury(dead, facts))
    facts, ages = _given_to_named(message, facts, ages)
    if is_promoted(message):
        facts = [promoted(f) if f.status is Status.HYPOTHETICAL or f.person == "general" else f for f in facts]
    return Reading(
        tuple(facts),
        message,
        tuple(ages),
        tuple(dict.fromkeys(f.person for f in facts)),
        story,
        tuple(who),
    )


_FIRST_PERSON = frozenset(("i", "my", "me", "mine", "myself", "am", "we", "our"))


def _given_to_named(
    message: Message, facts: list[Fact], ages: list[tuple[str, float]]
) -> tuple[list[Fact], list[tuple[str, float]]]:
    """Give what is told of nobody to the one person told of, in a message without "I": "hip scar leaks, he shivers"."""
    told = {f.person for f in facts if f.counts} - {WRITER}
    if len(told) != 1 or not told.isdisjoint(("general", "animal")):
        return facts, ages
    if any(not _FIRST_PERSON.isdisjoint(sentence.word_set) for sentence in message):
        return facts, ages
    (person,) = told
    moved = [replace(f, person=person) if f.person == WRITER else f for f in facts]
    return moved, [(person if who == WRITER else who, years) for who, years in ages]


def promoted(fact: Fact) -> Fact:
    """Return `fact` as one that is happening, to the writer where it was told of people in general (B4)."""
    person = WRITER if fact.person == "general" else fact.person
    return replace(fact, status=Status.PRESENT, person=person, why="the writer says it is happening")


def _person_at(people: Sequence[str], sentence: Sentence, place: int) -> str:
    index = sentence.joined[:place].count(" ")
    window = people[min(index, len(people) - 1)]
    return people[-1] if window == WRITER and people[-1] != WRITER and index <= 2 and len(set(people)) <= 2 else window


def _sentence_facts(
    sentence: Sentence, people: Sequence[str], lexicon: Lexicon, in_story: bool, message: Message
) -> list[Fact]:
    facts: dict[tuple[str, str, Status], Fact] = {}
    seen: set[tuple[str, str, Place]] = set()
    for match in lexicon.matches(sentence.places):
        key_seen = (match.feature, match.mode, match.span)
        if key_seen in seen:
            continue
        seen.add(key_seen)
        places = _matched_places(match, sentence)
        if is_lookalike(match.feature, places, sentence, message):
            continue
        told = in_story and not (_is_plain(match.feature, places, sentence) and is_own_voice(sentence, message))
        _add(facts, _fact(match, places, sentence, people, lexicon, told))
    kept = _prefer_present(list(facts.values()))
    if any(f.feature == "both_legs" for f in kept) and is_of_all_limbs(sentence):
        kept = [replace(f, value=ALL_LIMBS) if f.feature == "both_legs" else f for f in kept]
    weeks = read_pregnancy(sentence.joined, sentence.word_set)
    if weeks is not None:
        kept = with_weeks(kept, weeks, sentence, people, in_story)
    temperature = read_temperature(sentence.joined, sentence.word_set)
    if temperature is not None:
        kept = with_temperature(kept, temperature, sentence, people, in_story)
    return kept


def _matched_places(match: Match, sentence: Sentence) -> list[int]:
    """Return the indexes in `sentence.words` of the matched words, in order."""
    content = sentence.content
    return sorted({content[i] for low, high in match.parts for i in range(low, min(high, len(content)))})


def _is_plain(feature: str, places: Sequence[int], sentence: Sentence) -> bool:
    """Return whether a match is not of a wish to die, or of one in plain words."""
    return feature not in SUICIDE or is_plain(sentence.words, places[0], places[-1] + 1)


def _add(facts: dict[tuple[str, str, Status], Fact], fact: Fact) -> None:
    """Add a fact unless the same is known in plainer or in fewer words; the time that either names is kept."""
    key = (fact.feature, fact.person, fact.status)
    known = facts.get(key)
    if known is None:
        facts[key] = fact
    elif (known.why == PLAIN) != (fact.why == PLAIN):
        facts[key] = fact if fact.why == PLAIN else known
    elif fact.end - fact.start < known.end - known.start:
        facts[key] = replace(fact, days=known.days) if fact.days is None and known.days is not None else fact


def _fact(
    match: Match, places: Sequence[int], sentence: Sentence, people: Sequence[str], lexicon: Lexicon, in_story: bool
) -> Fact:
    """Return what a match at `places` says: of whom, when, and whether anybody claims it."""
    start, end = places[0], places[-1] + 1
    person = people[end - 1]
    if person == WRITER and people[start] != WRITER and sentence.words[end - 1] in ("me", "my", "i"):
        person = people[start]
    if match.feature == "family_spa":
        person = WRITER  # "my father has spondylitis" is the writer's family history
    if match.feature == "tb_exposure" and not _CONTACT.isdisjoint(sentence.word_set):
        person = WRITER  # "I live with someone who has TB" is the writer's contact with it
    if match.feature in SUICIDE and person == "animal":
        person = WRITER  # "I've found the dog a home"
    if match.feature == "baby_moving_less" and person in _UNBORN:
        person = next((p for p in reversed(people[:start]) if p not in _UNBORN), WRITER)  # whose baby it is
    start_at, end_at = sentence.starts[start], sentence.ends[end - 1]
    unreal = _unreal(match, sentence, person, start, end, frozenset(places), in_story)
    if unreal is not None:
        return Fact(person, match.feature, unreal[0], start_at, end_at, why=unreal[1])
    lost = _place_of_loss(match, sentence, start, end)
    is_lost_power = lost is not None or match.feature in _BLADDER
    when = times.timing(sentence, start if lost is None else lost, end, is_lost_power=is_lost_power)
    kind = lexicon.features[match.feature].kind
    if kind == "circumstance" and any(s.kind == "for" and s.days == when.days for s in sentence.spans):
        when = when._replace(days=None)  # "I take it for years and fell": the years are not those of the fall
    status, why = _status_in_time(match.feature, kind, when)
    if status is Status.RESOLVED and match.feature in SUICIDE and is_meant_now(sentence.words, start, end):
        status, why = Status.PRESENT, ""  # "born in 1980 and want to die": the year is of something else
    if status is Status.PRESENT and match.feature in SUICIDE and is_plain(sentence.words, start, end):
        why = PLAIN
    return Fact(person, match.feature, status, start_at, end_at, days=when.days, is_new=when.is_new, why=why)


_BLADDER = frozenset(("pee_leak", "pee_retention", "pee_unaware", "bowel_loss"))
_POWER = frozenset(("leg_paralysed", "leg_weak", "foot_drop"))
_GOES = frozenset(("wont", "gone", "went"))
_LIMBS = frozenset(("leg", "legs", "foot", "thigh", "knee", "ankle"))
_LOSES = _GOES | {"cant", "couldnt", "unable", "paralysed"}


def _place_of_loss(match: Match, sentence: Sentence, start: int, end: int) -> int | None:
    """Return where "can't" or "went" stands in or beside a sign of lost power at `words[start:end]`, else None."""
    if match.feature not in _POWER:
        return None
    told = _GOES if match.feature == "leg_weak" else _LOSES  # "pain in my leg so I can't work" is no new weakness
    places = range(max(0, start - 2), min(end + 1, len(sentence.words)))
    words = sentence.words
    return next((i for i in places if words[i] in told or (words[i] in _LOSES and words[i - 1] in _LIMBS)), None)


_UNBORN = CHILD_KEYS | {"man", "he"}  # "this fella has been quiet since breakfast"
_CONTACT = frozenset(phrase_list("reading", "contact"))


def _unreal(
    match: Match, sentence: Sentence, person: str, start: int, end: int, used: frozenset[int], in_story: bool
) -> tuple[Status, str] | None:
    """Return the status of a feature that nobody claims to have, and why; None when somebody does."""
    if match.mode == "denies":
        return Status.DENIED, "said to be normal"
    if match.mode == "explains":
        return Status.EXPLAINED, "a harmless cause is named"
    if in_story or person in ("animal", "general"):
        return Status.OTHER, "a story, an animal or people in general"
    denied = denial(sentence, start, end, used)
    if denied:
        return Status.DENIED, f"denied by “{denied}”"
    imagined = hypothesis(sentence, start, end)
    if imagined and not (match.feature in SUICIDE and (is_threat(sentence, end) or is_wish(sentence))):
        return Status.HYPOTHETICAL, f"only asked or feared: “{imagined}”"
    if match.feature == "minor_strain" and (asker := asked_activity(sentence, start)) is not None:
        return Status.HYPOTHETICAL, f"an activity is only asked about: “{asker}”"
    return None


def _status_in_time(feature: str, kind: str, when: times.Timing) -> tuple[Status, str]:
    """Return how a claimed feature counts, and why, given when it was."""
    if kind in _TIMELESS:
        return Status.PRESENT, ""
    if when.kind == "gone":
        ends = kind == "symptom" and feature not in ("saddle_numb", "pee_unaware", "waters_tightenings")
        return Status.GONE if ends else Status.PRESENT, f"over: “{when.why}”"
    if when.kind == "resolved" and feature not in ("postmenopausal_bleeding", "eye_inflammation_history"):
        return Status.RESOLVED, f"long past: “{when.why}”"
    if when.kind == "steady" and feature in _STEADY_MATTERS:
        return Status.CHRONIC, f"long-standing: “{when.why}”"
    return Status.PRESENT, ""


def _prefer_present(facts: list[Fact]) -> list[Fact]:
    """Drop, for one feature of one person in one sentence, what a stronger reading of the same words overrides."""
    if len({(f.feature, f.person) for f in facts}) == len(facts):
        return [f for f in facts if f.status is not Status.EXPLAINED]
    kept = []
    for fact in facts:
        if fact.status is Status.EXPLAINED:
            continue
        overlapping = [
            g
            for g in facts
            if g is not fact
            and g.feature == fact.feature
            and g.person == fact.person
            and g.start < fact.end
            and fact.start < g.end
        ]
        if fact.status is Status.PRESENT and any(
            g.status is Status.DENIED
            and not g.why.startswith("said to be")
            and fact.start <= g.start
            and g.end <= fact.end
            for g in overlapping
        ):
            continue  # the wider pattern that lost its "not"
        if (
            fact.status is Status.DENIED
            and fact.why.startswith("said to be")
            and any(g.status is Status.PRESENT for g in overlapping)
        ):
            continue
        kept.append(fact)
    return kept
