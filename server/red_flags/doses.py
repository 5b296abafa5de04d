"""Works out from the words whether paracetamol went over its daily limit (rules ME1 and ME2)."""

from __future__ import annotations

import re
from collections.abc import Sequence

from server.red_flags.clauses import Sentence
from server.red_flags.numbers import NUMBERS
from server.red_flags.phrases import Phrases, phrase_list

# "Tylenol separate, never more than 2 grams": what else is counted is no paracetamol.
_WITHIN = re.compile(
    r" (?:never|not|no) more than (?:the |what |it |[1-4] ?g |[1-4] grams? |(?:one|two|three|four) grams? |[1-8] )"
)
LIMIT_TABLETS = 8.0  # of 500 mg in 24 h: 4 g for an adult
_PLAIN = frozenset(
    [
        "paracetamol",
        "acetaminophen",
        "tylenol",
        "panadol",
        "calpol",
        "paras",
        "para",
        "parcetamol",
        "doliprane",
        "anadin",
    ]
)
_COMBINED = (
    "co codamol",
    "cocodamol",
    "co - codamol",
    "lemsip",
    "beechams",
    "night nurse",
    "day nurse",
    "zapain",
    "solpadeine",
    "solpadol",
    "nyquil",
    "dayquil",
    "vicodin",
    "percocet",
    "co dydramol",
    "tramacet",
    "migraleve",
    "excedrin",
    "cold and flu",
    "flu tablets",
    "flu remedy",
    "kapake",
    "cold capsules",
    "flu capsules",
    "cold tablets",
    "norco",
    "cold remedy",
    "flu sachets",
    "flu max",
    "cold & flu",
)
_PRODUCTS = Phrases(_COMBINED)
_NUM = r"(\d+(?:\.\d+)?|" + "|".join(NUMBERS) + r")"
_COUNT = re.compile(
    rf" {_NUM} (?:x |lots of |of |more |extra |whole |strong |times )*(?:500 ?mg |1 ?g |1000 ?mg |"
    rf"650 ?mg )?(?:the |my |those |paracetamol |tylenol |acetaminophen )*(?:tablets?|pills?|paracetamols?|"
    rf"tylenols?|acetaminophen|panadols?|capsules?|caplets?|paras|co codamols?|cocodamols?|of them|of these|"
    rf"today|500s|in total|altogether|in all)(?= )"
)
_COUNTED = re.compile(rf" counted (?:up |about )?{_NUM} (?:for|in|over|since|yesterday|today|so far) ")
_TWENTY = re.compile(r" (twenty|thirty|forty|fifty) (one|two|three|four|five|six|seven|eight|nine) ")
_EVERY = re.compile(
    rf" {_NUM} (?:tablets? |paracetamol |pills? |of them |at a time |together )*(?:every|"
    rf"each) (?:other )?{_NUM}? ?(?:or {_NUM} |to {_NUM} )?(hours?|hrs?|hourly)"
)
_TIMES = re.compile(
    rf" {_NUM} (?:tablets? |paracetamol |pills? |of them |at a time )*(?:, )?{_NUM} times (?:a|per|each|every|"
    rf"in a|in the) day"
)
_TIMES_WORD = re.compile(rf" {_NUM} times (?:a|per|each|in a|in the|today)")
_AT_TIME = re.compile(
    rf" {_NUM} (?:more |of them |tablets? |paracetamol )*(?:at|before|after|with) (?:about )?(?:\d+|noon|"
    rf"midnight|lunch(?:time)?|breakfast|bed(?:time)?|teatime|dinner|tea|night|eight|nine|ten|eleven|twelve|one|"
    rf"two|three|four|five|six|seven)(?= )"
)
_PLUS = re.compile(
    rf" (?:plus|then|also had|and then|also took|also|another|and) {_NUM} (?:more |extra )?(?:paracetamols?|"
    rf"lemsips?|co - codamols?|co codamols?|tablets?|panadols?|tylenols?|beechams|capsules?|sachets?)(?= )"
)
_GRAMS = re.compile(r" (\d+(?:\.\d+)?) ?(?:g|grams?|grammes?) ")
_MG = re.compile(r" (\d{4,5}) ?mg ")
_STRENGTH = re.compile(
    r" (325|500|650|665|1000) ?(?:mg|milligram)| (1) ?(?:g|gram|gramme)s? (?:tablets?|each|a time|paracetamol)"
)
_QUESTION = (
    "how many",
    "how much",
    "can i take",
    "is it safe to take",
    "what is the max",
    "maximum dose",
    "am i allowed",
    "should i take",
    "could i take",
    "ok to take",
    "okay to take",
    "safe to take",
    "when can i",
    "can you take",
    "can i have",
)
_DAYS = re.compile(
    rf" (?:for|past|last|these) (?:the )?(?:past |last )?{_NUM} (days|nights|weeks|week|month|months)|every day|"
    rf"each day|daily|a day|all week|this week|per day|for days|for weeks|all weekend|days running|days in a row|"
    rf" since (?:monday|tuesday|wednesday|thursday|friday|saturday|sunday|last week)"
)


