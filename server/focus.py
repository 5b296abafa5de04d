"""What a message asks: its own words without greetings and closings, and of a very long one the sentences that tell."""

from __future__ import annotations

import re
import tomllib
from dataclasses import dataclass
from functools import cache
from itertools import zip_longest
from pathlib import Path

from server.terms import term_list
from server.words import content_stems, sentences, word_count

# A message up to this many words is searched as it is.
SHORT_WORDS = 22
# Of a longer one at most this many are kept: about the 256 tokens the default embedding model takes in one pass. On
# long questions of evals/data/in-domain (dev), whole messages found far better than questions cut out of them; with
# 100 words, long messages of patients lost the complaint itself.
MAX_FOCUS_WORDS = 180
# A sentence typed without full stops is taken apart at commas and conjunctions, into pieces of about this many words.
MAX_PIECE_WORDS = 30
# Thanks are looked for in as many characters at the end.
CLOSING_CHARS = 300
_CLAUSE = re.compile(r"(?<=[,;.!?])\s+|\s+(?=(?:but|so)\b)", re.IGNORECASE)
# Turns of phrase whose words would find something else, and what they mean.
_TURNS_OF_PHRASE = (
    (re.compile(r"\bkill(?:s|ing) (?=me\b|him\b|her\b|us\b)", re.IGNORECASE), "hurting "),
    (re.compile(r"\bfirst thing\b(?! in the morning| (?:i|you|to|that|is|was)\b)", re.IGNORECASE), "in the morning"),
    (re.compile(r"\blast thing\b(?! (?:at night|i|you|to|that|is|was)\b)", re.IGNORECASE), "at bedtime"),
)
# A hernia at a level of the spine is what other languages call a slipped disc.
_HERNIA = re.compile(r"\b(?:lumbar |disc |discal |spinal )?hernias?\b(?: of the disc)?", re.IGNORECASE)
_LEVEL = re.compile(r"\b(?:L[1-5][ /-]*(?:L?[2-5]|S1)|lumbar|discal|discs?|lomb\w+)\b", re.IGNORECASE)
_OTHER_HERNIA = re.compile(
    r"\b(?:inguinal|groin|umbilical|hiatus|hiatal|femoral|sports?|mesh|belly button)\b", re.IGNORECASE
)
# Where one question of a sentence ends and the next begins.
_NEXT_QUESTION = re.compile(
    r"(?<=[?.!])\s+|,?\s+(?:and|or)\s+(?=(?:what|how|why|is|are|can|could|should|would|will|does|do|did|when|which|where|has)\b)"
    r"|,\s+(?=(?:what|how|why|is|are|can|could|should|would|will|does|do)\s+(?:i|it|he|she|we|they|my|his|her|this|that|the)\b)",
    re.IGNORECASE,
)
_JOINT = re.compile(r"(?<=,)\s+|\s+(?=(?:and|but|so|because|then|also|plus)\b)", re.IGNORECASE)

# A question that speaks of what was told before it.
POINTS_BACK = re.compile(
    r"\b(?:it|its|it's|these|those|they|them|one|"
    r"(?:this|that)(?! (?:age|point|stage|time|week|month|year|long|much)\b))\b",
    re.IGNORECASE,
)
# A question about the sentence before it.
_OF_THE_BEFORE = re.compile(
    r"(?:so )?(?:is|was) (?:that|this|it|he|she|they) (?:really |actually )?"
    r"(?:so|true|right|correct|wrong|a myth|real)\b.{0,20}",
    re.IGNORECASE,
)
# A plea with one of these asks something: "kindly tell which test is needed".
_ASKS_WHICH = re.compile(r"\b(?:which|who|whom|whether|when|how (?:long|much|often|many))\b", re.IGNORECASE)
# What somebody says of a treatment is no aside: "a friend swears by HRT".
_IS_SAID_TO_HELP = re.compile(
    r"\b(?:swears?|recommend\w*|suggest\w*|reckons?|sorted|cured?|offer\w*|says? .{1,20} (?:helps?|works?))\b",
    re.IGNORECASE,
)
# What stands for a question that only asks what to do, beside questions that say more.
WHAT_HELPS = "what helps?"
ASKS_WHAT_TO_DO = re.compile(
    r"\b(?:what|anything|something)(?: else)?(?: that)? (?:(?:can|could|should|must|shall|do) (?:i|we|he|she|they|you)|"
    r"(?:i|we|he|she|they|you) (?:can|could|should|must|ought to))\b.{0,15}\b(?:do|doing|try)\b|"
    r"\bhow (?:can|could|do|should) i (?:help|ease|treat|manage|fix|stop|get rid)|"
    r"\bany (?:advice|suggestions?|help|tips?|ideas)\b|\b(?:please|kindly) (?:advise|suggest|help)\b",
    re.IGNORECASE,
)
_GENERAL_WORDS = 10  # a longer question says more than that

