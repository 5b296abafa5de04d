"""How well screening tells advice from what is not: precision and recall on labelled paragraphs.

Samples, all in `evals/data`: `ingest-screen.jsonl` holds paragraphs written for this purpose (split `tuned`: the
rules were worked out on them; split `held-out`: written afterwards, in wordings chosen to differ, and never used for
the rules; once it has been, it joins `tuned` and a new one is written).
`ingest-screen-digests.jsonl` holds labels of real paragraphs, kept elsewhere, by digest; they are scored where a folder
with those documents is given. `ingest-screen-pages.jsonl` does the same for single paragraphs of public web pages, with
the site of each; they are scored where a JSON Lines file with their `text` is given. Its sites are split: the limits of
the screen were chosen on `choosing`, and `unseen` was scored only once they were.
What the screen is fitted to is in `ingest-screen-train.jsonl`, see `train_screen.py`.
"""

from __future__ import annotations

import argparse
import json
import sys
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path

from evals.commands import read_rows, run_command
from evals.errors import DatasetInvalid
from evals.stats import wilson_interval
from ingest.clean import clean_content, clean_text
from ingest.errors import DocumentRefused
from ingest.readers import LOADERS, read_content
from ingest.screen import judge, paragraph_digest, screen_content

DATA = Path(__file__).parent / "data"
WRITTEN = DATA / "ingest-screen.jsonl"
BY_DIGEST = DATA / "ingest-screen-digests.jsonl"
PAGES = DATA / "ingest-screen-pages.jsonl"
TRAINING = DATA / "ingest-screen-train.jsonl"
_KEPT = "advice"


@dataclass(frozen=True, slots=True)
class Judged:
    """One paragraph: whether it should be, and whether it was, set aside."""

    sample: str
    label: str
    is_set_aside: bool

    @property
    def is_not_advice(self) -> bool:
        """Return whether the label says that it is not advice."""
        return self.label != _KEPT


def measure(folders: Iterable[Path] = (), paragraphs: Path | None = None) -> dict[str, dict[str, object]]:
    """Return precision and recall of setting aside, with 95 % Wilson intervals, by sample.

    Precision is None where nothing was set aside, recall where nothing should have been.

    Args:
        folders: where the documents are whose paragraphs are labelled by digest; without any, that sample is left out.
        paragraphs: JSON Lines with the `text` of the paragraphs of web pages; without it, that sample is left out.

    Raises:
        DatasetInvalid: if a folder is none, or the file of paragraphs cannot be read.
    """
    judged = [*_written(), *_by_digest(folders), *(_pages(paragraphs) if paragraphs else ())]
    samples = dict.fromkeys(row.sample for row in judged)
    return {sample: _scores([row for row in judged if row.sample == sample]) for sample in samples}


def _scores(judged: list[Judged]) -> dict[str, object]:
    hits = sum(row.is_set_aside and row.is_not_advice for row in judged)
    set_aside = sum(row.is_set_aside for row in judged)
    not_advice = sum(row.is_not_advice for row in judged)
    return {
        "paragraphs": len(judged),
        "not_advice": not_advice,
        "set_aside": set_aside,
        "precision": hits / set_aside if set_aside else None,
        "precision_interval": wilson_interval(hits, set_aside) if set_aside else None,
        "recall": hits / not_advice if not_advice else None,
        "recall_interval": wilson_interval(hits, not_advice) if not_advice else None,
    }


def _written() -> Iterator[Judged]:
    for row in read_rows(WRITTEN):
        text, _ = clean_text(row["text"])
        yield Judged(f"written, {row['split']}", row["label"], judge(text) is not None)


def _by_digest(folders: Iterable[Path]) -> Iterator[Judged]:
    labels = {row["digest"]: row["label"] for row in read_rows(BY_DIGEST)}
    for folder in folders:
        if not folder.is_dir():
            raise DatasetInvalid(f"{folder}: expected a folder of documents, found none; name another")
        for path in sorted(folder.iterdir()):
            if path.suffix.lower() not in LOADERS:
                continue
            try:
                content, _ = clean_content(read_content(path.read_bytes(), path.name))
            except DocumentRefused:
                continue
            _, found = screen_content(path.name, content)
            gone = {paragraph.digest for paragraph in found}
            for section in content.sections:
                for block in section.blocks:
                    digest = paragraph_digest(block.text)
                    if digest in labels:
                        yield Judged(f"real, {folder.name}", labels[digest], digest in gone)


def _pages(paragraphs: Path) -> Iterator[Judged]:
    known = {row["digest"]: row for row in read_rows(PAGES)}
    for row in read_rows(paragraphs, ("text",)):
        text, _ = clean_text(row["text"])
        found = known.get(paragraph_digest(text))
        if found is not None:
            yield Judged(f"web pages, {found['split']}", found["label"], judge(text) is not None)


def main(arguments: Sequence[str] | None = None) -> int:
    """Print the measures as JSON and return 0; 1 when a folder or file cannot be read."""
    parser = argparse.ArgumentParser(prog="python -m evals.ingest_screen", description=__doc__)
    parser.add_argument("folders", nargs="*", type=Path, help="folders with the documents labelled by digest")
    parser.add_argument("--paragraphs", type=Path, help="JSON Lines with the text of paragraphs of web pages")
    args = parser.parse_args(arguments)
    return run_command(lambda: _print(args.folders, args.paragraphs))


def _print(folders: Sequence[Path], paragraphs: Path | None) -> int:
    print(json.dumps(measure(folders, paragraphs), indent=1))
    return 0


if __name__ == "__main__":
    sys.exit(main())
