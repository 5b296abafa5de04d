"""OnnxEmbedder: runs an exported model on onnxruntime and tokenizers; torch is not needed and not imported."""

from __future__ import annotations

import json
import os
import threading
from collections import OrderedDict
from collections.abc import Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np

from index.digests import file_sha256, text_digest
from index.embedders import Agreement, EmbedderRecord, Precision, Vectors
from index.errors import EmbedderUnavailable

if TYPE_CHECKING:
    from tokenizers import Tokenizer

DESCRIPTION = "model.json"
TOKENIZER = "tokenizer.json"
ONNX_FILES: dict[Precision, str] = {"fp32": "fp32.onnx", "int8": "int8.onnx"}

# int8 is used for queries when it agrees with fp32 at least this well on the passages at hand. Measured on
# all-MiniLM-L6-v2: cosine about 0.993, overlap 0.92 to 0.96, ranking quality unchanged within noise; a careless
# quantisation (whole tensors instead of channels) gives 0.95 to 0.965 and 0.72 to 0.76, and is what this refuses.
MIN_COSINE_MEAN = 0.985
MIN_TOP10_OVERLAP = 0.85

RECENT_QUERIES = 128


@dataclass(frozen=True, slots=True)
class ModelDescription:
    """What an export leaves beside its ONNX files; `files` maps each name to its sha256."""

    embedder_id: str
    weights_sha256: str
    dimension: int
    max_tokens: int
    pooling: str
    recipe: str
    lower_case: bool
    query_prompt: str
    passage_prompt: str
    files: dict[str, str]

    def write(self, folder: Path) -> None:
        """Write the description into the folder of the export."""
        (folder / DESCRIPTION).write_text(json.dumps(asdict(self), indent=2), encoding="utf-8")


class _RecentVectors:
    """The vectors of the last queries, by the digest of their words: what a person wrote is not kept."""

    def __init__(self, size: int = RECENT_QUERIES) -> None:
        self._size = size
        self._vectors: OrderedDict[bytes, Vectors] = OrderedDict()
        self._lock = threading.Lock()

    def get(self, text: str) -> Vectors | None:
        with self._lock:
            return self._vectors.get(text_digest(text))

    def keep(self, text: str, vector: Vectors) -> Vectors:
        with self._lock:
            self._vectors[text_digest(text)] = vector
            while len(self._vectors) > self._size:
                self._vectors.popitem(last=False)
        return vector


