"""Train the learned clause reader of the red-flag check from the hand-written text in server/red_flags/training/.

Run as ``python -m evals.train_reader`` (minutes on two cores). It fine-tunes the project's own 22 M encoder, exports it
to int8 ONNX and writes ``server/red_flags/model/`` with a model card. ``--compare`` also fits the peers it is measured
against: character and word n-grams, and sentence vectors of the frozen encoder, each with logistic regression, all
tested on the same personas, none of which was seen in training.
"""

from __future__ import annotations

import argparse
import json
import random
import shutil
import sys
import time
import warnings
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from evals.stats import wilson_interval
from index.digests import file_sha256
from index.embedders.sentence_transformer import read_model_folder

ROOT = Path(__file__).parents[1]
TRAINING = ROOT / "server" / "red_flags" / "training"
MODEL = ROOT / "server" / "red_flags" / "model"
STATUSES = ("present", "denied", "past", "other", "hypothetical")
SEED = 20261123
MAX_TOKENS = 64
BATCH = 32
TEST_SHARE = 0.2
# A feature is proposed at the lowest probability whose proposals are right this often on unseen personas.
WANTED_PRECISION = 0.9
FLOOR, CEILING = 0.3, 0.95

Matrix = NDArray[np.float32]


@dataclass(frozen=True)
class Clause:
    """One labelled clause: features with the status they have in it, and the batch it was written in."""

    text: str
    labels: tuple[tuple[str, str], ...]
    group: str


def read_training(folder: Path = TRAINING) -> list[Clause]:
    """Return every clause of the training files.

    Raises:
        ValueError: if a line is not a labelled clause; names file and line.
    """
    clauses = []
    for path in sorted(folder.glob("*.jsonl")):
        for number, line in enumerate(path.read_text(encoding="utf-8").splitlines(), 1):
            row = json.loads(line)
            labels = tuple((str(feature), str(status)) for feature, status in row["labels"])
            if not row["text"].strip() or any(status not in STATUSES for _, status in labels):
                raise ValueError(
                    f"{path}, line {number}: expected a text and statuses of {STATUSES}, found {line[:80]}"
                )
            clauses.append(Clause(row["text"], labels, row["group"]))
    return clauses


def split_by_group(clauses: Sequence[Clause], share: float = TEST_SHARE) -> tuple[list[Clause], list[Clause]]:
    """Return training and test clauses such that no batch of one author's persona is in both."""
    groups = sorted({clause.group for clause in clauses})
    random.Random(SEED).shuffle(groups)
    test, size = set(), 0
    for group in groups:
        if size >= share * len(clauses):
            break
        test.add(group)
        size += sum(clause.group == group for clause in clauses)
    return [c for c in clauses if c.group not in test], [c for c in clauses if c.group in test]


def targets(clauses: Sequence[Clause], features: Sequence[str]) -> tuple[Matrix, Matrix]:
    """Return (n, features) present and (n, features) mentioned otherwise, both 0 or 1."""
    column = {feature: number for number, feature in enumerate(features)}
    present = np.zeros((len(clauses), len(features)), np.float32)
    otherwise = np.zeros_like(present)
    for row, clause in enumerate(clauses):
        for feature, status in clause.labels:
            (present if status == "present" else otherwise)[row, column[feature]] = 1
    return present, otherwise


def status_targets(clauses: Sequence[Clause]) -> NDArray[np.int64]:
    """Return the first status other than present of each clause, as its place in STATUSES; 0 when there is none."""
    return np.array(
        [next((STATUSES.index(status) for _, status in c.labels if status != "present"), 0) for c in clauses], np.int64
    )


# ---- the fine-tuned encoder -----------------------------------------------------------------------------------------


