"""Turns what was measured or counted into facts: a temperature, weeks of pregnancy, tablets of paracetamol."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

from server.red_flags.clauses import Sentence
from server.red_flags.context import hypothesis
from server.red_flags.doses import paracetamol_excess
from server.red_flags.facts import WRITER, Fact, Status
from server.red_flags.people import CHILD_KEYS
from server.red_flags.phrases import Phrases

FEVER_C = 37.9
_NORMAL_C = 37.6
_OTHER_INFECTION = Phrases(
    (
        "ear infection",
        "throat infection",
        "tonsillitis",
        "chest infection",
        "flu",
        "covid",
        "sinus infection",
        "sinusitis",
        "the vaccine",
        "vaccination",
        "flu jab",
    )
)


def with_weeks(
    facts: list[Fact], weeks: tuple[float, int], sentence: Sentence, people: Sequence[str], in_story: bool
) -> list[Fact]:
    """Return `facts` with a pregnancy of `weeks`: their number, and their place in the joined words."""
    number, place = weeks
    index, status = _told(place, sentence, people, in_story)
    person = (
        people[index]
        if people[index] != WRITER
        else people[-1]
        if index <= 1 and people[-1] not in ("he", *CHILD_KEYS)
        else WRITER
    )
    fact = Fact(
        person, "pregnant", status, sentence.starts[index], sentence.ends[index], value=number, why="weeks named"
    )
    return [*(f for f in facts if f.feature != "pregnant"), fact]


def with_temperature(
    facts: list[Fact], temperature: tuple[float, int], sentence: Sentence, people: Sequence[str], in_story: bool
) -> list[Fact]:
    """Return `facts` with what a measured `temperature` says of fever: °C, and its place in the joined words."""
    celsius, place = temperature
    index, status = _told(place, sentence, people, in_story)
    if status is Status.PRESENT and hypothesis(sentence, index, index + 1):
        status = Status.HYPOTHETICAL
    if status is Status.PRESENT and sentence.first_of(_OTHER_INFECTION):
        status = Status.EXPLAINED
    others = [f for f in facts if f.feature != "fever"]
    if celsius < FEVER_C:
        measured = [f for f in facts if f.feature == "fever" and f.status is Status.PRESENT]
        words = [
            replace(f, status=Status.DENIED, why="measured temperature is normal")
            for f in measured
            if celsius < _NORMAL_C and "shiv" not in sentence.joined and "rigor" not in sentence.joined
        ]
        told = words or [f for f in facts if f.feature == "fever"]
        if not told and celsius < _NORMAL_C:
            start, end = sentence.starts[index], sentence.ends[index]
            told = [Fact(people[index], "fever", Status.DENIED, start, end, why="measured temperature is normal")]
        return others + told
    fact = Fact(
        people[index],
        "fever",
        status,
        sentence.starts[index],
        sentence.ends[index],
        value=round(celsius, 1),
        why="measured",
    )
    gone = [f for f in facts if f.feature == "fever" and f.status in (Status.RESOLVED, Status.HYPOTHETICAL)]
    return others + (gone or [fact])


def _told(place: int, sentence: Sentence, people: Sequence[str], in_story: bool) -> tuple[int, Status]:
    """Return the word at code point `place` of the joined words, and whether what is told there is anybody's own."""
    index = min(sentence.joined[:place].count(" "), len(people) - 1)
    return index, Status.OTHER if in_story or people[index] in ("animal", "general") else Status.PRESENT


def add_paracetamol(sentences: Sequence[Sentence], groups: list[list[Fact]], who: Sequence[str]) -> None:
    """Add to `groups`, the facts of each sentence, too much paracetamol if the whole message counts to it."""
    excess = paracetamol_excess(sentences)
    if excess is None:
        return
    over, days, number = excess
    sentence = sentences[number]
    index = next((i for i, w in enumerate(sentence.words) if w[0].isalpha()), 0)
    status = (
        Status.HYPOTHETICAL if hypothesis(sentence, len(sentence.words) - 1, len(sentence.words)) else Status.PRESENT
    )
    person = who[number] if who[number] not in ("general", "animal") else WRITER
    groups[number].append(
        Fact(
            person,
            "paracetamol_over",
            status,
            sentence.starts[index],
            sentence.ends[-1],
            days=days,
            value=over,
            why="counted",
        )
    )


def excess_fact(sentences: Sequence[Sentence], person: str, turn: int, end: int) -> Fact | None:
    """Return the paracetamol fact that several messages together show, None when they show none."""
    excess = paracetamol_excess(sentences)
    if excess is None:
        return None
    return Fact(
        person,
        "paracetamol_over",
        Status.PRESENT,
        0,
        end,
        turn,
        days=excess[1],
        value=excess[0],
        why="counted over the conversation",
    )
