"""Decides whether a feature that was found is only imagined, or told as a story (B4, B7)."""

from __future__ import annotations

from collections.abc import Sequence

from server.red_flags.clauses import Message, Sentence
from server.red_flags.denials import SUBJECTS
from server.red_flags.phrases import Phrases, phrase_list, phrases

_FEAR = phrases("context", "fear")
# Questions about a condition; they hold unless the clause speaks of a person's own body.
_INFO = phrases("context", "info")
# What others said to look out for; it holds even beside "I", unless the text goes on to claim it.
_REPORTED = phrases("context", "reported")
_IF_REAL = phrases("context", "if_real")
_PERSONAL = frozenset(phrase_list("context", "personal"))
_PROMOTE = phrases("context", "promote")

_STORY = phrases("context", "story")
_REAL = phrases("context", "real")


def is_story(message: Message) -> bool:
    """Return whether the message as a whole is a story, an exam, news or a test of the assistant (B1)."""
    return message.has_any_of(_STORY)


def is_real_aside(sentence: Sentence) -> bool:
    """Return whether a sentence inside a story message speaks of a real person after all."""
    return sentence.first_of(_REAL) is not None


def is_promoted(message: Message) -> bool:
    """Return whether the writer says that what was only described is happening ("that's exactly what I have")."""
    return any(
        "if" not in message[number].word_set
        and any(not _is_denied_before(message[number], cue) for cue in message[number].all_of(_PROMOTE))
        for number in message.holding(_PROMOTE)
    )


def _is_denied_before(sentence: Sentence, cue: str) -> bool:
    place = sentence.place_of(cue)
    return not _NOT_SO.isdisjoint(sentence.words[max(0, place - 3) : place])


_NOT_SO = frozenset(("hasnt", "havent", "hadnt", "didnt", "isnt", "never", "not"))


def hypothesis(sentence: Sentence, start: int, end: int) -> str | None:
    """Return what makes the feature at `words[start:end]` a mere question or fear, None when it is a claim (B4)."""
    words = sentence.words
    clause = _clause_words(sentence, start, end)
    personal = not _PERSONAL.isdisjoint(clause)
    cue = _if_cue(sentence, start)
    if cue:
        return cue
    if (modal := _asked_future(words, start)) is not None:
        return modal
    if (fear := _fear_of_future(sentence, start)) is not None:
        return fear
    for phrase in sentence.all_of(_FEAR):
        after = _after_cue(words, start, phrase)
        if after and not _claims_after(after):
            return phrase
    if (name := _asked_name(words, start, end)) is not None:
        return name
    if (what := _defined(words, start)) is not None:
        return what
    if words[0] in _EXPLAIN and start <= _EXPLAIN_REACH and _OWN.isdisjoint(words[:start]):
        return words[0]  # "explain foot drop to me"
    if not _YOU.isdisjoint(clause) and (sentence.is_question or words[0] in _YOU_QUESTIONS) and not personal:
        return "you in general"
    for phrase in sentence.all_of(_REPORTED):
        after = _after_cue(words, start, phrase)
        if after and not (personal and _claims_after(after)):
            return phrase
    if not personal:
        for phrase in sentence.all_of(_INFO):
            if _after_cue(words, start, phrase):
                return phrase
    if _is_bare_term(sentence):
        return "a term to look up"
    if _is_impersonal_question(sentence, personal) and _is_asked_clause(words, end):
        return "impersonal question"
    return None


_OPERATIONS = frozenset(("operation", "op", "surgery", "procedure", "discectomy", "decompression", "syndrome"))


def _defined(words: Sequence[str], start: int) -> str | None:
    """Return the words of "the disc operation, the one where your saddle goes numb" that only say which, else None."""
    for i in range(max(0, start - 5), start):
        if words[i : i + 2] in (("where", "your"), ("where", "you"), ("when", "your")) and words[i - 1] in _WHICH:
            return None if _OPERATIONS.isdisjoint(words[:i]) else "the one where"
    return None


