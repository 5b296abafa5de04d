"""Assesses a conversation: what was written, which rules it meets, how urgent it is."""

from __future__ import annotations

from collections.abc import Sequence
from functools import lru_cache

from server.red_flags.facts import WRITER, Status
from server.red_flags.levels import Assessment, ChatMessage, Evidence, Flag, Level, RuleHit
from server.red_flags.named_answers import named_answers
from server.red_flags.proposals import read_with
from server.red_flags.reader import ClauseReader
from server.red_flags.rules import View, all_rules, apply_rules, choose_flags, highest
from server.red_flags.screening import Question, asked_in, bank, screening_ids
from server.red_flags.timeline import Timeline


def assess(messages: Sequence[ChatMessage], *, reader: ClauseReader | None = None) -> Assessment:
    """Return what is known after the last message; never raises on any text.

    Args:
        messages: the conversation in order. Only user messages carry facts; from the assistant's only the screening
            questions matter, which are recognised by their text.
        reader: proposes further facts where the lexicon finds none; without it the rules work alone.
    """
    timeline = Timeline()
    asked: list[str] = []
    pending: tuple[str, ...] = ()
    before = Level.NONE
    users = sum(m.role == "user" for m in messages)
    for message in messages:
        if message.role != "user":
            pending = asked_in(message.text)
            asked += pending
            continue
        users -= 1
        if users == 0:
            before = highest(_hits(timeline))
        text, named = named_answers(message.text)
        timeline.note(read_with(text, reader), () if named else _questions(pending))
        timeline.note_named(named)
        asked += [answer.question.id for answer in named]
        pending = ()
    return _assessment(timeline, before, asked)


def _questions(ids: Sequence[str]) -> tuple[Question, ...]:
    by_id = {question.id: question for question in bank()}
    return tuple(by_id[number] for number in ids)


def _hits(timeline: Timeline) -> list[RuleHit]:
    return [hit for view in timeline.views() for hit in apply_rules(view)]


def _assessment(timeline: Timeline, before: Level, asked: Sequence[str]) -> Assessment:
    views = timeline.views()
    hits = sorted((hit for view in views for hit in apply_rules(view)), key=lambda h: -h.level.value)
    level = highest(hits)
    person = hits[0].person if hits else timeline.topic
    main = next((v for v in views if v.person == person), None)
    own = [hit for hit in hits if hit.person == person]
    flags = tuple(
        _flag(hit)
        for hit in choose_flags(own)
        + [
            h
            for p in dict.fromkeys(h.person for h in hits)
            if p != person
            for h in choose_flags([x for x in hits if x.person == p])
        ]
    )
    facts = tuple(timeline.facts)
    return Assessment(
        level=level,
        flags=flags,
        sticky=Level.NONE < level <= before,
        facts=facts,
        questions=screening_ids(main, hits, facts, asked),
        is_child=main.is_child if main else False,
        is_third_person=person not in (WRITER, "general", "animal"),
        hits=tuple(hits),
        person=person,
        is_pregnant=_holds(main, "pregnant"),
        has_cancer_history=_holds(main, "cancer_history"),
        in_care=timeline.in_care,
        refuses=timeline.refuses,
        topic_facts={f.feature: f.status.value for f in facts if f.status is Status.PRESENT},
    )


def _holds(view: View | None, feature: str) -> bool:
    return view is not None and bool(view.risk(feature))


def _flag(hit: RuleHit) -> Flag:
    version = _versions()[hit.rule]
    places = dict.fromkeys(Evidence(f.turn, f.start, f.end) for f in sorted(hit.facts, key=lambda f: (f.turn, f.start)))
    return Flag(hit.category, hit.rule, version, hit.level, tuple(places))


@lru_cache(maxsize=1)
def _versions() -> dict[str, str]:
    return {item.code: item.version for item in all_rules()}
