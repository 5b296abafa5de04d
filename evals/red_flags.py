"""Scores the red-flag detector on labelled messages and conversations (specification, section F).

Run `python -m evals.red_flags`; the data are found under the folder named by PLUMBLINE_SHARED (default `../shared`).
"""

from __future__ import annotations

import argparse
import json
import os
from collections import Counter, defaultdict
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

from evals.commands import read_rows, run_command
from evals.errors import DatasetInvalid
from evals.stats import wilson_interval
from server.red_flags.assess import assess
from server.red_flags.explain import UserText
from server.red_flags.levels import Level
from server.red_flags.reader import ClauseReader

LEVELS = tuple(Level)
OWN_WORDS = Path(__file__).parent / "data" / "red-flags-own-words.jsonl"
Predict = Callable[[Sequence[str]], tuple[Level, tuple[str, ...]]]


@dataclass(frozen=True, slots=True)
class Row:
    """One labelled message."""

    id: str
    text: str
    level: Level
    flags: tuple[str, ...]
    phenomenon: str
    rule: str


@dataclass(frozen=True, slots=True)
class Chat:
    """One labelled conversation: user turns and the level after each."""

    id: str
    turns: tuple[str, ...]
    levels: tuple[Level, ...]


def predict(texts: Sequence[str], reader: ClauseReader | None = None) -> tuple[Level, tuple[str, ...]]:
    """Return the level and categories after the user messages `texts`, by the rules alone or with a reader."""
    found = assess([UserText(text) for text in texts], reader=reader)
    return found.level, tuple(flag.category for flag in found.flags)


def load_rows(folder: Path) -> list[Row]:
    """Return the labelled messages in `folder` (dev.jsonl, dev.rules.tsv).

    Raises:
        DatasetInvalid: if a file is missing or a line is not what it should be.
    """
    rules = _read_rules(folder / "dev.rules.tsv")
    path = folder / "dev.jsonl"
    rows = []
    for item in read_rows(path, ("id", "text", "label", "flags", "phenomenon")):
        if item["id"] not in rules:
            raise DatasetInvalid(f"{path}: expected a rule for {item['id']!r} in dev.rules.tsv, found none")
        level, flags = _level(path, item["label"]), tuple(item["flags"])
        rows.append(Row(item["id"], item["text"], level, flags, item["phenomenon"], rules[item["id"]]))
    return rows


def load_own_words(path: Path = OWN_WORDS) -> dict[str, list[Row]]:
    """Return the messages told without textbook words, by their part: what was fitted on them, or "unseen".

    Raises:
        DatasetInvalid: if the file is missing or a line is not what it should be.
    """
    parts: dict[str, list[Row]] = defaultdict(list)
    for item in read_rows(path, ("id", "part", "text", "label", "flags", "rule")):
        level = _level(path, item["label"])
        parts[item["part"]].append(
            Row(item["id"], item["text"], level, tuple(item["flags"]), "own words", item["rule"])
        )
    return dict(parts)


def load_chats(folder: Path) -> list[Chat]:
    """Return the labelled conversations in `folder` (dev-conversations.jsonl).

    Raises:
        DatasetInvalid: if the file is missing or a line is not what it should be.
    """
    path = folder / "dev-conversations.jsonl"
    chats = []
    for item in read_rows(path, ("id", "turns", "labels_after_each_turn")):
        levels = tuple(_level(path, label) for label in item["labels_after_each_turn"])
        chats.append(Chat(item["id"], tuple(item["turns"]), levels))
    return chats


def _read_rules(path: Path) -> dict[str, str]:
    try:
        lines = path.read_text(encoding="utf-8").splitlines()[1:]
    except (OSError, UnicodeDecodeError) as exc:
        raise DatasetInvalid(f"{path}: expected the rule of each message, found {exc}") from exc
    rules = {}
    for number, line in enumerate(lines, 2):
        message, tab, rule = line.partition("\t")
        if not tab:
            raise DatasetInvalid(f"{path}, line {number}: expected an id, a tab and a rule, found {line!r:.60}")
        rules[message] = rule
    return rules