def train(clauses: Sequence[Clause], features: Sequence[str], epochs: int) -> tuple[Any, Any]:
    """Return (module, tokenizer): the encoder with three heads, fine-tuned on all of `clauses`."""
    import torch
    from transformers import AutoModel, AutoTokenizer

    torch.manual_seed(SEED)
    path = read_model_folder("default").path
    tokenizer = AutoTokenizer.from_pretrained(path)
    encoder = AutoModel.from_pretrained(path, attn_implementation="eager")
    module = _heads(encoder, len(features))
    present, otherwise = targets(clauses, features)
    wanted = torch.from_numpy(np.concatenate([present, otherwise], axis=1))
    statuses = torch.from_numpy(status_targets(clauses))
    texts = [augmented for clause in clauses for augmented in (clause.text,)]
    optimizer = torch.optim.AdamW(
        [
            {"params": module.encoder.parameters(), "lr": 1e-4},
            {"params": [*module.features.parameters(), *module.statuses.parameters()], "lr": 2e-3},
        ],
        weight_decay=0.01,
    )
    order = list(range(len(texts)))
    steps = epochs * (len(texts) + BATCH - 1) // BATCH
    schedule = torch.optim.lr_scheduler.OneCycleLR(
        optimizer, max_lr=[1e-4, 2e-3], total_steps=steps + epochs, pct_start=0.1
    )
    shuffler = random.Random(SEED)
    for epoch in range(epochs):
        started, total = time.perf_counter(), 0.0
        shuffler.shuffle(order)
        module.train()
        for start in range(0, len(order), BATCH):
            rows = order[start : start + BATCH]
            batch = _encode(tokenizer, [_roughened(texts[row], shuffler) for row in rows])
            feature_logits, status_logits = module(**batch)
            loss = torch.nn.functional.binary_cross_entropy_with_logits(
                feature_logits, wanted[rows], pos_weight=torch.tensor(4.0)
            ) * 20 + torch.nn.functional.cross_entropy(status_logits, statuses[rows])
            optimizer.zero_grad()
            loss.backward()
            optimizer.step()
            schedule.step()
            total += float(loss.detach()) * len(rows)
        print(
            f"epoch {epoch + 1}/{epochs} loss {total / len(order):.4f} {time.perf_counter() - started:.0f} s",
            flush=True,
        )
    return module.eval(), tokenizer


def _heads(encoder: Any, features: int) -> Any:
    import torch

    class Reader(torch.nn.Module):
        """Mean-pooled encoder; out: 2 * features logits (present, mentioned otherwise) and 5 status logits."""

        def __init__(self) -> None:
            super().__init__()
            self.encoder = encoder
            self.features = torch.nn.Linear(encoder.config.hidden_size, 2 * features)
            self.statuses = torch.nn.Linear(encoder.config.hidden_size, len(STATUSES))
            self.dropout = torch.nn.Dropout(0.1)

        def forward(self, input_ids: torch.Tensor, attention_mask: torch.Tensor) -> tuple[torch.Tensor, torch.Tensor]:
            states = self.encoder(input_ids=input_ids, attention_mask=attention_mask).last_hidden_state
            mask = attention_mask.unsqueeze(-1).to(states.dtype)
            pooled = self.dropout((states * mask).sum(1) / mask.sum(1).clamp(min=1e-9))
            return self.features(pooled), self.statuses(pooled)

    return Reader()


def _encode(tokenizer: Any, texts: Sequence[str]) -> dict[str, Any]:
    encoded = tokenizer(list(texts), padding=True, truncation=True, max_length=MAX_TOKENS, return_tensors="pt")
    return {"input_ids": encoded["input_ids"], "attention_mask": encoded["attention_mask"]}


def _roughened(text: str, chance: random.Random) -> str:
    """Return the text with the slips people make: lost apostrophes, lost or doubled letters, lost punctuation."""
    if chance.random() < 0.15:
        text = text.replace("'", "").replace("’", "")
    if chance.random() < 0.1:
        text = text.rstrip(".?!").lower()
    if chance.random() < 0.12 and len(text) > 12:
        at = chance.randrange(3, len(text) - 3)
        text = text[:at] + chance.choice(("", text[at] * 2, text[at + 1] + text[at])) + text[at + 1 :]
    return text


