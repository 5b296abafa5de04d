"""Errors of the evals package.

EvalsError
├── DatasetInvalid   a corpus, queries, qrels or questions file does not hold what it should; names file and line
├── RunInvalid       a TREC run file or a report to compare cannot be read; names file and line
└── NothingInstalled the installed library, or data a suite needs, is not there
"""

from __future__ import annotations


class EvalsError(Exception):
    """Base of every error the evals raise on purpose; its text names the repair."""


class DatasetInvalid(EvalsError):
    """Evaluation data is not laid out as expected; the text names file and line."""


class RunInvalid(EvalsError):
    """A run or report file does not hold what it should; the text names file and line."""


class NothingInstalled(EvalsError):
    """There is no index, or no data, to evaluate on."""
