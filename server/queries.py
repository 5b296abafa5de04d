"""Query: what is searched for, made from what the person wrote; question focus and follow-ups."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from functools import cached_property
from typing import Any, Protocol

from server.asked import is_story
from server.denied import without_denied
from server.focus import POINTS_BACK, SHORT_WORDS, Focus, asking_clause, asks, focus, plainly, questions_in
from server.follow_ups import Resolved, resolve
from server.intents import Intent, Request, intent_of, request_of
from server.persons import persons_told
from server.small_talk import small_talk
from server.spelling import Speller
from server.terms import Found, term_list
from server.told import alone_with_told
from server.topics import Turn
from server.wider import in_wider_words
from server.words import FromVocabulary, Vocabulary, content_stems, word_count

__all__ = ["Intent", "MessageLike", "Query", "QueryBuilder", "Request"]


# Answers to screening questions, as the page sends them: each question with its answer on a line.
_SCREENED = re.compile(r"(?:.*\? (?:Yes|No|Not sure)\.(?:\n|$))+")
# More names than these would drown the question they are put behind.
MAX_SPELT_OUT = 2
MAX_QUESTIONS = 3  # of one message
# Words with a meaning that a clause needs to be searched for by itself.
LEAST_STEMS = 2
# What a question can name that it may be searched for without the rest of its message.
THINGS = ("condition", "treatment", "test", "exercise")


class MessageLike(Protocol):
    """A turn of a conversation. `answer` is the finished answer as it was served, for assistant turns."""

    @property
    def role(self) -> str:
        """Return `user` or `assistant`."""
        ...

    @property
    def text(self) -> str:
        """Return what was said."""
        ...

    @property
    def answer(self) -> Mapping[str, Any] | None:
        """Return the answer object, or None."""
        ...


@dataclass(frozen=True)
class Query:
    """A stand-alone query.

    text: the words embedded and shown to the person. lexical_text: the same with other words for the same things,
    for lexical search only. original: what the person wrote last. why: short reason when it was rewritten.
    topic: the subject carried along, in the library's words, or empty. corrected: (written, read as) pairs.
    """

    text: str
    lexical_text: str
    original: str
    is_rewritten: bool = False
    why: str = ""
    intent: Intent = "general"
    request: Request = "question"
    topic: str = ""
    corrected: tuple[tuple[str, str], ...] = ()

    @cached_property
    def terms(self) -> tuple[Found, ...]:
        """Return the terms of the text, found once for every step that asks."""
        return tuple(term_list().find(self.text))

    @cached_property
    def persons(self) -> frozenset[str]:
        """Return the groups of people that the message speaks of (`server.persons`)."""
        return persons_told(self.original, self.terms)

    @cached_property
    def stems(self) -> tuple[str, ...]:
        """Return the different stems of the words of the text that carry meaning, found once."""
        return tuple(content_stems(self.text))

    @cached_property
    def asking(self) -> str:
        """Return the clauses of the text that ask; all of it when none does."""
        return asking_clause(focus(self.text).asked or self.text)


class QueryBuilder:
    """Makes queries; knows the words of the library. Deterministic, and needs no model."""

    def __init__(self, vocabulary: Callable[[], Vocabulary], ordinary_words: Iterable[str] = ()) -> None:
        """Prepare for a library.

        Args:
            vocabulary: returns the words of its passages in lower case, with how often each occurs.
            ordinary_words: English words that are never read as misspelt ones of the library.
        """
        ordinary = frozenset(ordinary_words)
        self._vocabulary = vocabulary
        self._spellers = FromVocabulary(vocabulary, lambda words: Speller(words, term_list().single_words, ordinary))

    def standalone_query(self, messages: Sequence[MessageLike]) -> Query:
        """Return the query for the last message, which is the person's."""
        original = messages[-1].text
        turns = self._turns(messages[:-1])
        if _SCREENED.fullmatch(original.strip()):
            return self._after_screening(original, turns)
        talk = small_talk(original, self._spellers.get().reads)
        if talk is not None and not (talk in ("vague", "capability", "fed_up") and turns and resolve(original, turns)):
            text = " ".join(original.split())
            return Query(text, text, original, request=talk)
        return self._query(original, turns)

    def each_question(self, query: Query, subject: str) -> list[Query]:
        """Return a query for each question of a message, or for the clause that asks; none when it is nothing else.

        Without a subject only those are left that name what they are about, and none of a story: it is told there.
        """
        questions = questions_in(query.text) or _clause_alone(query)
        if not subject:
            questions = [] if is_story(query) else [question for question in questions if _names_a_thing(question)]
        return [self._about(subject, question) for question in questions][:MAX_QUESTIONS]

    def asked_alone(self, query: Query, passed_over: str = "") -> Query | None:
        """Return the clause that asks as a query, when it names its condition itself or points back at `passed_over`.

        None when the message tells of nothing more.
        """
        if query.asking == query.text:
            return None
        named = [item.term for item in term_list().subjects(query.asking) if item.term.kind == "condition"]
        if named and not named[0].is_broad:
            return self._about(named[0].name, query.asking)
        return self._about(passed_over, query.asking) if passed_over and POINTS_BACK.search(query.asking) else None

    def of_wider_complaint(self, query: Query) -> Query | None:
        """Return a question about one condition as one about the pain it is; None when it names none, or several."""
        text = in_wider_words(query)
        return None if text is None else self._about("", text)

    def _about(self, subject: str, question: str) -> Query:
        """Return a question of a message as a query that names its subject, unless it names one of that kind itself."""
        named = {item.term.name: item.term for item in term_list().find(question) if not item.term.is_broad}
        kinds = {item.term.kind for item in term_list().find(subject) if item.term.kind in ("condition", "treatment")}
        holds_it = not subject or subject in named or any(term.kind in kinds for term in named.values())
        text = question if holds_it else f"{subject}: {question}"
        return Query(
            text=text,
            lexical_text=" ".join([text, *term_list().other_words(text, self._vocabulary())]),
            original=question,
            intent=_intent(text, question),
        )

    def _after_screening(self, original: str, turns: Sequence[Turn]) -> Query:
        """Return the question that the screening interrupted; once that was answered, no question at all."""
        if turns and not turns[-1].titles:
            return replace(self._query(turns[-1].text, turns[:-1]), original=original, is_rewritten=True)
        return Query(original, original, original, request="screening")

    def _query(self, original: str, turns: Sequence[Turn]) -> Query:
        focused = focus(original)
        text, corrected = self._spellers.get().correct(focused.text)
        text, turns_of_phrase = plainly(text)
        corrected += turns_of_phrase
        said, text = text, without_denied(text, asks)
        is_shortened = focused.is_shortened or text != said
        # A question about a medicine stands alone: what was talked of before would only mislead the search, but not a
        # pregnancy or another medicine that was told of.
        resolved = resolve(text, turns, self._vocabulary())
        if resolved is not None and _request(text, original) in ("dose", "stop_medicine"):
            resolved = alone_with_told(text, turns)
        if resolved is not None:
            text = resolved.text
        named = term_list().spelt_out(text, self._vocabulary())[:MAX_SPELT_OUT]
        text = f"{text} ({', '.join(name for _, name in named)})" if named else text
        intent = (resolved.intent if resolved else None) or _intent(
            text, asking_clause(focused.asked) if resolved is None else ""
        )
        return Query(
            text=text,
            lexical_text=" ".join([text, *term_list().other_words(text, self._vocabulary())]),
            original=original,
            is_rewritten=resolved is not None or is_shortened or bool(corrected or named),
            why=_why(corrected, resolved, named, is_shortened=is_shortened),
            intent=intent,
            request=_request_told(focused) or _request(text, original, is_follow_up=resolved is not None),
            topic=resolved.topic if resolved else "",
            corrected=corrected,
        )

    def _turns(self, messages: Sequence[MessageLike]) -> list[Turn]:
        """Return the earlier questions as they stood alone; small talk and what came after it leave no trace."""
        turns: list[Turn] = []
        for at, message in enumerate(messages):
            if message.role != "user":
                continue
            reply = messages[at + 1].answer if at + 1 < len(messages) and messages[at + 1].role == "assistant" else None
            if _SCREENED.fullmatch(message.text.strip()):
                continue
            if small_talk(message.text, self._spellers.get().reads) is not None and not (reply or {}).get("citations"):
                continue
            asked = str((reply or {}).get("query_used") or "") or self._query(message.text, turns).text
            turns.append(_turn(asked, reply))
        return turns