DATA = Path(__file__).parent / "data" / "follow-ups.toml"


@dataclass(frozen=True, slots=True)
class Focus:
    """The words to search for, whether they are fewer than what was written, and the part of them that asks.

    asked is empty when the message only tells.
    """

    text: str
    is_shortened: bool
    asked: str = ""


def focus(message: str) -> Focus:
    """Return what a message asks: itself without politeness; of a long one, the sentences that say something.

    What is complained of stays beside the question: "any suggestions?" finds nothing alone.
    """
    text = without_politeness(" ".join(message.split()))
    if word_count(text) <= SHORT_WORDS:
        telling = [sentence for sentence in sentences(text) if not _says_nothing(sentence)]
        kept = " ".join(telling) or text
        return Focus(kept, kept != text, kept)
    said = [piece for sentence in sentences(without_politeness(message.strip())) for piece in _pieces(sentence)]
    telling = [piece for piece in said if not _says_nothing(piece)] or said
    telling = _without_asides(telling)
    kept = " ".join(_heaviest(telling, MAX_FOCUS_WORDS))
    asked = " ".join(
        piece
        for piece, behind in zip_longest(said, said[1:], fillvalue="")
        if asks(piece) or _OF_THE_BEFORE.fullmatch(behind.strip(" ?!."))
    )
    return Focus(kept, word_count(kept) < word_count(message), asked)


def asks(clause: str) -> bool:
    """Return whether a clause or sentence asks something."""
    return _patterns().asks.search(clause) is not None


def asking_clause(asked: str) -> str:
    """Return the clauses that ask, of sentences that ask; all of it when the clauses alone name nothing.

    >>> asking_clause("I had my disc treated two years ago, how long until I can run?")
    'how long until I can run?'
    """
    clauses = [clause.strip() for clause in _CLAUSE.split(asked)]
    asking = " ".join(clause for clause in clauses if asks(clause))
    return asking if content_stems(asking) else asked


def plainly(text: str) -> tuple[str, tuple[tuple[str, str], ...]]:
    """Return a text with turns of phrase put plainly, and the (written, read as) pairs.

    >>> plainly("my back is killing me")
    ('my back is hurting me', (('killing', 'hurting'),))
    """
    pairs: list[tuple[str, str]] = []
    for pattern, plain in _TURNS_OF_PHRASE:
        pairs += [(found.strip(), plain.strip()) for found in dict.fromkeys(pattern.findall(text))]
        text = pattern.sub(plain, text)
    if _LEVEL.search(text) and not _OTHER_HERNIA.search(text):
        pairs += [(found, "slipped disc") for found in dict.fromkeys(_HERNIA.findall(text))]
        text = _HERNIA.sub("slipped disc", text)
    return text, tuple(pairs)


def questions_in(message: str) -> list[str]:
    """Return the questions of a message, each by itself; none when it asks only one.

    >>> questions_in("I have had sciatica since May. Do I need a scan, and how long will it last?")
    ['Do I need a scan', 'how long will it last?']
    """
    asked = [sentence for sentence in sentences(focus(message).asked) if asks(sentence)]
    marked = [sentence for sentence in asked if sentence.endswith("?")]
    parts = [part.strip(" ,;") for sentence in marked or asked for part in _NEXT_QUESTION.split(sentence)]
    asking = [part for part in parts if asks(part) or " or " in part]
    found = [_put_plainly(part) for part in asking]
    found = [part for part in dict.fromkeys(found) if part]
    return found if len(found) > 1 else []


def _put_plainly(question: str) -> str:
    """Return a question, or what stands for one that only asks what to do; empty when it asks nothing."""
    is_general = word_count(question) <= _GENERAL_WORDS and not term_list().find(question)
    if is_general and ASKS_WHAT_TO_DO.search(question):
        return WHAT_HELPS
    return question if content_stems(question) and not _says_nothing(question) else ""