# "Bought 32 paracetamol", "16 paracetamol in the drawer": a stock, unless they are inside somebody.
_STOCKED = re.compile(
    rf" (?:bought|buy|buying|ordered|picked up|order) (?:a box of |a pack of |boxes of |packs of )?{_NUM} (?:x |of )?"
    rf"(?:paracetamols?|tylenols?|panadols?|co codamols?|cocodamols?|tablets?|pills?) |"
    rf" {_NUM} (?:x |of )?(?:paracetamols?|tylenols?|panadols?|co codamols?|cocodamols?|tablets?|pills?) (?:left )?"
    rf"(?:lasts? |in the (?:press|cupboard|drawer|house|cabinet|box|packet|pack|handbag|car) )"
)
_INSIDE = phrase_list("doses", "inside")
_ELSE_COUNTED = frozenset(phrase_list("doses", "else_counted"))
_USUAL_TABLETS = 2.0
_BY_DAY = ("a day", "per day", "daily")
_AGAIN = frozenset(phrase_list("doses", "again"))
_TAKES = frozenset(phrase_list("doses", "takes"))


def paracetamol_excess(sentences: Sequence[Sentence]) -> tuple[float, float, int] | None:
    """Return (tablets of 500 mg above the limit in 24 h, days it went on, sentence number), None when not over.

    Two products that both hold paracetamol at usual doses count as far above the limit.
    Source: specification D17, rules ME1 and ME2.
    """
    where = next((n for n, s in enumerate(sentences) if _mentions(s)), None)
    if where is None:
        return None
    told = [s for s in sentences if _mentions(s) or _ELSE_COUNTED.isdisjoint(s.word_set) or _TAKES & s.word_set]
    text = " " + " . ".join(s.joined.strip() for s in told) + " "
    if _WITHIN.search(sentences[where].joined):
        return None
    if any(f" {q} " in text for q in _QUESTION) and not _has_taken(text):
        return None
    if _STOCKED.search(text) and not _has_taken(text) and not any(f" {w} " in text for w in _INSIDE):
        return None
    days = _days(text)
    total = _daily_tablets(text)
    doubled = _doubled(text)
    if doubled and (total is None or total <= LIMIT_TABLETS):
        total = LIMIT_TABLETS + 4
    said_over = _said_over(text)
    if said_over and (total is None or total <= LIMIT_TABLETS):
        total = LIMIT_TABLETS + 2
    if total is None or total <= LIMIT_TABLETS:
        return None
    return total - LIMIT_TABLETS, days, where


def _mentions(sentence: Sentence) -> bool:
    return not _PLAIN.isdisjoint(sentence.word_set) or sentence.first_of(_PRODUCTS) is not None


def _has_taken(text: str) -> bool:
    return any(
        f" {w} " in text
        for w in (
            "took",
            "taken",
            "have had",
            "had",
            "been taking",
            "swallowed",
            "been having",
            "ive had",
            "taking",
            "lost count",
            "in between",
        )
    )


