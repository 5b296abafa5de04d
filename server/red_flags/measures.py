"""Reads what was measured or counted and makes facts of it: temperature, weeks of pregnancy, paracetamol."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import replace

from server.red_flags.clauses import Sentence
from server.red_flags.context import hypothesis
from server.red_flags.doses import paracetamol_excess
from server.red_flags.facts import WRITER, Fact, Status
from server.red_flags.numbers import NUMBERS
from server.red_flags.people import CHILD_KEYS
from server.red_flags.phrases import phrase_list, phrases

FEVER_C = 37.9
_NORMAL_C = 37.6
_OTHER_INFECTION = phrases("measures", "other_infection")
_WEEKS_PREGNANT = re.compile(
    r" (\d{1,2}|"
    + "|".join(NUMBERS)
    + r")(?: ?\+ ?\d| (one|two|three|four|five|six|seven|eight|nine))? ?- ?(?:weeks?|wks?|months?) (pregnant|"
    r"preg|gone|gestation|along|preggers|with twins)?| (\d{1,2}|"
    + "|".join(NUMBERS)
    + r")(?: ?\+ ?\d| (one|two|three|four|five|six|seven|eight|nine))? ?(weeks?|wks?|months?) (pregnant|preg|"
    r"gone|gestation|along|preggers|with twins|into pregnancy|into my pregnancy)?"
)
_OTHER_WEEKS = frozenset(phrase_list("measures", "other_weeks"))
_PREGNANT_CUES = frozenset(phrase_list("measures", "pregnant_cues"))
_DIGIT = re.compile(r"\d")
# "The scan says 42 to 55 degrees": an angle.
_ANGLE = re.compile(r" (?:to|-|and) (?:4[3-9]|[5-9]\d)(?:[.,]\d)? ")
_WORD_TEMP = {"thirty eight": 38.0, "thirty nine": 39.0, "forty": 40.0, "thirty seven": 37.0}
_TEMP = re.compile(
    r" (3[5-9](?:[.,]\d)?|4[0-2](?:[.,]\d)?|9[6-9](?:[.,]\d)?|10[0-6](?:[.,]\d)?) ?(c|f|degrees?|celsius|"
    r"fahrenheit|deg)? "
)
_CURVES = frozenset(phrase_list("measures", "curves"))
_FAHRENHEIT = frozenset(("f", "fahrenheit"))
_TEMP_CUES = frozenset(phrase_list("measures", "temperature_cues"))
_TEMP_VERBS = frozenset(phrase_list("measures", "temperature_verbs"))
_OTHER_UNITS = frozenset(phrase_list("measures", "other_units"))


def read_pregnancy(joined: str, words: frozenset[str]) -> tuple[float, int] | None:
    """Return the weeks of pregnancy and their place, None when the sentence names none.

    "31 weeks" alone counts only beside a word such as "bump" or "midwife".
    """
    if "week" not in joined and "wk" not in joined and "month" not in joined:
        return None
    for m in _WEEKS_PREGNANT.finditer(joined):
        groups = m.groups()
        first, second, said = (groups[0], groups[1], groups[2]) if groups[0] else (groups[3], groups[4], groups[6])
        number = float(NUMBERS[first]) if first in NUMBERS else float(first)
        number += NUMBERS.get(second or "", 0)
        if "month" in m.group():
            number *= 4.3
        rest = joined[m.end() - 1 :].split()[:2]
        rest = rest[:1] if rest[:1] == ["and"] else rest  # "29 weeks and since lunch"
        plain = (
            not ({"ago", "of", "post", "after", "since", "old", "now", "later", "pain"} & set(rest))
            and " for " not in joined[max(0, m.start() - 4) : m.start() + 1]
            and " past " not in joined[max(0, m.start() - 5) : m.start() + 1]
        )
        plain = plain and not (said is None and "pelvic" in words and joined[: m.start() + 1].endswith(" at "))
        own = rest[:1] in ([], [","], ["and"]) and joined[: m.start() + 1].endswith(" am ") and not words & _OTHER_WEEKS
        if 3 <= number <= 43 and (said or (plain and (own or words & _PREGNANT_CUES) and "scan" not in rest)):
            if "baby" in words and not said and number < 13 and {"old", "post"} & words:
                continue
            return number, m.start()
    return None


def read_temperature(joined: str, words: frozenset[str]) -> tuple[float, int] | None:
    """Return the highest body temperature in °C and its place, None when the sentence names none.

    A bare number counts only with a decimal or beside a word about temperature. °F are converted.
    """
    best: tuple[float, int] | None = None
    is_angle = not words.isdisjoint(_CURVES)  # "the curve is 38 degrees"
    for m in _TEMP.finditer(joined) if _DIGIT.search(joined) and not is_angle else ():
        number = float(m.group(1).replace(",", "."))
        unit = m.group(2)
        before = joined[: m.start() + 1].split()[-1:]
        is_read = not _TEMP_VERBS.isdisjoint(before) and 38 <= number <= 41.5
        has_decimal = "." in m.group(1) or "," in m.group(1)
        cued = not words.isdisjoint(_TEMP_CUES) or unit is not None or is_read
        if not _OTHER_UNITS.isdisjoint(joined[m.end() - 1 : m.end() + 16].split()[:1]):
            continue
        if not cued and not (has_decimal and number < 43):
            continue
        if unit in _FAHRENHEIT and number < 90:
            continue  # "38F" is a woman of 38
        if _ANGLE.match(joined, m.end() - 1):
            continue
        celsius = (number - 32) / 1.8 if number > 90 else number  # °F to °C
        if not 34.5 <= celsius <= 42.5:
            continue
        if best is None or celsius > best[0]:
            best = (celsius, m.start())
    if best is None and not words.isdisjoint(_TEMP_CUES):
        for phrase, number in _WORD_TEMP.items():
            place = joined.find(f" {phrase} ")
            if place >= 0 and "for" not in joined[:place].split()[-1:]:
                rest = joined[place:].split()
                point = rest.index("point") if "point" in rest[:4] else -1
                extra = NUMBERS.get(rest[point + 1], 0) / 10 if 0 < point < len(rest) - 1 else 0.0
                return number + extra, place
    return best


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