def _level(path: Path, label: object) -> Level:
    try:
        return Level.from_label(str(label))
    except (KeyError, ValueError) as exc:
        raise DatasetInvalid(
            f"{path}: expected a label of {', '.join(x.label for x in LEVELS)}, found {label!r}"
        ) from exc


def share(part: int, whole: int) -> dict[str, object]:
    """Return a proportion with its counts and Wilson 95% interval; the value is None when `whole` is 0."""
    if whole == 0:
        return {"value": None, "n": 0, "k": 0, "interval": None}
    low, high = wilson_interval(part, whole)
    return {"value": round(part / whole, 4), "n": whole, "k": part, "interval": [round(low, 4), round(high, 4)]}


def score_rows(rows: Sequence[Row], model: Predict = predict) -> dict[str, object]:
    """Return the message metrics of section F for `rows` under `model`."""
    outcomes = [(row, *model([row.text])) for row in rows]
    positives = [o for o in outcomes if o[0].level]
    negatives = [o for o in outcomes if not o[0].level]
    hard = [o for o in negatives if o[0].phenomenon != "plain"]
    urgent = [o for o in positives if o[0].level is Level.EMERGENCY]
    gaps = [int(found) - int(row.level) for row, found, _ in outcomes]
    critical = [o for o in positives if o[0].rule in ("SH1", "CE1")]
    return {
        "messages": len(outcomes),
        "sensitivity": share(sum(f > 0 for _, f, _ in positives), len(positives)),
        "specificity": share(sum(f == 0 for _, f, _ in negatives), len(negatives)),
        "hard_negative_specificity": share(sum(f == 0 for _, f, _ in hard), len(hard)),
        "emergency_any_positive": share(sum(f > 0 for _, f, _ in urgent), len(urgent)),
        "emergency_urgent": share(sum(f >= Level.SAME_DAY for _, f, _ in urgent), len(urgent)),
        "emergency_at_emergency": share(sum(f is Level.EMERGENCY for _, f, _ in urgent), len(urgent)),
        "exact_level": share(sum(gap == 0 for gap in gaps), len(gaps)),
        "quadratic_weighted_kappa": round(weighted_kappa([(int(r.level), int(f)) for r, f, _ in outcomes]), 4),
        "under_triage_1": share(sum(gap == -1 for gap in gaps), len(gaps)),
        "under_triage_2_or_more": share(sum(gap <= -2 for gap in gaps), len(gaps)),
        "over_triage": share(sum(gap > 0 for gap in gaps), len(gaps)),
        "missed_sh1_ce1": sorted(row.id for row, found, _ in critical if not found),
        "by_phenomenon": _by(outcomes, lambda row: row.phenomenon),
        "by_category": _by_category(positives),
    }


def weighted_kappa(pairs: Iterable[tuple[int, int]], size: int = len(LEVELS)) -> float:
    """Return Cohen's kappa with quadratic weights over levels 0..size-1; 1.0 when all agree on one level.

    Source: Cohen 1968, doi:10.1037/h0026256.
    """
    counts = Counter(pairs)
    total = sum(counts.values())
    rows = [sum(counts[(i, j)] for j in range(size)) for i in range(size)]
    columns = [sum(counts[(i, j)] for i in range(size)) for j in range(size)]
    observed = sum(n * (i - j) ** 2 for (i, j), n in counts.items())
    expected = sum(rows[i] * columns[j] * (i - j) ** 2 for i in range(size) for j in range(size)) / max(total, 1)
    return 1.0 if expected == 0 else 1.0 - observed / expected


def _by(outcomes: Sequence[tuple[Row, Level, tuple[str, ...]]], key: Callable[[Row], str]) -> dict[str, object]:
    groups: dict[str, list[bool]] = defaultdict(list)
    for row, found, _ in outcomes:
        sign = "positive" if row.level else "negative"
        groups[f"{key(row)} ({sign})"].append((found > 0) == (row.level > 0))
    return {name: share(sum(hits), len(hits)) for name, hits in sorted(groups.items())}


