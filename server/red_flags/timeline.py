"""Gathers facts over the turns of a conversation: accumulates, answers, corrects and takes back (B10)."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass, field, replace

from server.red_flags import times
from server.red_flags.answers import Answer, echoed, facts_shown, read_answers
from server.red_flags.checks import ALARMS, find_checks, left_open, told_check
from server.red_flags.clauses import Sentence
from server.red_flags.context import is_promoted
from server.red_flags.facts import COUNTING, WRITER, Fact, Status
from server.red_flags.lexicon import load_lexicon
from server.red_flags.measures import excess_fact
from server.red_flags.named_answers import NamedAnswer
from server.red_flags.opinions import untested
from server.red_flags.people import CHILD_KEYS
from server.red_flags.phrases import Phrases, Wording, phrase_list, phrases
from server.red_flags.reading import Reading, promoted
from server.red_flags.rules import KEEPS_LEVEL_ONE_DAY, View
from server.red_flags.screening import Question
from server.red_flags.self_harm import SELF_HARM, SUICIDE, is_open_story, is_withdrawn, was_treated

_CLAIMS = phrases("timeline", "claims")
_REFUSALS = phrases("timeline", "refusals")
_IN_CARE = phrases("timeline", "in_care")
_MEANT = phrases("timeline", "meant")
_STORY_AFTER = phrases("timeline", "story_after")
_OLD_AFTER = phrases("timeline", "old_after")
_ANIMAL_AFTER = Phrases(
    ("the dog", "my dog", "the cat", "my cat", "a dog", "our dog", "our cat", "my horse", "the horse")
)
_ABOUT_AFTER = Phrases(("meant", "asking about", "its", "it is", "talking about", "was about", "sorry"))
_LONG_AGO = Phrases(
    (
        "sorry",
        "that was",
        "should have said",
        "i meant",
        "it was",
        "oh",
        "happened",
        "actually",
        "was in",
        "to be clear",
        "clarify",
    )
)
_EASED = Phrases(
    (
        "eased off",
        "eased up",
        "gone off",
        "its gone",
        "it is gone",
        "went off",
        "has stopped",
        "it stopped",
        "all gone",
        "feeling back",
    )
)
_DENIES_LATER = Phrases(("actually", "sorry", "no longer", "any more", "anymore", "now"))
_CHILDLIKE = Phrases(
    (
        "nursery",
        "school",
        "nappy",
        "playground",
        "cot",
        "preschool",
        "reception",
        "toddler",
        "baby",
        "pram",
        "buggy",
        "playgroup",
        "kindergarten",
        "childminder",
        "pe lesson",
        "months old",
        "weeks old",
    )
)
_DOSE_WORDS = frozenset(phrase_list("timeline", "dose_words"))
_TAKES_BACK = ("sorry", "that was", "oh", "actually", "should have said", "to be clear", "i should", "no that")
_CARRYING = ("he", "she", "they", "him", "her", "his", "their")


@dataclass
class Timeline:
    """What is known after some turns; `note` adds one user message."""

    facts: list[Fact] = field(default_factory=list)
    ages: dict[str, float] = field(default_factory=dict)
    sexes: dict[str, str] = field(default_factory=dict)
    topic: str = WRITER
    third: str | None = None
    is_childlike: set[str] = field(default_factory=set)
    turn: int = 0
    refuses: bool = False
    in_care: bool = False
    sentences: list[Sentence] = field(default_factory=list)

    def note(self, reading: Reading, asked: Sequence[Question] = ()) -> None:
        """Add what one user message says; `asked` are the screening questions that the assistant put just before."""
        self.turn += 1
        self._take_back(reading)
        self._promote(reading)
        names = self._names(reading)
        for fact in reading.facts:
            person = names.get(fact.person, fact.person)
            same = fact.turn == self.turn and fact.person == person
            self.facts.append(fact if same else replace(fact, turn=self.turn, person=person))
        for person, years in reading.ages:
            self.ages[names.get(person, person)] = years
        self._note_duration(reading)
        self._note_doses(reading)
        self._note_answers(reading, asked)
        self._note_manner(reading, names)

    def _note_duration(self, reading: Reading) -> None:
        """Attach "it's been ten months" to the complaints told before, when the message names none of its own."""
        if self.turn == 1 or reading.is_story or any(f.status is not Status.HYPOTHETICAL for f in reading.facts):
            return
        if any(self._symptom(f) for f in reading.facts):
            return
        spans = [
            span
            for s in reading.message
            for span in s.spans
            if span.kind in ("for", "bare", "since", "ago") and span.days >= 1
        ]
        if not spans:
            return
        days = max(span.days for span in spans)
        self.facts = [
            replace(f, days=days) if f.turn == self.turn - 1 and f.days is None and f.counts and self._symptom(f) else f
            for f in self.facts
        ]

    def _note_doses(self, reading: Reading) -> None:
        """Count paracetamol over the turns so far: doses are often told one by one."""
        if reading.is_story:
            return
        self.sentences += [
            s for s in reading.message if not _DOSE_WORDS.isdisjoint(s.words) or any(map(str.isdigit, s.words))
        ]
        if self.turn < 2 or not self.sentences or not reading.message:
            return
        fact = excess_fact(self.sentences, self.topic, self.turn, reading.message[-1].ends[-1])
        if fact is not None:
            self.facts.append(fact)

    def note_named(self, answers: Sequence[NamedAnswer]) -> None:
        """Add the answers of the last message that name their question; "not sure" adds nothing."""
        known = self._known()
        for named in answers:
            for number, feature, status in facts_shown((named.question,), (named.answer,), known):
                self._answered(number, feature, status, named.start, named.end)

    def _names(self, reading: Reading) -> dict[str, str]:
        """Return which people of this message are people already known."""
        names: dict[str, str] = {}
        seen = [p for p in (*reading.people, *reading.sentence_people) if p not in (WRITER, "general", "animal")]
        known = [p for p in seen if p not in ("he", "she")]
        if self.third is not None:
            for pronoun in ("he", "she"):
                names[pronoun] = self.third
        elif known:
            names["he"] = names["she"] = known[-1]
        if self.topic != WRITER and self.turn > 1 and not seen and not _speaks_of_self(reading):
            names[WRITER] = self.topic
        if known:
            self.third = known[-1]
        elif seen and self.third is None:
            self.third = seen[-1]
        if reading.facts or seen:
            last = reading.sentence_people[-1] if reading.sentence_people else WRITER
            self.topic = names.get(last, last) if last not in ("general", "animal") else self.topic
        return names

    def _note_manner(self, reading: Reading, names: dict[str, str]) -> None:
        childlike = reading.message.has_in_a_row(_CHILDLIKE)
        for person in {names.get(p, p) for p in (*reading.people, *reading.sentence_people)}:
            if person == "child" or (childlike and person in CHILD_KEYS):
                self.is_childlike.add(person)
        if reading.message.has_in_a_row(_REFUSALS):
            self.refuses = True
        if reading.message.has_in_a_row(_IN_CARE):
            self.in_care = True

    def _take_back(self, reading: Reading) -> None:
        if not self.facts:
            return
        said = reading.message.wording
        if _is_about_story(said) or _is_about_animal(said):
            spared = frozenset() if is_open_story(said) else SELF_HARM
            self._set(Status.RETRACTED, "a story, a test or an animal after all", lambda f: f.feature not in spared)
            return
        if said.first_of(_MEANT):
            self._correct(reading)
        elif (
            said.first_of(_OLD_AFTER)
            and said.first_of(_LONG_AGO)
            and (not reading.facts or said.joined[1:].startswith(_TAKES_BACK))
        ):
            self._set(Status.RESOLVED, "long ago after all", lambda f: self._symptom(f) and _may_be_long_ago(f, said))
        checked = told_check(reading.message)
        if checked and not (times.new_since_cue(said) and _has_new(reading)):
            spared = (SUICIDE if was_treated(said) else SELF_HARM) | left_open(said)
            checks = find_checks(reading.message)
            if all(check.is_advice for check in checks):
                spared |= ALARMS  # B13
            is_opinion = bool(checks) and not any(check.is_tested for check in checks)
            kept = untested(self.facts) if is_opinion else frozenset()
            self._set(
                Status.ASSESSED,
                f"checked since: “{checked}”",
                lambda f: self._symptom(f) and f.feature not in spared and (f.person, f.feature) not in kept,
            )
            return
        self._take_back_gone(reading)
        self._take_back_denied(reading)

    def _take_back_gone(self, reading: Reading) -> None:
        cue = next((c for s in reading.message if (c := times.gone_cue(s)) is not None), None)
        if cue is None and reading.message.has_in_a_row(_EASED) and "still" not in reading.message.wording.word_set:
            cue = "eased off"
        if cue is None or _has_new(reading):
            return
        spans = [span for s in reading.message for span in s.spans if span.kind in ("for", "ago", "bare", "since")]
        long = any(span.days > times.RECENT_DAYS for span in spans)
        status = Status.RESOLVED if long else Status.GONE
        named = {f.feature for f in reading.facts if f.status in (Status.GONE, Status.RESOLVED) and self._symptom(f)}
        meant = named & {f.feature for f in self.facts} or named & _SITES
        self._date_alarms()
        self._set(
            status,
            f"over since: “{cue}”",
            lambda f: self._symptom(f) and f.feature not in SUICIDE and (not meant or f.feature in meant),
        )

    def _date_alarms(self) -> None:
        """Note of chest pain or a collapse that was told as present that it is of today: over, it keeps its level."""
        self.facts = [
            replace(f, days=0.0)
            if f.feature in KEEPS_LEVEL_ONE_DAY and f.status is Status.PRESENT and f.days is None
            else f
            for f in self.facts
        ]

    def _take_back_denied(self, reading: Reading) -> None:
        denied = {f.feature for f in reading.facts if f.status is Status.DENIED}
        if denied and reading.message.has_in_a_row(_DENIES_LATER):
            self._set(Status.RETRACTED, "denied later", lambda f: f.feature in denied and f.turn < self.turn)

    def _correct(self, reading: Reading) -> None:
        """Take back what a slip of the pen said: the denied features if any, else the latest alarming turn."""
        denied = {f.feature for f in reading.facts if f.status in (Status.DENIED, Status.EXPLAINED)}
        present = {f.feature for f in reading.facts if f.status in COUNTING}
        if denied:
            self._set(Status.RETRACTED, "corrected", lambda f: f.feature in denied)
            return
        spared = frozenset() if is_withdrawn(reading.message.wording) else SELF_HARM
        turns = [f.turn for f in self.facts if f.status in COUNTING and self._symptom(f) and f.feature not in spared]
        if turns:
            latest = max(turns)
            self._set(
                Status.RETRACTED,
                "corrected",
                lambda f: f.turn == latest and self._symptom(f) and f.feature not in present | spared,
            )

    def _promote(self, reading: Reading) -> None:
        if not self.facts or reading.is_story:
            return
        if is_promoted(reading.message) or reading.message.has_in_a_row(_CLAIMS):
            self.facts = [
                promoted(f)
                if f.status is Status.HYPOTHETICAL or (f.status is Status.OTHER and f.person == "general")
                else f
                for f in self.facts
            ]

    def _note_answers(self, reading: Reading, asked: Sequence[Question]) -> None:
        """Add what a short reply says to the questions put just before, where its own words do not say it already."""
        if not asked or not reading.message:
            return
        words = [w for s in reading.message for w in s.words]
        answers = read_answers(words, sum(len(question.parts) for question in asked))
        said = {f.feature for f in reading.facts}
        end = reading.message[-1].ends[-1]
        if not answers:
            asked, answers = echoed(words, asked), [Answer.YES] * len(asked)
        for number, feature, status in facts_shown(asked, answers, self._known()):
            if feature not in said:
                self._answered(number, feature, status, 0, end)

    def _answered(self, number: str, feature: str, status: Status, start: int, end: int) -> None:
        self.facts.append(Fact(self.topic, feature, status, start, end, self.turn, why=f"answer to {number}"))

    def _known(self) -> frozenset[str]:
        """Return the features known before this message: a reply that names one answers the question itself."""
        told = (f for f in self.facts if f.turn < self.turn)
        return frozenset(f.feature for f in told if f.counts and f.person == self.topic)

    def _symptom(self, fact: Fact) -> bool:
        return load_lexicon().kind_of(fact.feature) in ("symptom", None)

    def _set(self, status: Status, why: str, chosen: Callable[[Fact], bool]) -> None:
        self.facts = [
            replace(f, status=status, why=why) if f.status in (*COUNTING, Status.HYPOTHETICAL) and chosen(f) else f
            for f in self.facts
        ]

    def views(self) -> list[View]:
        """Return one view for each person of whom anything is known."""
        groups: dict[str, list[Fact]] = {}
        for fact in self.facts:
            groups.setdefault(fact.person, []).append(fact)
        thirds = [p for p in groups if p not in (WRITER, "he", "she", "general", "animal")]
        for pronoun in ("he", "she"):
            if pronoun in groups and len(thirds) == 1:
                groups[thirds[0]] += groups.pop(pronoun)
        if "child" in groups:
            others = [p for p in thirds if p in CHILD_KEYS and p != "child"]
            if len(others) == 1:
                groups[others[0]] += groups.pop("child")
        return [self._view(person, facts) for person, facts in groups.items() if person not in ("general", "animal")]

    def _view(self, person: str, facts: list[Fact]) -> View:
        age = self.ages.get(person)
        if age is None and person not in (WRITER,):
            loose = [a for p, a in self.ages.items() if p in ("he", "she", "child")]
            age = loose[0] if loose else None
        if age is None and person in ("grandmother", "grandfather"):
            age = 75.0
        child = age < 16 if age is not None else person in self.is_childlike
        return View(person, tuple(facts), age, child)


def _speaks_of_self(reading: Reading) -> bool:
    return any(s.word_set & {"i", "my", "me"} for s in reading.message)


_SITES = frozenset(("hip_groin_pain", "knee_pain", "one_leg_pain"))
# Words of everyday life: they take something back only beside "it was for", "I saw", "I meant" and the like.
_WEAK_AFTER = frozenset(phrase_list("timeline", "weak_story_after"))
_SAYS_ABOUT = frozenset(("meant", "about", "its", "it", "for", "from", "saw", "watched", "was", "heard", "read"))


def _is_about_story(said: Wording) -> bool:
    """Return whether a message says that a story, a test or the telly was meant."""
    for cue in said.all_of(_STORY_AFTER):
        place = said.place_of(cue)
        if cue not in _WEAK_AFTER or not _SAYS_ABOUT.isdisjoint(said.words[max(0, place - 3) : place]):
            return True
    return False


_NEAR_ANIMAL = 2  # "it is for the dog", but not "it is hard to walk the dog"


def _is_about_animal(said: Wording) -> bool:
    """Return whether a message says that an animal was meant: "sorry, I meant the dog"."""
    animal, about = said.first_of(_ANIMAL_AFTER), said.all_of(_ABOUT_AFTER)
    if animal is None:
        return False
    place = said.place_of(animal)
    return any(0 < place - said.place_of(phrase) - len(phrase.split()) + 1 <= _NEAR_ANIMAL for phrase in about)


def _may_be_long_ago(fact: Fact, said: Wording) -> bool:
    """Return whether "that was years ago" can speak of `fact`: of a wish to die only if nothing else is named."""
    return fact.feature not in SELF_HARM or len(said.words) <= _BARE_WORDS


_BARE_WORDS = 6


def _has_new(reading: Reading) -> bool:
    kind_of = load_lexicon().kind_of
    return any(f.status is Status.PRESENT and kind_of(f.feature) == "symptom" for f in reading.facts)
