"""Words of a text: tokens with their places, a light stemmer, and which words carry no meaning of their own."""

from __future__ import annotations

import re
from collections.abc import Callable, Collection, Mapping
from functools import lru_cache
from typing import Generic, NamedTuple, TypeVar

_TOKEN = re.compile(r"[^\W_]+(?:['’\-][^\W_]+)*")
_SENTENCE_END = re.compile(r"(?<=[.!?…])[\"')\]]*\s+|\n+|(?<=[?!])(?=[A-Z])")

# Endings of medical words. An unknown word with one is more likely right than misspelt, unless a vowel alone is off.
MEDICAL_ENDING = re.compile(
    r"(?:ectom(?:y|ies)|otom(?:y|ies)|ostom(?:y|ies)|itis|omas?|os[ie]s|path(?:y|ies|ic)|plast(?:y|ies)|algia|scop(?:y|ies)"
    r"|[ae]?emia|uria|cele|desis|graphy|gram|lysis|penia|trophy|mab|pril|statin|sartan|azole|cillin|mycin|oxacin"
    r"|dipine|olol|thiazide|oxaban|parin|zepam|triptan|cycline|gliptin|gliflozin|tinib|dronate|caine|urea|pamide|setron)$"
)

Vocabulary = Mapping[str, int]  # the words of the library in lower case, and how often each occurs
Made = TypeVar("Made")

# Words that say nothing about the subject; questions and politeness included.
FUNCTION_WORDS = frozenset(
    """
    a an the this that these those it its it's itself they them their theirs he him his she her hers we us our you
    your yours i me my mine myself im i'm ive i've id i'd ill i'll one ones some any all both each every either
    neither no nor not none other another such same own only just very too so than then there here where when why
    how what which who whom whose whether if because as until while of at by for with about against between into
    through during before after above below to from up down in out on off over under again further once and or but
    is isn't are aren't was wasn't were weren't be been being am do does doesn't don't did didn't doing done have
    has hasn't haven't had having can can't cannot could couldn't would wouldn't should shouldn't shall will won't
    may might must ought get gets getting got gotten let lets let's want wants wanted know knows tell tells told say
    says said please thanks thank hi hello hey doctor doc dear sir madam ok okay yes yeah yep really actually also
    even still ever yet much many more most lot lots bit little quite rather pretty like way thing things something
    anything everything someone anyone people person went go going goes come comes came make makes made give gives
    given take takes taken taking need needs use used using try tried trying think thought feel wonder wondering
    help helps there's what's that's who's don dont doesnt isnt cant wont didnt wasnt am s t re ve d ll m
    """.split()  # noqa: SIM905 - a list literal of 400 words would be no easier to read
)


class Token(NamedTuple):
    """A word as written, its half-open span in the text, and its stem."""

    text: str
    start: int
    end: int
    stem: str

    @property
    def is_function_word(self) -> bool:
        """Return whether the word says nothing about the subject."""
        return is_function_word(self.text)


def is_function_word(word: str) -> bool:
    """Return whether a word says nothing about the subject."""
    return word.lower().replace("’", "'") in FUNCTION_WORDS


class FromVocabulary(Generic[Made]):
    """What is made from the library's words, made again when the index is replaced; safe to share between threads."""

    def __init__(self, vocabulary: Callable[[], Vocabulary], make: Callable[[Vocabulary], Made]) -> None:
        self._vocabulary = vocabulary
        self._make = make
        self._last: tuple[Vocabulary, Made] | None = None

    def get(self) -> Made:
        """Return what was made from the words of the index in use."""
        words, last = self._vocabulary(), self._last
        if last is None or last[0] is not words:
            self._last = last = (words, self._make(words))
        return last[1]


def tokens(text: str) -> list[Token]:
    """Return the words of a text in order; a hyphen or an apostrophe inside a word does not end it."""
    return [Token(m.group(), m.start(), m.end(), stem(m.group())) for m in _TOKEN.finditer(text)]