def predict(module: Any, tokenizer: Any, texts: Sequence[str]) -> tuple[Matrix, Matrix]:
    """Return (n, 2 * features) probabilities and (n, 5) status probabilities."""
    import torch

    rows, statuses = [], []
    with torch.no_grad():
        for start in range(0, len(texts), 128):
            feature_logits, status_logits = module(**_encode(tokenizer, texts[start : start + 128]))
            rows.append(torch.sigmoid(feature_logits).numpy())
            statuses.append(torch.softmax(status_logits, 1).numpy())
    return np.concatenate(rows), np.concatenate(statuses)


def export(module: Any, tokenizer: Any, folder: Path, about: dict[str, Any]) -> None:
    """Write model.onnx (int8), tokenizer.json and reader.json into `folder`, which is replaced whole."""
    import torch
    from onnxruntime.quantization import QuantType, quantize_dynamic
    from onnxruntime.transformers import optimizer

    unfinished = folder.with_name(folder.name + ".unfinished")
    shutil.rmtree(unfinished, ignore_errors=True)
    unfinished.mkdir(parents=True)
    example = _encode(tokenizer, ["A longer example of a clause.", "Short."])
    axes = {0: "batch", 1: "tokens"}
    fp32 = unfinished / "fp32.onnx"
    with warnings.catch_warnings(), torch.no_grad():
        warnings.simplefilter("ignore")
        torch.onnx.export(
            module,
            (example["input_ids"], example["attention_mask"]),
            str(fp32),
            input_names=["input_ids", "attention_mask"],
            output_names=["features", "statuses"],
            dynamic_axes={
                "input_ids": axes,
                "attention_mask": axes,
                "features": {0: "batch"},
                "statuses": {0: "batch"},
            },
            opset_version=17,
            dynamo=False,
        )
    config = module.encoder.config
    fused = optimizer.optimize_model(
        str(fp32), model_type="bert", num_heads=config.num_attention_heads, hidden_size=config.hidden_size, opt_level=0
    )
    fused.save_model_to_file(str(fp32))
    quantize_dynamic(
        str(fp32), str(unfinished / "model.onnx"), per_channel=True, reduce_range=True, weight_type=QuantType.QInt8
    )
    fp32.unlink()
    tokenizer.backend_tokenizer.save(str(unfinished / "tokenizer.json"))
    about["files"] = {name: file_sha256(unfinished / name) for name in ("model.onnx", "tokenizer.json")}
    (unfinished / "reader.json").write_text(json.dumps(about, indent=1, ensure_ascii=False) + "\n", encoding="utf-8")
    if (folder / "README.md").is_file():
        shutil.copy(folder / "README.md", unfinished / "README.md")
    shutil.rmtree(folder, ignore_errors=True)
    unfinished.rename(folder)


# ---- thresholds and figures -----------------------------------------------------------------------------------------


def thresholds(probabilities: Matrix, wanted: Matrix, features: Sequence[str]) -> dict[str, float]:
    """Return per feature the lowest threshold with the wanted precision on unseen personas, within sane bounds.

    Features with too few cases to tell get the threshold found over all features together.
    """
    overall = _threshold(probabilities.ravel(), wanted.ravel())
    found = {}
    for number, feature in enumerate(features):
        enough = wanted[:, number].sum() >= 15  # fewer cannot tell a precision of 0.9 from 0.7
        value = _threshold(probabilities[:, number], wanted[:, number]) if enough else overall
        found[feature] = round(min(max((value + overall) / 2, FLOOR), CEILING), 3)
    return found


def _threshold(probabilities: Matrix, wanted: Matrix) -> float:
    order = np.argsort(-probabilities)
    precision = np.cumsum(wanted[order]) / np.arange(1, len(order) + 1)
    good = np.flatnonzero(precision >= WANTED_PRECISION)
    return float(probabilities[order[good[-1]]]) if len(good) else CEILING


