"""kill -9 in the middle of a build: whatever was being written, the old generation serves and the next build works."""

from __future__ import annotations

import signal
import subprocess
import sys
import time
from pathlib import Path
from typing import Any

import pytest

from index.build import build_index
from index.generations import index_folder, read_pointer
from index.passages import write_documents, write_passages
from index.retriever import Retriever

# A real build with a real embedder that takes its time, so that there is a middle to be killed in.
SLOW_BUILD = """
import sys, time
from pathlib import Path
from index.build import build_index
from index.embedders.hashing import HashingEmbedder
from index.passages import read_documents, read_passages

class Slow(HashingEmbedder):
    def embed_passages(self, texts):
        time.sleep(float(sys.argv[2]))
        return super().embed_passages(texts)

var = Path(sys.argv[1])
build_index(read_passages(var / "passages.jsonl"), read_documents(var / "documents.jsonl"), var, embedder=Slow())
"""
ROOT = Path(__file__).parents[2]
# What is on disk when the build is killed, and how long each call of the embedder takes.
POINTS = {
    "folder made": ("", 0.3),
    "passages written": ("passages.jsonl", 0.3),
    "words indexed": ("lexical/meta.json", 0.3),
    "passages embedded": ("vectors.npy", 0.3),
    "sentences embedded": ("sentences.digests.npy", 0.3),
    "being checked": ("sentences.digests.npy", 0.1),
}


@pytest.mark.parametrize("point", POINTS)
def test_a_killed_build_leaves_the_old_index_and_no_obstacle(var: Path, make_library: Any, point: str) -> None:
    file, pause_s = POINTS[point]
    before = read_pointer(var)
    passages, documents = make_library({"heat": [f"Heat pack number {number} eases." for number in range(30)]})
    write_passages(var / "passages.jsonl", passages)
    write_documents(var / "documents.jsonl", documents)
    process = subprocess.Popen([sys.executable, "-c", SLOW_BUILD, str(var), str(pause_s)], cwd=ROOT)
    unfinished = wait_for(var, file, process)
    if point == "being checked":
        time.sleep(5 * pause_s)
    process.send_signal(signal.SIGKILL)
    assert process.wait() == -signal.SIGKILL
    assert unfinished.exists()
    assert read_pointer(var) == before
    assert Retriever.open(var, thorough=True).search("pillow", 1, system="bm25")
    manifest = build_index(passages, documents, var, embedder="hashing")
    assert not unfinished.exists()
    assert Retriever.open(var, thorough=True).manifest.generation == manifest.generation
    assert Retriever.open(var).search("heat", 1, system="bm25")


def test_kills_at_any_moment_leave_the_old_or_the_new_index_whole(var: Path, make_library: Any) -> None:
    passages, documents = make_library({"heat": ["Heat eases sore muscles.", "Cold may help too."]})
    write_passages(var / "passages.jsonl", passages)
    write_documents(var / "documents.jsonl", documents)
    for delay_s in (0.0, 0.01, 0.03, 0.06, 0.1, 0.2):
        generation = read_pointer(var).current.generation
        leftovers = set(index_folder(var).glob("*.unfinished"))
        process = subprocess.Popen([sys.executable, "-c", SLOW_BUILD, str(var), "0.005"], cwd=ROOT)
        while process.poll() is None and leftovers >= set(index_folder(var).glob("*.unfinished")):
            time.sleep(0.001)
        time.sleep(delay_s)
        process.kill()
        process.wait()
        retriever = Retriever.open(var, thorough=True)
        is_new = retriever.manifest.generation != generation
        assert [hit.passage.source.source_id for hit in retriever.search("heat", 1, system="bm25")] == ["heat"] * is_new
        if is_new:
            build_index(*make_library(), var, embedder="hashing")  # back to where a build changes something


def wait_for(var: Path, file: str, process: subprocess.Popen[bytes]) -> Path:
    """Return the unfinished folder once it holds a file; fail if the build ends first."""
    deadline = time.monotonic() + 60
    while time.monotonic() < deadline and process.poll() is None:
        for folder in index_folder(var).glob("*.unfinished"):
            if folder.is_dir() and (folder / file).exists():
                return folder
        time.sleep(0.001)
    process.kill()
    raise AssertionError(f"the build ended before {file!r} was seen")
