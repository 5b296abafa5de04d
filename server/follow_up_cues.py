"""The wordings of follow-ups, compiled from their data file."""

from __future__ import annotations

import re
import tomllib
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache
from pathlib import Path

DATA = Path(__file__).parent / "data" / "follow-ups.toml"
# What is swallowed or rubbed in.
TAKEN = re.compile(
    r"\b(?:tak(?:e|en|ing)|tablets?|pills?|medicines?|medication|meds|pain ?killers?|pain relief|gels?)\b",
    re.IGNORECASE,
)


@dataclass(frozen=True, slots=True)
class FollowUpCues:
    """The wordings of the data file, compiled: the first nine match whole messages, the rest parts of one."""

    yes: re.Pattern[str]
    more: re.Pattern[str]
    what_else: re.Pattern[str]
    choice: re.Pattern[str]
    not_but: re.Pattern[str]
    bare: Mapping[str, re.Pattern[str]]
    service: Mapping[str, re.Pattern[str]]
    repeat: re.Pattern[str]
    side: re.Pattern[str]
    difference: re.Pattern[str]
    said_about: re.Pattern[str]
    back_to: re.Pattern[str]
    back_to_end: re.Pattern[str]
    own_medicine: re.Pattern[str]
    medicine: re.Pattern[str]
    changed: re.Pattern[str]
    of_treatment: re.Pattern[str]
    thing: re.Pattern[str]
    fears: re.Pattern[str]
    they_who: re.Pattern[str]
    which_of: re.Pattern[str]
    correction: re.Pattern[str]
    new_topic: re.Pattern[str]
    lead: re.Pattern[str]
    what_about: re.Pattern[str]
    begins_with_and: re.Pattern[str]
    question_word: re.Pattern[str]
    noun_phrase: re.Pattern[str]
    empty_it: re.Pattern[str]
    this: re.Pattern[str]
    part_of: re.Pattern[str]
    circumstance: re.Pattern[str]
    what_if: re.Pattern[str]
    amount: re.Pattern[str]
    of_aspect: re.Pattern[str]
    effect: re.Pattern[str]
    elsewhere: re.Pattern[str]


@cache
def cues() -> FollowUpCues:
    """Return the wordings of the data file."""
    raw = tomllib.loads(DATA.read_text(encoding="utf-8"))
    lists = raw["follow_up"]

    def joined(name: str) -> str:
        return "(?:" + "|".join(lists[name]) + ")"

    def part(pattern: str) -> re.Pattern[str]:
        return re.compile(pattern, re.IGNORECASE)

    tail = r"\b[\s,.:;!-]*"
    return FollowUpCues(
        yes=part(joined("yes").replace("TAIL", lists["yes_tail"])),
        more=part(joined("more")),
        what_else=part(joined("what_else")),
        choice=part(joined("choice")),
        not_but=part(joined("not_but")),
        bare={name: part("(?:and |but |so )?(?:" + "|".join(found) + ")") for name, found in raw["bare"].items()},
        service={name: part("|".join(found)) for name, found in raw["service"].items()},
        repeat=part(joined("repeat")),
        side=part(joined("side")),
        difference=part(joined("difference")),
        said_about=part("^" + joined("said_about")),
        back_to=part("^" + joined("back_to")),
        back_to_end=part(joined("back_to_end")),
        medicine=part(rf"\b{joined('medicines')}\b"),
        changed=part(rf"\b{joined('changes')} (it|them|that|this|these|those)\b"),
        of_treatment=part(joined("of_treatment")),
        own_medicine=part(
            rf"\b{joined('takes')} (?:(?:my|his|her|the|an?|some) )?({joined('medicines')})\b.*?"
            rf"\b{joined('changes')} (it|them|that|this|these|those)\b"
        ),
        they_who=part(joined("they_who")),
        which_of=part(joined("which_of")),
        thing=part(joined("thing")),
        fears=part(r"\b" + joined("fears") + r"\b"),
        correction=part("^" + joined("correction") + tail + "(?:" + joined("correction_tail") + r"\b[\s,:]*)*"),
        new_topic=part("^" + joined("new_topic") + tail),
        lead=part("^(?:" + joined("lead") + r"\b[\s,.!-]*)+"),
        what_about=part("^" + joined("what_about")),
        begins_with_and=part("^" + joined("begins_with_and")),
        question_word=part("^" + joined("question_word") + r"\b"),
        noun_phrase=part(r"\b" + joined("noun_phrase") + r"\b"),
        empty_it=part(r"\b" + joined("empty_it") + r"\b"),
        this=part(r"\b" + joined("this").replace("VERBS", lists["this_verbs"])),
        part_of=part(r"\b" + joined("part_of") + r"\b"),
        circumstance=part("^" + joined("circumstance") + r"\b"),
        what_if=part("^" + joined("what_if") + r"\b"),
        amount=part("(?:and |but |so )?" + joined("amount")),
        of_aspect=part(joined("of_aspect")),
        effect=part(r"\b" + joined("effect") + "$"),
        elsewhere=part(joined("elsewhere") + r"\b"),
    )