def figures(probabilities: Matrix, wanted: Matrix, limits: Matrix) -> dict[str, Any]:
    """Return micro-averaged precision and recall of `present` with Wilson intervals."""
    proposed = probabilities >= limits
    right = int((proposed & (wanted > 0)).sum())
    made, there = int(proposed.sum()), int(wanted.sum())
    return {
        "precision": [right / max(made, 1), *wilson_interval(right, max(made, 1))],
        "recall": [right / there, *wilson_interval(right, there)],
        "cases": there,
    }


def compare(training: Sequence[Clause], test: Sequence[Clause], features: Sequence[str]) -> dict[str, Any]:
    """Return the figures of the peers: n-grams and frozen sentence vectors with one logistic regression a feature."""
    from scipy.sparse import hstack
    from sklearn.feature_extraction.text import TfidfVectorizer
    from sklearn.linear_model import LogisticRegression

    from index.embedders import load_embedder

    embedder = load_embedder("default", ROOT / "var" / "models")
    texts, unseen = [c.text for c in training], [c.text for c in test]
    words = TfidfVectorizer(ngram_range=(1, 2), sublinear_tf=True)
    letters = TfidfVectorizer(analyzer="char_wb", ngram_range=(2, 5), sublinear_tf=True, min_df=2)
    inputs = {
        "n-grams + logistic regression": (
            hstack([words.fit_transform(texts), letters.fit_transform(texts)]).tocsr(),
            hstack([words.transform(unseen), letters.transform(unseen)]).tocsr(),
        ),
        "sentence vectors + logistic regression": (embedder.embed_queries(texts), embedder.embed_queries(unseen)),
    }
    seen, wanted = targets(training, features)[0], targets(test, features)[0]
    found = {}
    for name, (before, after) in inputs.items():
        probabilities = np.zeros_like(wanted)
        for number in range(len(features)):
            if seen[:, number].sum() >= 2:  # a class needs a case to be fitted
                model = LogisticRegression(C=10, class_weight="balanced", max_iter=300)
                probabilities[:, number] = model.fit(before, seen[:, number]).predict_proba(after)[:, 1]
        found[name] = figures(probabilities, wanted, np.float32(_threshold(probabilities.ravel(), wanted.ravel())))
        print(name, found[name], flush=True)
    return found


def main(argv: Sequence[str] | None = None) -> int:
    """Train, measure on unseen personas, train again on everything, export."""
    parser = argparse.ArgumentParser(prog="python -m evals.train_reader", description=__doc__)
    parser.add_argument("--epochs", type=int, default=8)
    parser.add_argument("--compare", action="store_true", help="fit the peers as well")
    parser.add_argument("--out", type=Path, default=MODEL)
    args = parser.parse_args(argv)
    clauses = read_training()
    features = sorted({feature for clause in clauses for feature, _ in clause.labels})
    training, test = split_by_group(clauses)
    print(
        f"{len(clauses)} clauses, {len(features)} features; {len(training)} to train on, {len(test)} by unseen personas"
    )
    peers = compare(training, test, features) if args.compare else {}
    module, tokenizer = train(training, features, args.epochs)
    probabilities, _ = predict(module, tokenizer, [c.text for c in test])
    present, _ = targets(test, features)
    limits = thresholds(probabilities[:, : len(features)], present, features)
    measured = figures(probabilities[:, : len(features)], present, np.array([limits[f] for f in features], np.float32))
    print("fine-tuned encoder", measured)
    module, tokenizer = train(clauses, features, args.epochs)
    about = {
        "features": features,
        "statuses": STATUSES,
        "thresholds": limits,
        "max_tokens": MAX_TOKENS,
        "trained_on": {"clauses": len(clauses), "files": _digests(TRAINING.glob("*.jsonl"))},
        "epochs": args.epochs,
        "seed": SEED,
        "on_unseen_personas": {"fine-tuned encoder": measured, **peers},
    }
    export(module, tokenizer, args.out, about)
    return 0


def _digests(paths: Iterable[Path]) -> dict[str, str]:
    return {path.name: file_sha256(path)[:16] for path in sorted(paths)}


if __name__ == "__main__":
    sys.exit(main())
