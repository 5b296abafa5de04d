"""Keeps a loose wording from standing for a sign of bladder, bowels, sex or a leak that the message never names.

"It stops in the middle" or "in bed and I can't" say nothing alone; beside a word of peeing or of sex they do.
"""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path

from server.red_flags.clauses import Message
from server.red_flags.phrases import Phrases, Wording, phrases

ANCHORS = Path(__file__).parent / "data" / "anchors.toml"


def _named(name: str, table: str = "anchors") -> Phrases:
    return phrases(table, name, ANCHORS)


_BLADDER = _named("bladder")
_ANCHORS: Mapping[str, Phrases] = {
    "pee_retention": _BLADDER,
    "pee_leak": _BLADDER,
    "pee_unaware": _BLADDER,
    "bowel_loss": _named("bowels"),
    "sexual_loss": _named("sex"),
    "csf_leak": _named("leak"),
}
_FELT: Mapping[str, Phrases] = {name: _named(name, "proposals") for name in ("chest_pain", "saddle_numb")}


def is_unfelt(feature: str, clause: Wording) -> bool:
    """Return whether `clause` names the place that `feature` is a sign of, but nothing that is felt there.

    Args:
        feature: id from `data/lexicon`; one that needs no such word is never unfelt.
        clause: the sentence in which the learned reader proposes the feature.
    """
    needed = _FELT.get(feature)
    return needed is not None and clause.first_of(needed) is None


def is_unnamed(feature: str, message: Message) -> bool:
    """Return whether no sentence of `message` has a word of the organ that `feature` is a sign of.

    Args:
        feature: id from `data/lexicon`; one that needs no such word is never unnamed.
        message: all sentences of the message.
    """
    needed = _ANCHORS.get(feature)
    return needed is not None and not message.has_any_of(needed)