_WHICH = frozenset(("one", "kind", "sort", "type", "thing"))
_EXPLAIN = frozenset(("explain", "define", "describe"))
_EXPLAIN_REACH = 3
_OWN = frozenset(("my", "why", "his", "her", "our"))
_YOU = frozenset(("you", "yourself", "your", "u"))
_YOU_QUESTIONS = frozenset(("can", "could", "does", "do", "how", "what", "when", "is", "will", "should"))


def _after_cue(words: Sequence[str], start: int, phrase: str) -> str:
    """Return the words before `start` from the last `phrase` on, "" when it does not stand there."""
    head = f" {' '.join(words[:start])} "
    place = head.rfind(f" {phrase} ")
    return head[place:] if place >= 0 else ""


_ASKERS = frozenset(
    ("is", "are", "can", "should", "could", "may", "will", "would", "does", "do", "how", "what", "which")
)
_TELLS = frozenset(
    ("after", "since", "when", "because", "from", "that", "my", "have", "had", "did", "hurt", "hurts", "pain", "felt")
)
_CLAUSE_OPENS = frozenset((",", "-", "and", "but", "so", ":", "(", "or"))


def asked_activity(sentence: Sentence, start: int) -> str | None:
    """Return the word that opens "is gardening ok" or "can I lift weights", None when a deed is told, not asked."""
    words = sentence.words
    for i in range(start - 1, max(-1, start - 9), -1):
        if words[i] in _TELLS:
            return None
        if words[i] in _ASKERS and (i == 0 or words[i - 1] in _CLAUSE_OPENS):
            return words[i]
    return None


_TERM_NOUNS = frozenset(
    (
        "adverse",
        "aetiology",
        "criteria",
        "differential",
        "epidemiology",
        "etiology",
        "guideline",
        "guidelines",
        "incidence",
        "management",
        "pathophysiology",
        "presentation",
        "prevalence",
        "prognosis",
    )
)
_TERM_WORDS = 9


def _is_bare_term(sentence: Sentence) -> bool:
    """Return whether a few words without a person or a verb name a subject: "renal colic presentation fever"."""
    words = sentence.word_set
    return len(sentence.words) <= _TERM_WORDS and bool(words & _TERM_NOUNS) and not words & (_PERSONAL | SUBJECTS)


def _asked_name(words: Sequence[str], start: int, end: int) -> str | None:
    """Return the words that ask what a thing is called: "what kind of seizure is this called", None when none do.

    "What kind of seizure is this" asks it too; "what kind of numbness in my legs is this" tells of a sign.
    """
    if _NAMERS.isdisjoint(words[:start]):
        return None
    asker = max(i for i in range(start) if words[i] in _NAMERS)
    if not _OWNERS.isdisjoint(words[asker:]):
        return None
    between = words[asker + 1 : start]
    is_kind = not _KINDS.isdisjoint(between) and "of" in between
    if words[asker] not in ("what", "which"):
        return words[asker] if between[:1] in (("of",), ("for",)) and start - asker < 8 else None
    if is_kind and (end - start == 1 or not _CALLED.isdisjoint(words[end:])):
        return f"{words[asker]} kind of"
    if not _THIS.isdisjoint(between):
        return None  # "what is this numbness called": somebody has it
    return "called" if start - asker < 6 and not _CALLED.isdisjoint(words[end : end + 6]) else None


_NAMERS = frozenset(("what", "which", "name", "word", "term"))
_OWNERS = frozenset(("i", "my", "me", "he", "his", "him", "she", "her", "we", "our", "they", "their", "now"))
_KINDS = frozenset(("kind", "type", "sort", "form"))
_THIS = frozenset(("this", "that", "these", "it"))
_CALLED = frozenset(("called", "named", "classed", "classified", "known", "termed"))
_MODALS = frozenset(["will", "would", "could", "might", "can", "may"])
_HAPPENS = frozenset(phrase_list("context", "happens"))
_FEARS = frozenset(phrase_list("context", "fears"))
_FUTURE = frozenset(["might", "will", "could", "going", "would", "one"])


def _asked_future(words: Sequence[str], start: int) -> str | None:
    """Return the modal of "could an epidural leave me unable to wee?", None when the sentence does not ask that."""
    for i in (0, 1):
        if i < start and words[i] in _MODALS:
            if i and words[i] == "can" and words[0] in _TELLERS:
                continue  # "I can hardly start a wee" asks nothing
            between = words[i + 1 : start + 3]
            if (
                set(between) & _HAPPENS
                and not {"because", "since", "now", "that"} & set(between)
                and "," not in between
            ):
                return words[i]
    return None


