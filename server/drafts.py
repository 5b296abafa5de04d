"""DraftPart: what an answer writer hands to the citation step. A value only, so that neither step imports the other."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

PartKind = Literal["lead_in", "excerpt", "steps", "sentence", "note"]


@dataclass(frozen=True, slots=True)
class DraftPart:
    """One piece of a draft answer.

    kind: `lead_in` and `note` are our own words and carry no citation; `excerpt` and `steps` are verbatim words of
    the passage; `sentence` is written by a language model and must be supported by the passages it names.
    ranks: the ranks (from 1) of the hits the words come from; empty for our own words.
    span: for verbatim parts, the half-open span in the passage's *document* text.
    spans: for a model's sentence, the span that supports it in the document of each hit, in the order of `ranks`.
    replaces_all: the answer so far is withdrawn and this part starts it anew.
    """

    kind: PartKind
    text: str
    ranks: tuple[int, ...] = ()
    span: tuple[int, int] | None = None
    spans: tuple[tuple[int, int], ...] = ()
    replaces_all: bool = False