def without_politeness(text: str) -> str:
    """Return the text without greetings before it and thanks after it; whole when nothing else is in it."""
    shorter = _patterns().before.sub("", text, count=1)
    closing = _patterns().after.search(shorter, max(0, len(shorter) - CLOSING_CHARS))
    shorter = (shorter if closing is None else shorter[: closing.start()]).strip(" ,;-")
    return shorter if content_stems(shorter) or len(shorter) > 12 else text.strip()


def _says_nothing(sentence: str) -> bool:
    """Return whether a sentence would fit any message: a greeting, a plea, "what could be causing this?"."""
    is_plea = _patterns().empty.fullmatch(sentence.strip(" ,.;:!?-")) and not _ASKS_WHICH.search(sentence)
    if content_stems(sentence) and not is_plea:
        return False
    # "Kindly tell, is an operation needed?" is no plea alone.
    return not any(item.term.kind in ("condition", "treatment", "test") for item in term_list().find(sentence))


def _without_asides(pieces: list[str]) -> list[str]:
    """Return the pieces without those that tell of other illnesses, medicines and the like, and of no complaint.

    A search would take "she has diabetes and takes metformin" for what is asked about. They stay when nothing else
    names a part of the body or a pain.
    """
    kept = [piece for piece in pieces if not _is_aside(piece)]
    return kept if any(_complains(piece) for piece in kept) else pieces


def _is_aside(piece: str) -> bool:
    is_told = _patterns().aside.search(piece) and not _IS_SAID_TO_HELP.search(piece)
    return bool(is_told) and not _complains(piece) and not asks(piece)


def _complains(piece: str) -> bool:
    """Return whether a piece names a part of the body, a condition or a symptom of the term list."""
    return any(item.term.kind in ("body", "condition", "symptom") for item in term_list().find(piece))


def _heaviest(pieces: list[str], limit: int) -> list[str]:
    """Return the pieces that say most, up to a number of words, in the order they were written."""
    chosen: set[int] = set()
    left = limit
    for at in sorted(range(len(pieces)), key=lambda at: (-_weight(pieces[at]), at)):
        words = word_count(pieces[at])
        if words <= left or not chosen:
            chosen.add(at)
            left -= words
    return [" ".join(pieces[at].split()[:limit]) for at in sorted(chosen)]


def _weight(sentence: str) -> float:
    """Return how much a sentence says about a subject: a question mark, its terms, and fewer words than many."""
    found = {item.term.name: item.term for item in term_list().find(sentence)}
    exact = sum(0.6 if term.is_broad else 1.0 for term in found.values())
    asking = 1.0 if asks(sentence) else 0.4
    return asking + min(exact, 3.0) - max(0, word_count(sentence) - 25) * 0.02


def _pieces(sentence: str) -> list[str]:
    """Return a sentence, or the pieces of one typed without full stops."""
    if word_count(sentence) <= MAX_PIECE_WORDS:
        return [sentence]
    pieces = [""]
    for part in _JOINT.split(sentence):
        if pieces[-1] and word_count(pieces[-1]) + word_count(part) > MAX_PIECE_WORDS:
            pieces.append("")
        pieces[-1] = f"{pieces[-1]} {part}".strip()
    return pieces


@dataclass(frozen=True, slots=True)
class _Patterns:
    before: re.Pattern[str]
    after: re.Pattern[str]
    asks: re.Pattern[str]
    empty: re.Pattern[str]
    aside: re.Pattern[str]


@cache
def _patterns() -> _Patterns:
    cues = tomllib.loads(DATA.read_text(encoding="utf-8"))["politeness"]
    joined = {name: "(?:" + "|".join(found).replace(" ", r"\s+") + ")" for name, found in cues.items()}
    first = (
        r"^(?:so |and |but |also )?" + joined["asks_first"] + r"\b(?!['’]t (?!i\b|you\b|we\b|they\b|he\b|she\b|it\b))"
    )
    return _Patterns(
        # Possessive (`*+`): what stands between two of them may be read in one way only, or a long run takes for ever.
        before=re.compile(r"^(?:" + joined["before"] + r"\b[\s,.!:;-]*+)+", re.IGNORECASE),
        after=re.compile(r"(?:[\s,.!;-]*+\b" + joined["after"] + r"\b[\s.!]*+)+$", re.IGNORECASE),
        asks=re.compile(r"\?\s*$|" + first + r"|\b" + joined["asks_anywhere"] + r"\b", re.IGNORECASE),
        aside=re.compile(r"\b" + joined["aside"] + r"\b", re.IGNORECASE),
        empty=re.compile(r"(?:(?:so|and|but|also|ok|please|now)\s+)*" + joined["empty"], re.IGNORECASE),
    )
