"""What tests need when the index was built with hashed words instead of a language model."""

from __future__ import annotations

from dataclasses import replace

from server.bootstrap import Services
from server.evidence import DATA, CalibratedJudge
from server.logistic import load_model


def with_cutoff_for_hashing(built: Services) -> Services:
    """Return services whose judge expects the low cosines of hashed words.

    The cut-off is fitted for the default model. With hashed words, questions the small library answers reach 0.11 and
    more; the capital of France and the like stay below 0.01.
    """
    model = replace(load_model(DATA), cutoff=0.05)
    judge = CalibratedJudge(lambda: built.retriever.vocabulary, model)
    return replace(built, assistant=replace(built.assistant, judge=judge))
