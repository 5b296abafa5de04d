"""Swapping generations under a running server."""

from __future__ import annotations

import logging
import subprocess
import sys
import threading
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from index.build import build_index
from index.errors import IndexMissing
from index.generations import index_folder, pointer_path, rollback
from index.live import LiveRetriever

ROOT = Path(__file__).parents[2]


def wait_until(condition: Callable[[], bool], seconds: float = 10) -> None:
    deadline = time.monotonic() + seconds
    while not condition():
        assert time.monotonic() < deadline, "waited in vain"
        time.sleep(0.01)


def test_a_new_generation_is_noticed(var: Path, make_library: Any) -> None:
    live = LiveRetriever(var, look_every_s=0.01)
    assert live.search("pillow", 1, system="bm25")
    build_index(*make_library(without=("pillows",)), var, embedder="hashing")
    wait_until(lambda: live.search("pillow", 1, system="bm25") == [])
    rollback(var)
    wait_until(lambda: live.search("pillow", 1, system="bm25") != [])


def test_the_model_is_shared_between_generations(var: Path, make_library: Any) -> None:
    live = LiveRetriever(var, look_every_s=0.01)
    first = live.snapshot()
    build_index(*make_library(without=("pillows",)), var, embedder="hashing")
    wait_until(lambda: live.snapshot() is not first)
    assert live.snapshot().embedder is first.embedder


def test_the_pointer_is_not_looked_at_more_often_than_asked(var: Path, make_library: Any) -> None:
    live = LiveRetriever(var, look_every_s=3600)
    first = live.snapshot()
    build_index(*make_library(without=("pillows",)), var, embedder="hashing")
    time.sleep(0.2)
    assert live.snapshot() is first


def test_no_request_is_dropped_while_generations_change(var: Path, make_library: Any) -> None:
    """Searches run all the time while five generations are built and the oldest ones removed."""
    live = LiveRetriever(var, look_every_s=0.005)
    stop, faults, answered = threading.Event(), [], []

    def ask() -> None:
        while not stop.is_set():
            try:
                snapshot = live.snapshot()
                hits = snapshot.search("walking with sciatica", 3)
                for hit in hits:  # the documents must come from the same generation as the hits
                    document = snapshot.document(hit.passage.document_id)
                    assert document.text[hit.passage.start : hit.passage.end] == hit.passage.text
                assert hits[0].passage.source.source_id == "sciatica"
                answered.append(snapshot.manifest.generation)
            except Exception as exc:
                faults.append(exc)

    threads = [threading.Thread(target=ask) for _ in range(3)]
    for thread in threads:
        thread.start()
    wait_until(lambda: bool(answered or faults))
    for without in (("hip",), ("pillows",), (), ("hip",), ("pillows",)):
        before = len(set(answered))
        build_index(*make_library(without=without), var, embedder="hashing")
        wait_until(lambda before=before: len(set(answered)) > before)  # type: ignore[misc]
    stop.set()
    for thread in threads:
        thread.join()
    assert faults == []
    assert len(set(answered)) == 6


def test_a_damaged_new_generation_leaves_the_old_one_serving(
    var: Path, make_library: Any, caplog: pytest.LogCaptureFixture
) -> None:
    live = LiveRetriever(var, look_every_s=3600)
    first = live.snapshot()
    manifest = build_index(*make_library(without=("pillows",)), var, embedder="hashing")
    (index_folder(var) / manifest.generation / "passages.jsonl").unlink()
    live._look_every_s = 0
    with caplog.at_level(logging.ERROR):
        live.snapshot()
        wait_until(lambda: "still serves" in caplog.text)
    assert live.snapshot() is first
    assert live.search("pillow", 1, system="bm25")
    build_index(*make_library(without=("hip",)), var, embedder="hashing")
    wait_until(lambda: live.snapshot() is not first)


def test_a_pointer_that_vanishes_leaves_the_old_index_serving(var: Path) -> None:
    live = LiveRetriever(var, look_every_s=0)
    pointer_path(var).unlink()
    first = live.snapshot()
    time.sleep(0.1)
    assert live.snapshot() is first
    assert live.search("pillow", 1)


def test_starting_without_an_index_says_so(tmp_path: Path) -> None:
    with pytest.raises(IndexMissing, match="python -m index build"):
        LiveRetriever(tmp_path)


DAMAGED_WHILE_OPEN = """
import sys
from pathlib import Path
from index.live import LiveRetriever
live = LiveRetriever(Path(sys.argv[1]))
found = live.search("what helps hip pain at night?", 3)
texts = [live.snapshot().document(hit.passage.document_id).text for hit in found]
for file in live.snapshot().folder.rglob("*"):
    if file.is_file():
        with file.open("r+b") as out:
            out.truncate(file.stat().st_size // 2)
again = live.search("what helps hip pain at night ?", 3)
assert [hit.passage for hit in again] == [hit.passage for hit in found]
assert len(list(live.snapshot().passages)) == live.snapshot().manifest.counts.passages
assert [live.snapshot().document(hit.passage.document_id).text for hit in again] == texts
assert live.search("pillow", 3, system="bm25")
"""


def test_files_cut_short_under_an_open_index_do_not_stop_it(var: Path) -> None:
    """Reading a mapped file beyond its new end would kill the process at once, hence a process of its own."""
    done = subprocess.run(
        [sys.executable, "-c", DAMAGED_WHILE_OPEN, str(var)],
        cwd=ROOT, capture_output=True, text=True, timeout=60, check=False,
    )  # fmt: skip
    assert done.returncode == 0, done.stderr