class OnnxEmbedder:
    """An exported sentence-transformers model. Thread-safe: sessions are opened once and shared.

    Texts are run one at a time, on one thread each, and several side by side: nothing is padded, and a vector does
    not depend on its neighbours (with dynamic int8 it would, since activations share a scale over the batch).
    """

    def __init__(
        self, folder: Path, name: str, *, query_precision: Precision = "int8", workers: int | None = None
    ) -> None:
        """Open the export in `folder`; ONNX files are checked and loaded on first use.

        Args:
            folder: made by `index.embedders.onnx_export`.
            name: the setting it was chosen by.
            query_precision: which of the two files embeds queries; passages always use fp32.
            workers: texts run side by side when many are given; default: the number of cores.

        Raises:
            EmbedderUnavailable: if the folder is incomplete or the tokenizer was altered.
        """
        self._folder = folder
        self._name = name
        self._query_precision: Precision = query_precision
        self._workers = workers or len(os.sched_getaffinity(0))
        self.description = read_description(folder)
        self._tokenizer = self._load_tokenizer()
        empty = self._tokenizer.encode("").ids
        self._prefix, self._suffix = empty[:1], empty[1:]
        self._sessions: dict[Precision, Any] = {}
        self._opening = threading.Lock()
        self._recent = _RecentVectors()
        self._pool = ThreadPoolExecutor(self._workers, "embed")  # its threads start when they are first needed

    @property
    def record(self) -> EmbedderRecord:
        """Return what the manifest keeps."""
        about = self.description
        return EmbedderRecord(
            kind="sentence-transformer",
            name=self._name,
            embedder_id=about.embedder_id,
            weights_sha256=about.weights_sha256,
            dimension=about.dimension,
            max_tokens=about.max_tokens,
            pooling=about.pooling,
            recipe=about.recipe,
            model_folder=self._folder.name,
            query_precision=self._query_precision,
        )

    @property
    def embedder_id(self) -> str:
        """Return the name of the model."""
        return self.description.embedder_id

    @property
    def weights_sha256(self) -> str:
        """Return the hash of the weights the export was made from, in hex."""
        return self.description.weights_sha256

    @property
    def dimension(self) -> int:
        """Return the length of a vector."""
        return self.description.dimension

    @property
    def max_tokens(self) -> int:
        """Return the longest input of the model, special tokens included."""
        return self.description.max_tokens

    def embed_passages(self, texts: Sequence[str]) -> Vectors:
        """Return one unit vector a text, in full precision."""
        return self._embed([self.description.passage_prompt + text for text in texts], "fp32")

    def embed_queries(self, texts: Sequence[str]) -> Vectors:
        """Return one unit vector a query, in the precision chosen when the index was built.

        Of one reply, the red-flag reader and the search often ask for the same words: the second time costs nothing.
        """
        known = [self._recent.get(text) for text in texts]
        missing = [text for text, vector in zip(texts, known, strict=True) if vector is None]
        prompted = [self.description.query_prompt + text for text in missing]
        fresh = iter(self._embed(prompted, self._query_precision) if missing else ())
        vectors = np.empty((len(texts), self.dimension), dtype=np.float32)
        for row, (text, vector) in enumerate(zip(texts, known, strict=True)):
            vectors[row] = self._recent.keep(text, next(fresh)) if vector is None else vector
        return vectors

    def count_tokens(self, text: str) -> int:
        """Return the tokens of a passage, special tokens and prompt included."""
        return len(self._token_ids(self.description.passage_prompt + text)) + len(self._prefix) + len(self._suffix)

    def measure_agreement(self, queries: Sequence[str], vectors: Vectors) -> Agreement | None:
        """Return how int8 query vectors agree with fp32 ones: their cosine, the overlap of the ten best passages."""
        if not queries or not len(vectors):
            return None
        prompted = [self.description.query_prompt + text for text in queries]
        exact, fast = self._embed(prompted, "fp32"), self._embed(prompted, "int8")
        cosines = np.sum(exact * fast, axis=1)
        depth = min(10, len(vectors))
        overlaps = [
            len(set(_best(vectors, one, depth)) & set(_best(vectors, other, depth))) / depth
            for one, other in zip(exact, fast, strict=True)
        ]
        mean, overlap = float(cosines.mean()), float(np.mean(overlaps))
        chosen: Precision = "int8" if mean >= MIN_COSINE_MEAN and overlap >= MIN_TOP10_OVERLAP else "fp32"
        return Agreement(len(queries), mean, float(cosines.min()), overlap, chosen)

    def _embed(self, texts: Sequence[str], precision: Precision) -> Vectors:
        session = self._session(precision)
        vectors = np.empty((len(texts), self.dimension), dtype=np.float32)

        def embed_row(row: int) -> None:
            vectors[row] = self._embed_one(session, texts[row])

        if len(texts) < 2 or self._workers < 2:
            for row in range(len(texts)):
                embed_row(row)
        else:
            list(self._pool.map(embed_row, range(len(texts))))
        return vectors

    def _embed_one(self, session: Any, text: str) -> Vectors:
        tokens = self._token_ids(text)
        room = self.max_tokens - len(self._prefix) - len(self._suffix)
        if len(tokens) <= room:
            return self._run(session, tokens)
        windows = np.array_split(np.array(tokens), -(-len(tokens) // room))
        total = np.sum([len(window) * self._run(session, window.tolist()) for window in windows], axis=0)
        return np.asarray(total / np.linalg.norm(total), dtype=np.float32)

    def _run(self, session: Any, tokens: list[int]) -> Vectors:
        ids = np.array([[*self._prefix, *tokens, *self._suffix]], dtype=np.int64)
        (vector,) = session.run(None, {"input_ids": ids, "attention_mask": np.ones_like(ids)})
        return np.asarray(vector[0], dtype=np.float32)

    def _token_ids(self, text: str) -> list[int]:
        # A lone surrogate is a legal Python character but no Unicode text; tokenizers refuses it.
        clean = text.encode("utf-8", "replace").decode("utf-8")
        if self.description.lower_case:
            clean = clean.lower()
        return list(self._tokenizer.encode(clean, add_special_tokens=False).ids)

    def _load_tokenizer(self) -> Tokenizer:
        from tokenizers import Tokenizer

        self._check(TOKENIZER)
        tokenizer = Tokenizer.from_file(str(self._folder / TOKENIZER))
        tokenizer.no_truncation()
        tokenizer.no_padding()
        return tokenizer

    def _session(self, precision: Precision) -> Any:
        with self._opening:
            if precision not in self._sessions:
                self._sessions[precision] = self._open_session(ONNX_FILES[precision])
            return self._sessions[precision]

    def _open_session(self, name: str) -> Any:
        import onnxruntime

        self._check(name)
        options = onnxruntime.SessionOptions()
        options.intra_op_num_threads = 1
        options.inter_op_num_threads = 1
        options.log_severity_level = 3
        return onnxruntime.InferenceSession(str(self._folder / name), options, providers=["CPUExecutionProvider"])

    def _check(self, name: str) -> None:
        path = self._folder / name
        if not path.is_file() or file_sha256(path) != self.description.files.get(name):
            raise EmbedderUnavailable(
                f"{path}: the exported model is missing or altered; run `python -m index build` to export it again"
            )


def read_description(folder: Path) -> ModelDescription:
    """Return the description of an export.

    Raises:
        EmbedderUnavailable: if it is missing or not readable.
    """
    try:
        return ModelDescription(**json.loads((folder / DESCRIPTION).read_text(encoding="utf-8")))
    except (OSError, ValueError, TypeError) as exc:
        raise EmbedderUnavailable(
            f"{folder / DESCRIPTION}: expected an exported model, found {exc}; run `python -m index build`"
        ) from exc


def is_whole(folder: Path) -> bool:
    """Return whether every file of an export is there and unaltered."""
    try:
        files = read_description(folder).files
        return all(file_sha256(folder / name) == digest for name, digest in files.items())
    except (EmbedderUnavailable, OSError):
        return False


def _best(vectors: Vectors, query: Vectors, depth: int) -> list[int]:
    scores = vectors @ query
    return [int(row) for row in np.argpartition(-scores, depth - 1)[:depth]]