def is_small_dose(sentence: Sentence) -> bool:
    """Return whether a sentence counts two tablets of paracetamol at most, or a day's eight: "took two paracetamol"."""
    if not _mentions(sentence) or not _AGAIN.isdisjoint(sentence.word_set) or _said_over(sentence.joined):
        return False
    told = _daily_tablets(sentence.joined)
    most = LIMIT_TABLETS if any(f" {day} " in sentence.joined for day in _BY_DAY) else _USUAL_TABLETS
    return told is not None and told <= most and not _doubled(sentence.joined)


def _number(word: str | None) -> float | None:
    if word is None:
        return None
    return float(NUMBERS[word]) if word in NUMBERS else float(word)


def _daily_tablets(text: str) -> float | None:
    strength = _strength(text)
    totals: list[float] = []
    for m in _TIMES.finditer(text):
        totals.append((_number(m.group(1)) or 0) * (_number(m.group(2)) or 0) * strength)
    for m in _EVERY.finditer(text):
        hours = _number(m.group(2)) or 1.0
        if hours:
            totals.append((_number(m.group(1)) or 0) * 24.0 / hours * strength * (0.75 if hours < 4 else 0.66))
    for m in _TWENTY.finditer(text):
        totals.append((NUMBERS[m.group(1)] + NUMBERS[m.group(2)]) * strength)
    totals += [(_number(m.group(1)) or 0) * strength for m in _COUNTED.finditer(text)]
    counts = [
        (_number(m.group(1)) or 0) * strength for m in _COUNT.finditer(text) if m.group(1) not in ("a", "an", "half")
    ]
    if counts:
        times = _TIMES_WORD.search(text)
        totals.append(max(counts) * ((_number(times.group(1)) or 1) if times and not totals else 1))
    timed = [_number(m.group(1)) or 0 for m in _AT_TIME.finditer(text)]
    if len(timed) >= 2:
        totals.append((sum(timed) + sum(_number(m.group(1)) or 0 for m in _PLUS.finditer(text))) * strength)
    for m in _GRAMS.finditer(text):
        if 1 < float(m.group(1)) <= 40:
            totals.append(float(m.group(1)) * 2)
    for m in _MG.finditer(text):
        totals.append(float(m.group(1)) / 500)
    return max(totals) if totals else None


def _strength(text: str) -> float:
    m = _STRENGTH.search(text)
    if m is None:
        return 1.0
    return 2.0 if m.group(2) else float(m.group(1)) / 500


def _doubled(text: str) -> bool:
    products = sum(f" {c} " in text for c in set(_COMBINED)) + bool(any(f" {p} " in text for p in _PLAIN))
    together = any(
        f" {w} " in text
        for w in ("as well", "on top", "together", "both", "plus", "and also", "alongside", "with", "and", "too")
    )
    full = any(
        f" {w} " in text
        for w in (
            "four times",
            "4 times",
            "full dose",
            "8 a day",
            "eight a day",
            "max dose",
            "maximum",
            "every four hours",
            "every 4 hours",
            "all day",
            "days",
            "round the clock",
            "regularly",
            "eight",
            "8",
            "6",
            "six",
            "didnt realise",
            "didnt know",
            "just realised",
            "contains",
            "both have",
            "both contain",
            "same thing",
            "has paracetamol in",
            "same stuff",
            "got paracetamol in",
            "paracetamol in",
        )
    )
    return products >= 2 and together and full


def _said_over(text: str) -> bool:
    return any(
        f" {w} " in text
        for w in (
            "more than it says",
            "more than the packet",
            "more than the box",
            "too many",
            "over the limit",
            "over the max",
            "over the maximum",
            "more than i should",
            "more than the limit",
            "above the limit",
            "an extra dose",
            "one too many",
            "more than eight",
            "more than 8",
            "double dose",
            "two extra",
            "one extra",
            "an extra two",
            "extra two",
            "exceeded",
            "gone over the",
        )
    )


def _days(text: str) -> float:
    m = _DAYS.search(text)
    if m is None:
        return 2.0 if " yesterday " in text and " today " in text else 1.0
    number, unit = m.group(1), m.group(2)
    if number is None:
        return 3.0
    return (_number(number) or 1) * (
        7.0 if unit and unit.startswith("week") else 30.0 if unit and unit.startswith("month") else 1.0
    )