def _by_category(positives: Sequence[tuple[Row, Level, tuple[str, ...]]]) -> dict[str, object]:
    groups: dict[str, list[bool]] = defaultdict(list)
    for row, _, found in positives:
        groups[row.flags[0]].append(row.flags[0] in found)
    return {name: share(sum(hits), len(hits)) for name, hits in sorted(groups.items())}


def score_chats(chats: Sequence[Chat], model: Predict = predict) -> dict[str, object]:
    """Return the conversation metrics of section F for `chats` under `model`."""
    exact: list[bool] = []
    escalations: list[bool] = []
    premature: list[bool] = []
    lowered: list[bool] = []
    kept: list[bool] = []
    for chat in chats:
        found = [model(chat.turns[: n + 1])[0] for n in range(len(chat.turns))]
        exact += [a is b for a, b in zip(found, chat.levels, strict=True)]
        first = next((n for n, level in enumerate(chat.levels) if level), None)
        before = chat.levels if first is None else chat.levels[:first]
        premature += [found[n] > 0 for n in range(len(before))]
        for n, level in enumerate(chat.levels):
            previous = chat.levels[n - 1] if n else Level.NONE
            if level > previous:
                escalations.append(found[n] >= level)
            elif n and level < previous:
                lowered.append(found[n] < previous and found[n] <= level)
            elif n and level and level is previous:
                kept.append(found[n] >= min(level, found[n - 1]) and found[n] > 0)
    return {
        "conversations": len(chats), "turns": len(exact),
        "exact_level_per_turn": share(sum(exact), len(exact)),
        "escalation_at_its_turn": share(sum(escalations), len(escalations)),
        "premature_alarms": share(sum(premature), len(premature)),
        "retraction_lowers": share(sum(lowered), len(lowered)),
        "stays": share(sum(kept), len(kept)),
    }  # fmt: skip


def table(scores: Mapping[str, object]) -> str:
    """Return the scores as lines of text; proportions with their interval and counts."""
    lines: list[str] = []
    for name, value in scores.items():
        lines += _lines(name, value, 0)
    return "\n".join(lines)


def _lines(name: str, value: object, depth: int) -> list[str]:
    pad = "  " * depth
    if isinstance(value, dict) and "interval" in value:
        if value["value"] is None:
            return [f"{pad}{name:34} none"]
        low, high = value["interval"]
        return [f"{pad}{name:34} {value['value']:.3f}  [{low:.3f}, {high:.3f}]  {value['k']}/{value['n']}"]
    if isinstance(value, dict):
        return [f"{pad}{name}"] + [line for key, item in value.items() for line in _lines(key, item, depth + 1)]
    return [f"{pad}{name:34} {value}"]


def main(arguments: Sequence[str] | None = None) -> int:
    """Score and print; with --json also write the scores. Return 0, or 1 when the data cannot be read."""
    parser = argparse.ArgumentParser(prog="python -m evals.red_flags", description="Score the red-flag detector.")
    parser.add_argument(
        "--data", type=Path, default=Path(os.environ.get("PLUMBLINE_SHARED", "../shared")) / "data" / "red-flags"
    )
    parser.add_argument("--json", type=Path, help="write the scores here")
    parser.add_argument(
        "--ids", choices=("all", "even", "odd"), default="all", help="only messages whose number is even or odd"
    )
    options = parser.parse_args(arguments)
    return run_command(lambda: _report(options))


def _report(options: argparse.Namespace) -> int:
    rows = load_rows(options.data)
    if options.ids != "all":
        rows = [row for row in rows if (int(row.id[-4:]) % 2 == 0) == (options.ids == "even")]
    scores = {"messages": score_rows(rows), "conversations": score_chats(load_chats(options.data))}
    print(table(scores))
    if options.json:
        options.json.write_text(json.dumps(scores, indent=2) + "\n", encoding="utf-8")
    return 0


if __name__ == "__main__":
    raise SystemExit(main())
