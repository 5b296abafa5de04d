"""Finding English sentences in a paragraph."""

from __future__ import annotations

import re

# Never the end of a sentence, whatever follows.
_ALWAYS = frozenset(
    """
    dr mr mrs ms prof st rev sr gen lt col capt hon fig figs no nos vs approx ca cf e.g eg i.e ie viz dept est p
    pp vol ed eds al resp incl min max
    """.split()  # noqa: SIM905  (a list of words reads better)
)
# The end of a sentence only when a word that often starts one follows.
_SOMETIMES = frozenset(
    """
    etc a.m p.m am pm jr inc ltd co corp dept m.d ph.d u.s u.k u.s.a b.sc m.sc d.o r.n c.s.c.s d.c p.t d.p.t
    """.split()  # noqa: SIM905  (a list of words reads better)
)
_STARTERS = frozenset(
    """
    a after all also although always an and another any are as ask at avoid before both but by call can did do
    each even every few find first for from get go have he her here his hold how however i if in is it its keep
    lie lift many may more most my never next no not now of often on once one or other our people place please
    repeat rest see she should sit slowly so some sometimes stand start stay stop such symptoms take talk tell
    that the their then there these they this those to treatment try use usually walk we what when where which
    while who why with without you your
    """.split()  # noqa: SIM905  (a list of words reads better)
)
_STOP = re.compile(r"(?P<mark>[.!?]+|…)(?P<closers>[\"'”’)\]]*)(?P<gap>\s+|(?=[A-Z][a-z]{2,}\s)|$)")
_WINDOW = 80
_OPENERS = "\"'“‘([¿¡"
_ACRONYM = re.compile(r"^(?:[A-Za-z]\.)+[A-Za-z]$|^[A-Z]$")


def sentence_spans(text: str) -> list[tuple[int, int]]:
    """Return the half-open spans of the sentences of a paragraph, in order, without the space between them.

    Every character that is not white space is in exactly one span. Abbreviations, initials, decimals and closing
    quotes do not cut; a full stop glued to the next word does ("seconds.Repeat").

    >>> [text[a:b] for text in ["See Dr. Wu, C.S.C.S., at 2.5 km. Rest!"] for a, b in sentence_spans(text)]
    ['See Dr. Wu, C.S.C.S., at 2.5 km.', 'Rest!']
    """
    spans: list[tuple[int, int]] = []
    start = 0
    for match in _STOP.finditer(text):
        if _is_boundary(text, start, match):
            spans.append((start, match.end("closers")))
            start = match.end()
    if text[start:].strip():
        spans.append((start, len(text)))
    return [trimmed for a, b in spans if (trimmed := _trim(text, a, b))[0] < trimmed[1]]


def _is_boundary(text: str, start: int, match: re.Match[str]) -> bool:
    # Windows, so that a long text without sentence ends takes no longer per stop than a short one.
    following = text[match.end() : match.end() + _WINDOW].lstrip(_OPENERS)
    if not following:
        return True
    before = text[max(start, match.start() - _WINDOW) : match.start()]
    word = re.split(r"[\s(“\"‘\[/]", before)[-1]
    if not match["gap"]:
        return _is_glued_stop(word, match)
    first = following[0]
    if first.islower() or not (first.isalpha() or first.isdigit()):
        return not first.isalnum() and not first.islower() and match["mark"] != "…" and first in "•–—-*"
    if match["mark"] == "…" or match["mark"].startswith(".."):
        return first.isupper()
    if match["mark"] != ".":
        return True
    return _ends_sentence(word, following, is_first_word=before.strip() == word)


def _is_glued_stop(word: str, match: re.Match[str]) -> bool:
    """Return whether a stop without a space after it ends a sentence: a plain lower-case word, not an address."""
    return match["mark"] in {".", "!", "?"} and bool(re.fullmatch(r"[a-z’'-]{3,}", word)) and not word.startswith("www")


def _ends_sentence(word: str, following: str, *, is_first_word: bool) -> bool:
    bare = word.lower().strip("“\"'’(")
    next_word = re.split(r"[^\w’']", following, maxsplit=1)[0].lower()
    if is_first_word and re.fullmatch(r"\d{1,2}|[A-Za-z]", bare):
        return False
    if bare in _ALWAYS:
        # "No. 5" is a number, "no. Rest" is an answer.
        return bare in {"no", "min", "max", "al"} and not following[0].isdigit() and next_word in _STARTERS
    if bare in _SOMETIMES or _ACRONYM.match(word):
        # A single "I" ends a sentence as often as it is an initial; a starter decides.
        return next_word in _STARTERS
    return True


def _trim(text: str, start: int, end: int) -> tuple[int, int]:
    while start < end and text[start].isspace():
        start += 1
    while end > start and text[end - 1].isspace():
        end -= 1
    return start, end