def _turn(asked: str, reply: Mapping[str, Any] | None) -> Turn:
    if reply is None:
        return Turn(asked, _intent(asked))
    titles = [str(citation["source"]["title"]) for citation in reply.get("citations", ())]
    return Turn(asked, _intent(asked), tuple(dict.fromkeys(titles)), tuple(map(str, reply.get("suggestions", ()))))


def _intent(text: str, asked: str = "") -> Intent:
    """Return the intent of a question; an exercise named without more is asked for step by step.

    Args:
        text: all that is searched for.
        asked: the sentences of it that ask; what a long message tells besides says nothing about its intent.
    """
    if not asked and word_count(text) > SHORT_WORDS:
        return "general"  # a story that asks nothing
    found = intent_of(asked or text)
    if found == "definition" and asked and asked != text and not _names_exactly(asked):
        return "general"  # "what is going on?" after a story asks for no definition
    if found == "general":
        named = [item for item in term_list().find(text) if item.term.kind == "exercise" and not item.term.is_broad]
        beside = set(content_stems(text)) - {stem for item in named for stem in content_stems(item.text)}
        return "exercise" if named and not beside else found
    return found


def _clause_alone(query: Query) -> list[str]:
    """Return the clause that asks, of a message that tells of more; none when it says too little by itself."""
    says_enough = len(content_stems(query.asking)) >= LEAST_STEMS
    return [query.asking] if query.asking != query.text and says_enough else []


