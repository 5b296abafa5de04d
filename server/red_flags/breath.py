"""Tells breath that comes and goes, with oxygen measured and normal, from breath that is short now (B2, D19)."""

from __future__ import annotations

import re
from dataclasses import replace

from server.red_flags.clauses import Message, Sentence
from server.red_flags.facts import Fact, Status
from server.red_flags.phrases import Wording, phrases

NORMAL_OXYGEN = 95.0  # per cent of saturation, from which a reading is normal
_GAUGE = r"(?:oxygen|o 2|spo 2|sats?|saturations?|oximeter)"  # "SpO2" is read as a word and a number
_READING = re.compile(
    rf" (?:{_GAUGE} (?:[a-z]+ ){{0,6}}(\d{{2,3}}) |(\d{{2,3}}) (?:(?:%|percent|per|cent|on|my|the) ){{0,3}}{_GAUGE} )"
)
_SAID_NORMAL = re.compile(
    rf" {_GAUGE} (?:[a-z]+ ){{0,4}}(?:normal|fine|good|ok|okay|perfect) | (?:normal|good|perfect) {_GAUGE} "
)
_DENIED = re.compile(r" (?:not|isnt|arent|never|abnormal|without) ")
_RECURS = phrases("breath", "recurs")
_NOW = phrases("breath", "now")
_NOT_NOW = re.compile(r" (?:every )?now and (?:then|again) ")


def settle_breath(message: Message, groups: list[list[Fact]]) -> None:
    """Give the measured saturation (%) as value to breathlessness that recurs and is not told as happening now."""
    if not any(f.feature == "breathless" for group in groups for f in group):
        return
    oxygen = [value for sentence in message if (value := _oxygen(sentence)) is not None]
    if not oxygen or min(oxygen) < NORMAL_OXYGEN:
        return
    said = Wording(tuple(_NOT_NOW.sub(" often ", message.wording.joined).split()))
    if said.first_of(_NOW) or not said.first_of(_RECURS):
        return
    for group in groups:
        group[:] = [
            replace(f, value=min(oxygen)) if f.feature == "breathless" and f.status is Status.PRESENT else f
            for f in group
        ]


def _oxygen(sentence: Sentence) -> float | None:
    """Return the lowest saturation that a sentence names, in per cent; the least normal one for "my sats are fine"."""
    values = [v for a, b in _READING.findall(sentence.joined) if 50 <= (v := float(a or b)) <= 100]
    if values:
        return min(values)
    said = _SAID_NORMAL.search(sentence.joined)
    return NORMAL_OXYGEN if said and not _DENIED.search(said.group(0)) else None
