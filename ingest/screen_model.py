"""The learned part of screening: how likely a paragraph is advice, or each kind of what is not, by words and layout.

A multinomial logistic regression over stemmed words, shapes (a name, a date, a price, an address, a qualification),
layout (length, share of capitals, who is spoken of) and what the cues of `screen_cues` weigh. The weights are fitted by
`python -m evals.train_screen` and kept in `data/screen-weights.tsv`, one line for each feature. A word must have been
met in training to count: what is new says nothing either way.
"""

from __future__ import annotations

import csv
import math
import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from functools import cache
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from ingest.screen_cues import ADVICE, CONTACT, cue_scores, short_line_reason

WEIGHTS = Path(__file__).parent / "data" / "screen-weights.tsv"
KEPT = "advice"
BIAS = "(bias)"

# How far each family of features is scaled before fitting: the penalty then falls on them alike.
_WORD_SCALE = 3.0
_CUE_SCALE = 2.0
_MOST_CUE_WEIGHT = 4.0
_MOST_ADVICE_WORDS = 6
_MOST_LINE_WORDS = 30

_TOKEN = re.compile(
    r"(?P<address>https?://\S+|www\.\S+|[\w.+-]+@[\w.-]+|\b[\w-]+\.(?:com|org|net|uk|ie|nz|au|example)\b\S*)"
    r"|(?P<money>[£$€] ?\d[\d,.]*)"
    r"|(?P<year>\b(?:19|20)\d\d\b)"
    r"|(?P<number>\d[\d,.:/]*)"
    r"|(?P<qualification>\b(?:B\.?Sc|M\.?Sc|Ph\.?D|MBBS|MBChB|FRCS|FRCP|MRCGP|MRCP|MCSP|MISCP|HCPC|DPT|PT|MD|DO|DC|OCS"
    r"|CSCS|RN|NP|PA-C|BA|MA|MPH|DNP|OTR|OT|ATC|CPT|MPT|BHSc|BPhty)\b)"
    r"|(?P<word>[^\W\d_]+(?:['’][^\W\d_]+)?)"
    r"|(?P<mark>[|>»→·•©®™★†*;?!&@#%/=+])"
)
# What may stand between two words where a capital letter means no more than a new sentence.
_NEW_SENTENCE = re.compile(r"[.!?…][\"”’)\]]*\s|\n|[:•–—-]\s")
_SUFFIX = re.compile(r"(?:ations?|ments?|ings?|edly|ed|es|s|ly|ers?|ies|ied|y|e)$")
_SHORTEST_STEMMED = 5
_SHORTEST_STEM = 3
_MONTHS = frozenset(
    """
    jan feb mar apr jun jul aug sep sept oct nov dec january february march april may june july august september
    october november december
    """.split()  # noqa: SIM905  (a list of words reads better)
)
_DAYS = frozenset(
    """
    mon tue tues wed thu thur thurs fri sat sun monday tuesday wednesday thursday friday saturday sunday weekday
    mondays tuesdays wednesdays thursdays fridays saturdays sundays weekdays
    """.split()  # noqa: SIM905  (a list of words reads better)
)
_STOPS = (".", "!", "?", ":", ";", ".”", '."', ".)")
_PERSONS = {
    "you": re.compile(r"\byou(?:r|rs|['’]\w+)?\b", re.IGNORECASE),
    "we": re.compile(r"\b(?:we|our|ours|us)(?:['’]\w+)?\b", re.IGNORECASE),
    "they": re.compile(r"\b(?:he|she|his|her)(?:['’]\w+)?\b", re.IGNORECASE),
    "i": re.compile(r"\b(?:I|[Mm]y|[Mm]e)(?:['’]\w+)?\b"),
}
# What somebody tells of their own trouble is no biography.
_EXPERIENCE = re.compile(
    r"\bmy (?:own )?(?:\w+ )?(?:back|hips?|legs?|pain|sciatica|knees?|operation|surgery|discs?)\b"
    r"|\b(?:helped|works? for|worked for) me\b"
    r"|\bI(?: have|[’']ve)? had (?:\w+ )?(?:sciatica|surgery|pain|back pain|trouble)\b",
    re.IGNORECASE,
)

Weights = NDArray[np.float64]  # (features, classes)


def tokens(text: str) -> list[str]:
    """Return the stemmed words and shapes of a text in order; a name also gives its own word, as names may recur.

    >>> tokens("Book with Dr Amy Poe, MSc, from £40.")
    ['book', 'with', '<name>', 'dr', '<name>', 'amy', '<name>', 'poe', '<qualification>', 'from', '<money>']
    """
    found: list[str] = []
    end = 0
    for match in _TOKEN.finditer(text):
        kind, token = str(match.lastgroup), match[0]
        begins = end == 0 or _NEW_SENTENCE.search(text, end, match.start()) is not None
        end = match.end()
        if kind == "word":
            found.extend(_word(token, begins=begins))
        else:
            found.append(token if kind == "mark" else f"<{kind}>")
    return found