_TELLERS = frozenset(("i", "he", "she", "we", "they", "it"))


def _fear_of_future(sentence: Sentence, start: int) -> str | None:
    """Return the fear of "frightened my legs will stop working one day", None when there is none before `start`."""
    if _FEARS.isdisjoint(sentence.word_set):
        return None
    words = sentence.words
    for i in range(max(0, start - 10), min(start + 1, len(words))):
        if words[i] in _FEARS:
            between = words[i + 1 : start + 5]
            if not _FUTURE.isdisjoint(between) and _CERTAIN.isdisjoint(between):
                return words[i]
    return None


_CERTAIN = frozenset(("because", "but", "already", "now"))


def _is_asked_clause(words: Sequence[str], end: int) -> bool:
    """Return whether the clause is the one that asks: the last, or any in a sentence that opens as a question."""
    return words[0] in _QUESTION_STARTS or ("," not in words[end:] and "-" not in words[end:])


_AS_IF = frozenset(("if", "unless", "suppose", "supposing", "imagining", "dreamt", "dreamed"))


def _if_cue(sentence: Sentence, start: int) -> str | None:
    if _IF_WORDS.isdisjoint(sentence.word_set):
        return None
    words = sentence.words
    for i in range(min(start, len(words) - 1), max(-1, start - 14), -1):
        if words[i : i + 3] == ("were", "i", "to") and i < start:
            return "were i to"
        if words[i] in _AS_IF:
            is_real = sentence.first_of(_IF_REAL, max(0, i - 6), i + 5) is not None
            return None if is_real or _is_new_clause(words[i + 1 : start]) else "if"
    return None


_IF_WORDS = _AS_IF | {"were"}


def _is_new_clause(between: Sequence[str]) -> bool:
    return any(w in (",", "but", "because", "then") for w in between)


def _clause_words(sentence: Sentence, start: int, end: int) -> Sequence[str]:
    """Return the words of the clause around `words[start:end]`: at most 14 before and 8 after."""
    words = sentence.words
    low, high = max(0, start - 14), min(end + 8, len(words))
    if not _CLAUSE_MARKS.isdisjoint(sentence.word_set):
        low = next((i + 1 for i in range(start - 1, low - 1, -1) if words[i] in _CLAUSE_MARKS and words[i] != ")"), low)
        high = next((i for i in range(end, high) if words[i] in _CLAUSE_MARKS and words[i] != "("), high)
    return words[low:high]


_CLAUSE_MARKS = frozenset((",", "-", ":", "(", ")"))


def _claims_after(text: str) -> bool:
    """Return whether, after a cue, the text goes on to claim something ("... but now I have")."""
    return any(f" {claim} " in text for claim in _CLAIMS)


_CLAIMS = (
    "because",
    "but",
    "cos",
    "now",
    "since",
    "that i cant",
    "my",
    "i cant",
    "i have",
    "i am",
    "i keep",
    "he has",
    "she has",
    "his",
    "her",
    "he cant",
    "she cant",
    "he is",
    "she is",
    "i feel",
    "i dont",
    "i didnt",
    "i couldnt",
    "i wet",
    "i just",
    "i had",
    "i lost",
)
_QUESTION_STARTS = frozenset(phrase_list("context", "question_starts"))


def _is_impersonal_question(sentence: Sentence, personal: bool) -> bool:
    if personal or not _SOMEONE.isdisjoint(sentence.word_set):
        return False
    if sentence.is_question or (sentence.words[0] in _QUESTION_STARTS and len(sentence.words) > 3):
        return True
    return sentence.first_of(_SUBJECT_HEADS) is not None


_SOMEONE = frozenset(("i", "my", "me", "he", "she", "his", "her", "this", "it", "these", "im", "our", "we", "him"))
_SUBJECT_HEADS = Phrases(
    (
        "exercises for",
        "stretches for",
        "treatment for",
        "recovery from",
        "meaning of",
        "causes of",
        "tips for",
        "advice on",
        "advice for",
    )
)
