"""ClauseReader: a small learned reader that proposes features for wordings that no phrase covers.

It is optional. The rules work without it; a fault in it is logged without text and changes nothing else.
"""

from __future__ import annotations

import hashlib
import json
import logging
from collections.abc import Sequence
from pathlib import Path
from typing import Any, Protocol

import numpy as np
from numpy.typing import NDArray

logger = logging.getLogger(__name__)

MODEL = Path(__file__).parent / "model"

Proposal = tuple[str, str, float]  # feature id, status, probability in [0, 1]


class ClauseReader(Protocol):
    """Reads clauses and proposes features; it never decides a level."""

    def read(self, clauses: Sequence[str]) -> list[list[Proposal]]:
        """Return, for each clause in order, the features it may show: (feature, status, probability)."""
        ...


class LearnedReader:
    """The fine-tuned encoder on onnxruntime; see model/README.md for what it was trained on and how well it reads."""

    def __init__(self, folder: Path = MODEL) -> None:
        """Open the model.

        Raises:
            OSError, ValueError: if a file is missing or is not the one that reader.json names.
        """
        import onnxruntime
        from tokenizers import Tokenizer

        about = json.loads((folder / "reader.json").read_text(encoding="utf-8"))
        for name, digest in about["files"].items():
            if hashlib.sha256((folder / name).read_bytes()).hexdigest() != digest:
                raise ValueError(
                    f"{folder / name}: expected the file reader.json names; run `python -m evals.train_reader`"
                )
        self._features: list[str] = about["features"]
        self._statuses: list[str] = about["statuses"]
        self._limits = np.array([about["thresholds"][feature] for feature in self._features], np.float32)
        self._tokenizer: Any = Tokenizer.from_file(str(folder / "tokenizer.json"))
        self._tokenizer.enable_truncation(about["max_tokens"])
        self._tokenizer.enable_padding()
        options = onnxruntime.SessionOptions()
        options.intra_op_num_threads = 1  # two requests side by side beat one on two threads
        self._session: Any = onnxruntime.InferenceSession(str(folder / "model.onnx"), options)

    def read(self, clauses: Sequence[str]) -> list[list[Proposal]]:
        """Return, for each clause in order, the features above their thresholds; empty for no clauses."""
        if not clauses:
            return []
        features, statuses = self._run(clauses)
        count = len(self._features)
        return [
            self._proposals(row[:count], row[count:], status) for row, status in zip(features, statuses, strict=True)
        ]

    def _run(self, clauses: Sequence[str]) -> tuple[NDArray[np.float32], NDArray[np.float32]]:
        encoded = self._tokenizer.encode_batch(list(clauses))
        ids = np.array([item.ids for item in encoded], np.int64)
        mask = np.array([item.attention_mask for item in encoded], np.int64)
        features, statuses = self._session.run(None, {"input_ids": ids, "attention_mask": mask})
        return 1 / (1 + np.exp(-features)), statuses

    def _proposals(
        self, present: NDArray[np.float32], otherwise: NDArray[np.float32], statuses: NDArray[np.float32]
    ) -> list[Proposal]:
        found = [(self._features[n], "present", float(present[n])) for n in np.flatnonzero(present >= self._limits)]
        taken = {feature for feature, _, _ in found}
        other = self._statuses[1 + int(np.argmax(statuses[1:]))]
        found += [
            (self._features[n], other, float(otherwise[n]))
            for n in np.flatnonzero(otherwise >= self._limits)
            if self._features[n] not in taken
        ]
        return found


def load_reader(folder: Path = MODEL) -> ClauseReader | None:
    """Return the learned reader, or None (and say so in the log) when its model is missing or broken."""
    try:
        return LearnedReader(folder)
    except (OSError, ValueError, KeyError, ImportError, RuntimeError) as exc:
        logger.warning("the learned reader is off (%s); the rules go on without it", type(exc).__name__)
        return None
