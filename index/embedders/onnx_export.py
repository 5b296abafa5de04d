"""Exports a sentence-transformers model to ONNX, in full precision and in int8, and proves that the export agrees.

The only module of this package that imports torch. It runs once a model, when an index is built.
"""

from __future__ import annotations

import logging
import shutil
import warnings
from pathlib import Path
from tempfile import mkdtemp
from typing import TYPE_CHECKING, Any

import numpy as np

from index.digests import file_sha256
from index.embedders.onnx_runtime import ONNX_FILES, TOKENIZER, ModelDescription, OnnxEmbedder
from index.errors import EmbedderUnavailable

if TYPE_CHECKING:
    from sentence_transformers import SentenceTransformer

    from index.embedders.sentence_transformer import ModelFolder

logger = logging.getLogger(__name__)

OPSET = 17
# The exported model must give the vectors sentence-transformers gives: only rounding may differ.
MIN_EXPORT_COSINE = 0.9999
PROOF_TEXTS = (
    "",
    "pain",
    "What is the most common cause of sciatica?",
    "Naïve café — ‘numbness’ 50 % ½ µg/ml",
    "Hüftschmerzen beim Gehen, was hilft?",
    "Keep moving as much as you can. " * 12,
)


def export(model: ModelFolder, folder: Path) -> None:
    """Write the exported model into `folder`, which appears whole or not at all.

    Raises:
        EmbedderUnavailable: if the model cannot be loaded, is no BERT-like model, or the export does not agree with it.
        OSError: if the folder cannot be written.
    """
    logger.info("exporting embedder=%s, once for these weights", model.embedder_id)
    folder.parent.mkdir(parents=True, exist_ok=True)
    unfinished = Path(mkdtemp(prefix=".exporting-", dir=folder.parent))
    try:
        original = _load(model)
        original.tokenizer.backend_tokenizer.save(str(unfinished / TOKENIZER))
        _write_fp32(model, original, unfinished / ONNX_FILES["fp32"])
        _write_int8(unfinished / ONNX_FILES["fp32"], unfinished / ONNX_FILES["int8"])
        _describe(model, original, unfinished)
        _prove(original, unfinished, model)
        shutil.rmtree(folder, ignore_errors=True)
        unfinished.chmod(0o755)
        unfinished.rename(folder)
    finally:
        shutil.rmtree(unfinished, ignore_errors=True)


def _load(model: ModelFolder) -> SentenceTransformer:
    from sentence_transformers import SentenceTransformer
    from transformers.utils import logging as transformers_logging

    transformers_logging.disable_progress_bar()  # type: ignore[no-untyped-call]  # untyped there
    try:
        # Eager attention: plain matrix products, which the exporter and the optimiser both know.
        return SentenceTransformer(str(model.path), device="cpu", model_kwargs={"attn_implementation": "eager"})
    except (OSError, ValueError, KeyError, RuntimeError, ImportError) as exc:
        raise EmbedderUnavailable(
            f"{model.path}: sentence-transformers cannot load this model ({exc}); check PLUMBLINE_EMBEDDER"
        ) from exc


def _transformer(original: SentenceTransformer) -> Any:
    return original[0].auto_model


def _describe(model: ModelFolder, original: SentenceTransformer, folder: Path) -> None:
    ModelDescription(
        embedder_id=model.embedder_id,
        weights_sha256=model.weights_sha256,
        dimension=int(_transformer(original).config.hidden_size),
        max_tokens=model.max_tokens,
        pooling=model.pooling,
        recipe=model.recipe,
        lower_case=model.lower_case,
        query_prompt=model.query_prompt,
        passage_prompt=model.passage_prompt,
        files={name: file_sha256(folder / name) for name in (TOKENIZER, *ONNX_FILES.values())},
    ).write(folder)


def _write_fp32(model: ModelFolder, original: SentenceTransformer, path: Path) -> None:
    import torch

    encoder = _transformer(original).eval()

    class Pooled(torch.nn.Module):
        """The encoder with its pooling; in: token ids and mask, out: unit vectors."""

        def __init__(self) -> None:
            super().__init__()
            self.encoder = encoder

        def forward(self, input_ids: torch.Tensor, attention_mask: torch.Tensor) -> torch.Tensor:
            states = self.encoder(input_ids=input_ids, attention_mask=attention_mask).last_hidden_state
            if model.pooling == "cls":
                return torch.nn.functional.normalize(states[:, 0], dim=1)
            mask = attention_mask.unsqueeze(-1).to(states.dtype)
            mean = (states * mask).sum(1) / mask.sum(1).clamp(min=1e-9)
            return torch.nn.functional.normalize(mean, dim=1)

    example = original.tokenizer(["A longer example of a text.", "Short."], padding=True, return_tensors="pt")
    axes = {0: "batch", 1: "tokens"}
    with warnings.catch_warnings(), torch.no_grad():
        # The tracing exporter warns about itself and about masks; `_prove` checks what it made.
        warnings.simplefilter("ignore")
        torch.onnx.export(
            Pooled(),
            (example["input_ids"], example["attention_mask"]),
            str(path),
            input_names=["input_ids", "attention_mask"],
            output_names=["vector"],
            dynamic_axes={"input_ids": axes, "attention_mask": axes, "vector": {0: "batch"}},
            opset_version=OPSET,
            dynamo=False,
        )
    _fuse(path, encoder.config)


def _fuse(path: Path, config: Any) -> None:
    """Replace the attention and normalisation layers by onnxruntime's fused ones, where it recognises them."""
    from onnxruntime.transformers import optimizer

    fused = optimizer.optimize_model(
        str(path),
        model_type="bert",
        num_heads=config.num_attention_heads,
        hidden_size=config.hidden_size,
        opt_level=0,
    )
    if fused.get_fused_operator_statistics().get("Attention"):
        fused.save_model_to_file(str(path))


def _write_int8(fp32: Path, path: Path) -> None:
    """Quantise weights channel by channel; embeddings stay in full precision, activations are scaled as they come."""
    import onnx
    from onnxruntime.quantization import QuantType, quantize_dynamic

    root_logger = logging.getLogger()
    level = root_logger.level
    root_logger.setLevel(logging.ERROR)  # it advises a pre-processing step that fused models cannot go through
    try:
        quantize_dynamic(
            str(fp32),
            str(path),
            per_channel=True,
            reduce_range=True,  # 7 bits: without VNNI, 8-bit products overflow their 16-bit sums
            weight_type=QuantType.QInt8,
            op_types_to_quantize=["MatMul", "Attention"],
            extra_options={"DefaultTensorType": onnx.TensorProto.FLOAT},
        )
    finally:
        root_logger.setLevel(level)


def _prove(original: SentenceTransformer, folder: Path, model: ModelFolder) -> None:
    exported = OnnxEmbedder(folder, model.name).embed_passages(PROOF_TEXTS)
    prompted = [model.passage_prompt + text for text in PROOF_TEXTS]
    expected = original.encode(prompted, prompt="", normalize_embeddings=True, show_progress_bar=False)
    cosines = np.sum(exported * np.asarray(expected, dtype=np.float32), axis=1)
    if not float(cosines.min()) >= MIN_EXPORT_COSINE:
        raise EmbedderUnavailable(
            f"{model.path}: expected the export to give the model's own vectors (cosine {MIN_EXPORT_COSINE} or more), "
            f"found {float(cosines.min()):.4f}; only BERT-like models with mean or cls pooling can be used"
        )