@lru_cache(maxsize=50_000)
def stem(word: str) -> str:
    """Return a word in lower case without its commonest endings, alike for UK and US spelling.

    Light on purpose: it must never join words that differ in meaning.

    >>> [stem(word) for word in ("Exercises", "stretching", "discs", "hurting", "buttocks", "sciatica")]
    ['exercis', 'stretch', 'disc', 'hurt', 'buttock', 'sciatica']
    """
    word = word.lower()
    if not word.isalpha():
        word = _POSSESSIVE.sub("", word.replace("’", "'"))
    if _HAS_SPELLINGS.search(word):
        for pattern, replacement in _UK_US:
            word = pattern.sub(replacement, word)
    if len(word) > 4 and word.endswith("ies"):
        return word[:-3] + "y"
    if len(word) > 3 and word.endswith("s") and not word.endswith(("ss", "us", "is")):
        word = word[:-1]
    for ending, shortest in (("ing", 6), ("ed", 5)):
        if word.endswith(ending) and len(word) >= shortest and _VOWEL.search(word[: -len(ending)]):
            word = word[: -len(ending)]
            if len(word) > 3 and word[-1] == word[-2] and word[-1] not in "sleo":
                word = word[:-1]
            break
    return word[:-1] if len(word) > 4 and word.endswith("e") else word


def content_stems(text: str) -> list[str]:
    """Return the different stems of the words that carry meaning, in order of first use."""
    return list(dict.fromkeys(found for word in _TOKEN.findall(text) if (found := _content_stem(word))))


@lru_cache(maxsize=50_000)
def _content_stem(word: str) -> str:
    """Return the stem of a word that carries meaning and is longer than a letter; nothing for any other."""
    found = "" if is_function_word(word) else stem(word)
    return found if len(found) > 1 else ""


@lru_cache(maxsize=16_384)
def library_stems(text: str) -> frozenset[str]:
    """Return the stems of a text of the library; kept, since the same passages are found again and again.

    Never for what a person wrote: nothing of that is kept.
    """
    return frozenset(content_stems(text))


def stem_counts(vocabulary: Vocabulary) -> dict[str, int]:
    """Return the stems of the words of a library, with how often each occurs."""
    counts: dict[str, int] = {}
    for word, count in vocabulary.items():
        counts[stem(word)] = counts.get(stem(word), 0) + count
    return counts


def sentences(text: str) -> list[str]:
    """Return the sentences of a message as people type them; line breaks end a sentence too."""
    return [piece.strip() for piece in _SENTENCE_END.split(text) if piece and piece.strip()]


def word_count(text: str) -> int:
    """Return the number of words."""
    return len(_TOKEN.findall(text))


def overlap(first: Collection[str], second: Collection[str]) -> float:
    """Return the share of `first` found in `second`, 0 to 1; 0 when `first` is empty."""
    found = set(second)
    return sum(item in found for item in first) / len(first) if first else 0.0


# Spellings of one word, brought to one form before anything is compared.
_UK_US = tuple(
    (re.compile(pattern), replacement)
    for pattern, replacement in (
        (r"^(an|or)?aesth", r"\1esth"),
        (r"paraesth", "paresth"),
        (r"oestr", "estr"),
        (r"haem", "hem"),
        (r"^oede", "ede"),
        (r"aem", "em"),
        (r"paed", "ped"),
        (r"^foet", "fet"),
        (r"centre", "center"),
        (r"^tyre", "tire"),
        (r"fibre", "fiber"),
        (r"^grey", "gray"),
        (r"([bdlmnrt])our(s|ed|ing|ite)?$", r"\1or\2"),
        (r"^disk", "disc"),
        (r"practis", "practic"),
        (r"programm?e", "program"),
        (r"physio(therap(y|ist))?s?$", "physio"),
        (r"tummy|belly|abdomen", "tummy"),
        (r"x-?rays?$", "xray"),
        (r"travell", "travel"),
        (r"swoll?en", "swell"),
        (r"^mum|^mom", "mum"),
    )
)
# A word that is spelt in more than one way holds one of these; to look for them costs less than all of the patterns.
HELD_BY_SPELLINGS = (
    "our", "aed", "aem", "aes", "oed", "oes", "oet", "bre", "tre", "tyr", "grey", "disk", "practis", "program",
    "physio", "tummy", "belly", "abdom", "ray", "travel", "swol", "mum", "mom",
)  # fmt: skip
_HAS_SPELLINGS = re.compile("|".join(HELD_BY_SPELLINGS))
_POSSESSIVE = re.compile(r"'s?$")
_VOWEL = re.compile(r"[aeiouy]")