def _names_a_thing(text: str) -> bool:
    return any(item.term.kind in THINGS and not item.term.is_broad for item in term_list().find(text))


def _names_exactly(text: str) -> bool:
    return any(not item.term.is_broad for item in term_list().subjects(text))


def _request_told(focused: Focus) -> Request | None:
    """Return how the question of a long message may be answered; None when it is short or asks nothing.

    A scan or a wish mentioned in passing is no request; a medicine is redirected wherever it stands.
    """
    if not focused.asked or focused.asked == focused.text:
        return None
    asked, told = request_of(focused.asked), request_of(focused.text)
    return told if asked == "question" and told in ("dose", "stop_medicine") else asked


def _request(text: str, original: str, *, is_follow_up: bool = False) -> Request:
    found = request_of(text)
    if found != "question":
        return found
    written = " ".join(original.split())
    as_written = found if written == text else request_of(written)
    # "Is it serious?" about something that was named asks what the library says of it.
    return found if is_follow_up and as_written == "diagnosis" else as_written


def _why(
    corrected: Sequence[tuple[str, str]],
    resolved: Resolved | None,
    named: Sequence[tuple[str, str]],
    *,
    is_shortened: bool,
) -> str:
    reasons = []
    if resolved is not None and resolved.why:
        reasons.append(f"Read as {resolved.why}.")
    if is_shortened:
        reasons.append("Left out what a search does not need.")
    reasons += [f"Read “{written}” as “{read}”." for written, read in corrected]
    reasons += [f"The library says “{name}” for “{said}”." for said, name in named]
    return " ".join(reasons)
