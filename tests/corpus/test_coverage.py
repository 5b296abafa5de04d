"""Every paragraph of the owner's passages is restated in a section of ours or left out for a stated reason."""

from __future__ import annotations

import hashlib
import os
import tomllib
from pathlib import Path

import pytest

from index.retriever import Retriever

ROOT = Path(__file__).parents[2]
SHARED = Path(os.environ.get("PLUMBLINE_SHARED", ROOT.parent / "shared"))
PARAGRAPHS = tomllib.loads((ROOT / "corpus" / "coverage.toml").read_text(encoding="utf-8"))["paragraph"]
COVERED = [paragraph for paragraph in PARAGRAPHS if "article" in paragraph]
REASONS = {"biography", "site disclaimer", "promotion", "duplicate", "noise", "not supported"}


def seed_paragraphs() -> list[str]:
    """Return the paragraphs of the owner's passages, or skip."""
    seeds = sorted((SHARED / "seeds").glob("*.txt"))
    if not seeds:
        pytest.skip(f"no seed passages under {SHARED} (set PLUMBLINE_SHARED)")
    return [line.strip() for line in seeds[0].read_text(encoding="utf-8").splitlines() if line.strip()]


def test_every_paragraph_is_accounted_for() -> None:
    assert [paragraph["number"] for paragraph in PARAGRAPHS] == list(range(1, 34))
    assert all(("article" in p) != (p.get("left_out") in REASONS) for p in PARAGRAPHS)


@pytest.mark.parametrize("paragraph", COVERED, ids=lambda paragraph: str(paragraph["number"]))
def test_the_section_that_restates_a_paragraph_exists(paragraph: dict[str, str]) -> None:
    article = ROOT / "corpus" / "library" / f"{paragraph['article']}.md"
    assert f"## {paragraph['section']}\n" in article.read_text(encoding="utf-8")


def test_the_digests_are_those_of_the_owners_passages() -> None:
    digests = [hashlib.sha256(text.encode()).hexdigest()[:12] for text in seed_paragraphs()]
    assert digests == [paragraph["digest"] for paragraph in PARAGRAPHS]


@pytest.mark.slow
def test_a_question_about_each_covered_paragraph_finds_its_section(real_var: Path) -> None:
    """The whole library, the real model: the section that restates a paragraph is among the first three hits."""
    retriever = Retriever.open(real_var)
    missed = []
    for paragraph in COVERED:
        hits = retriever.search(paragraph["question"], 3)
        found = [(hit.passage.document_id, hit.passage.heading_path[-1:]) for hit in hits]
        if (paragraph["article"], (paragraph["section"],)) not in found:
            missed.append((paragraph["number"], found))
    assert not missed