def features(text: str) -> dict[str, float]:
    """Return the features of a paragraph that are not 0, by name.

    Words are `w:` (each once; all together of the length 3, so that long paragraphs do not outweigh short ones),
    layout is `l:`, cues are `c:`, the pattern of a short line is `s:`.
    """
    words = frozenset(tokens(text))
    weight = _WORD_SCALE / math.sqrt(len(words)) if words else 0.0
    found = {f"w:{word}": weight for word in words}
    found.update((f"l:{name}", value) for name, value in _layout(text).items() if value)
    for reason, score in cue_scores(text).items():
        found[f"c:{reason}"] = _CUE_SCALE * min(score, _MOST_CUE_WEIGHT) / _MOST_CUE_WEIGHT
    line = short_line_reason(text, advises=False) if len(text.split()) <= _MOST_LINE_WORDS else None
    if line is not None:
        found[f"s:{line}"] = 1.0
    return found


def has_cue(found: Iterable[str]) -> bool:
    """Return whether a hand-written cue or the pattern of a short line is among the features."""
    return any(name.startswith(("c:", "s:")) for name in found)


@dataclass(frozen=True, slots=True)
class ScreenModel:
    """The fitted weights: `rows` names the line of a feature, `weights` is (features, classes), `bias` (classes,)."""

    classes: tuple[str, ...]
    rows: Mapping[str, int]
    weights: Weights
    bias: Weights

    def probabilities(self, found: Mapping[str, float]) -> dict[str, float]:
        """Return how likely each class is by the features of a text, `advice` and the reasons; they add up to 1."""
        known = [(self.rows[name], value) for name, value in found.items() if name in self.rows]
        scores = self.bias
        if known:
            numbers, values = zip(*known, strict=True)
            scores = scores + np.array(values) @ self.weights[list(numbers)]
        raised = np.exp(scores - scores.max())
        return dict(zip(self.classes, (raised / raised.sum()).tolist(), strict=True))

    def share_known(self, text: str) -> float:
        """Return the share of words and shapes that training has met, names apart; 1 where there are none."""
        found = tokens(text)
        others = [word for before, word in zip(["", *found], found, strict=False) if "<name>" not in (before, word)]
        return sum(f"w:{word}" in self.rows for word in others) / len(others) if others else 1.0


def write_weights(path: Path, classes: Iterable[str], names: Iterable[str], weights: Weights, bias: Weights) -> None:
    """Write weights as a table, rounded to three places: a feature a line, sorted; the bias first."""
    with path.open("w", encoding="utf-8", newline="") as file:
        table = csv.writer(file, delimiter="\t", lineterminator="\n", quoting=csv.QUOTE_NONE, quotechar=None)
        table.writerow(("feature", *classes))
        for name, row in [(BIAS, bias), *sorted(zip(names, weights, strict=True), key=lambda pair: pair[0])]:
            table.writerow((name, *(f"{value:.3g}" for value in np.round(row, 3))))


def read_weights(path: Path = WEIGHTS) -> ScreenModel:
    """Return the model kept in a table of weights.

    Raises:
        ValueError: if the table does not begin with its classes and the bias.
    """
    header, *lines = (line.split("\t") for line in path.read_text(encoding="utf-8").splitlines())
    if header[0] != "feature" or KEPT not in header or not lines or lines[0][0] != BIAS:
        raise ValueError(f"{path}: expected a header with {KEPT!r} and a first line {BIAS!r}, found {header[:3]}")
    values = np.array([line[1:] for line in lines], dtype=np.float64)
    rows = {line[0]: number for number, line in enumerate(lines[1:])}
    return ScreenModel(tuple(header[1:]), rows, values[1:], values[0])


@cache
def load_model() -> ScreenModel:
    """Return the bundled model, read once."""
    return read_weights()


def _word(token: str, *, begins: bool) -> tuple[str, ...]:
    folded = token.lower().replace("’", "'")
    is_capital = token[0].isupper()
    if folded in _DAYS and (is_capital or len(folded) > _SHORTEST_STEMMED):
        return ("<day>",)
    if folded in _MONTHS and is_capital and not begins:
        return ("<month>",)
    if not is_capital or begins or folded.split("'")[0] == "i":
        return (_stem(folded),)
    shape = "<capitals>" if token.isupper() and len(token) > 1 else "<name>"
    return (shape, _stem(folded))


def _stem(word: str) -> str:
    if len(word) < _SHORTEST_STEMMED:
        return word
    stem = _SUFFIX.sub("", word)
    return stem if len(stem) >= _SHORTEST_STEM else word


def _layout(text: str) -> dict[str, float]:
    words = text.split()
    initials = [word[0] for word in words if word[0].isalpha()]
    stripped = text.rstrip()
    advising = {match[0].casefold() for match in ADVICE.finditer(text)}
    found: dict[str, float] = {f"at most {most} words": len(words) <= most for most in (4, 8, 15)} | {
        "over 40 words": len(words) > 40,
        "no stop": not stripped.endswith(_STOPS),
        "exclamation": stripped.endswith("!"),
        "question": stripped.endswith("?"),
        "capitals": sum(initial.isupper() for initial in initials) / max(len(initials), 1),
        "digits": min(1.0, 5 * sum(char.isdigit() for char in text) / max(len(text), 1)),
        "separators": min(1.0, sum(char in "|>»→·•/" for char in text) / 5),
        "contact": min(len({match[0] for match in CONTACT.finditer(text)}), 3) / 3,
        "experience": _EXPERIENCE.search(text) is not None,
        "advice": min(len(advising), _MOST_ADVICE_WORDS) / _MOST_ADVICE_WORDS,
        "no advice": not advising,
    }
    for person, pattern in _PERSONS.items():
        found[person] = min(1.0, 5 * len(pattern.findall(text)) / max(len(words), 8))
    return {name: float(value) for name, value in found.items()}
