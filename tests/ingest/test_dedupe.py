"""Repeated passages are merged, every source is kept, and texts that differ in what matters stay apart."""

from __future__ import annotations

import random
import time

from index.passages import Passage, Source
from ingest.dedupe import merge_duplicates

TEXT = (
    "Lie on your back with your knees bent and your feet flat on the floor. Tighten your tummy and lift your hips "
    "until your body makes a straight line. Hold for five seconds and lower slowly. Do this ten times."
)


def passage(number: int, text: str, source: str = "", title: str = "Bridge") -> Passage:
    name = source or f"s{number}"
    return Passage(f"{name}:{number:06x}:p01", name, text, 0, len(text), Source(name, title))


def test_equal_and_near_passages_are_merged_and_every_source_kept() -> None:
    near = TEXT.replace("makes a straight line", "forms a straight line").upper()
    kept, merged = merge_duplicates([passage(1, TEXT), passage(2, TEXT), passage(3, near)])
    assert [row.passage_id[:2] for row in kept] == ["s1"]
    assert [source.source_id for source in kept[0].also_in] == ["s2", "s3"]
    assert merged[0].similarity == 1.0
    assert merged[1].similarity < 1.0


def test_a_repetition_within_one_source_names_no_other_source() -> None:
    kept, merged = merge_duplicates([passage(1, TEXT, "a"), passage(2, TEXT, "a")])
    assert len(kept) == len(merged) == 1
    assert kept[0].also_in == ()


def test_a_different_number_side_or_negation_keeps_passages_apart() -> None:
    variants = [
        TEXT.replace("five", "5"),
        TEXT.replace("Hold", "Do not hold"),
        TEXT.replace("on your back", "on your left"),
    ]
    for variant in variants:
        assert len(merge_duplicates([passage(1, TEXT), passage(2, variant)])[0]) == 2


def test_a_short_text_is_merged_only_under_the_same_heading() -> None:
    short = "Repeat on the other side."
    assert len(merge_duplicates([passage(1, short, title="Bridge"), passage(2, short, title="Clam")])[0]) == 2
    assert len(merge_duplicates([passage(1, short), passage(2, short)])[0]) == 1


def test_time_grows_about_linearly() -> None:
    rng = random.Random(7)
    words = [f"word{number}" for number in range(4000)]
    passages = [passage(n, " ".join(rng.choices(words, k=60))) for n in range(4000)]
    started = time.perf_counter()
    kept, _ = merge_duplicates(passages)
    assert len(kept) == 4000
    assert time.perf_counter() - started < 20
