"""Building: what is reused, what is refused, what a failure leaves behind, and the way back."""

from __future__ import annotations

import errno
import json
import subprocess
import sys
from dataclasses import replace
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

import numpy as np
import pytest

from index.build import _explained, build_index, check_passages
from index.embedders.hashing import HashingEmbedder
from index.errors import BuildFailed, IndexCorrupt, IndexMissing, PassagesInvalid
from index.generations import build_lock, index_folder, read_pointer, rollback
from index.manifest import check_files
from index.passages import Passage, Source, StoredDocument
from index.retriever import Retriever
from index.writing import BuildOptions

Library = tuple[list[Passage], list[StoredDocument]]
ROOT = Path(__file__).parents[2]


class CountingEmbedder(HashingEmbedder):
    """The hashing embedder, remembering which passages it was given."""

    def __init__(self) -> None:
        self.texts: list[str] = []

    def embed_passages(self, texts: Any) -> Any:
        self.texts += texts
        return super().embed_passages(texts)


def generations(var: Path) -> list[str]:
    return sorted(path.name for path in index_folder(var).iterdir() if path.is_dir())


def test_counts_agree_with_each_other_and_with_the_manifest(var: Path, library: Library) -> None:
    retriever = Retriever.open(var, thorough=True)
    counts = retriever.manifest.counts
    sentences = sum(len(passage.sentences) for passage in library[0])
    assert (counts.passages, counts.documents, counts.sources, counts.sentences) == (6, 3, 3, sentences)
    assert len(np.load(retriever.folder / "vectors.npy")) == counts.passages
    assert set(retriever.manifest.sources) == {"sciatica", "hip", "pillows"}
    assert retriever.manifest.store.recall_at_10 == 1.0


def test_building_the_same_again_builds_nothing(var: Path, library: Library) -> None:
    before = generations(var)
    manifest = build_index(*library, var, embedder="hashing")
    assert generations(var) == before == [manifest.generation]
    assert build_index(*library, var, embedder="hashing", force=True).generation != manifest.generation


@pytest.mark.parametrize(
    "options", [BuildOptions(splitter_version="2"), BuildOptions(sentence_vectors=False), BuildOptions(store="numpy")]
)
def test_another_option_is_another_index(var: Path, library: Library, options: BuildOptions) -> None:
    before = read_pointer(var).current.generation
    assert build_index(*library, var, embedder="hashing", options=options).generation != before
    assert Retriever.open(var).search("hip bursitis", 1)[0].passage.passage_id == "hip:0"


def test_only_changed_texts_are_embedded_again(var: Path, make_library: Any) -> None:
    passages, documents = make_library()
    changed_text = passages[-1].text.replace("a week", "a year")
    changed = replace(passages[-1], text=changed_text)
    documents[-1] = replace(documents[-1], text=documents[-1].text.replace("a week", "a year"))
    embedder = CountingEmbedder()
    manifest = build_index([*passages[:-1], changed], documents, var, embedder=embedder)
    during_check = len(passages) + 1  # the finished index is proved by embedding passages again, and one search
    assert embedder.texts[:2] == [changed.indexed_text, " Try it for a year."]
    assert len(embedder.texts) == 2 + during_check
    assert (manifest.counts.embedded_texts, manifest.counts.reused_texts) == (2, 5 + manifest.counts.sentences - 1)
    fresh = build_index([*passages[:-1], changed], documents, var.parent / "fresh", embedder="hashing")
    for name in ("vectors.npy", "sentences.npy"):
        reused, anew = (
            np.load(index_folder(v) / m.generation / name) for v, m in ((var, manifest), (var.parent / "fresh", fresh))
        )
        assert np.array_equal(reused, anew)


def test_equal_texts_are_embedded_once(tmp_path: Path, make_library: Any) -> None:
    passages, documents = make_library({"a": ["Rest a little."] * 5})
    passages = [replace(passage, heading_path=()) for passage in passages]
    embedder = CountingEmbedder()
    manifest = build_index(passages, documents, tmp_path, embedder=embedder)
    assert manifest.counts.embedded_texts == 2  # the passage under its title, and the sentence


def test_nothing_is_reused_from_damaged_vectors(var: Path, library: Library) -> None:
    old = Retriever.open(var).folder / "vectors.npy"
    data = bytearray(old.read_bytes())
    data[-1] ^= 1
    old.write_bytes(data)
    manifest = build_index(*library, var, embedder="hashing")
    assert manifest.counts.embedded_texts >= manifest.counts.passages
    Retriever.open(var, thorough=True)


def test_a_removed_source_is_gone(var: Path, make_library: Any) -> None:
    assert Retriever.open(var).search("pillow", 5, system="bm25")
    manifest = build_index(*make_library(without=("pillows",)), var, embedder="hashing")
    retriever = Retriever.open(var, thorough=True)
    assert retriever.search("pillow", 5, system="bm25") == []
    assert "pillows" not in {hit.passage.source.source_id for hit in retriever.search("pillow", 50)}
    assert "pillow" not in retriever.vocabulary
    assert [source.source_id for source in retriever.sources] == ["sciatica", "hip"]
    assert len(np.load(retriever.folder / "vectors.npy")) == len(retriever.passages) == manifest.counts.passages == 5
    assert "pillows" not in manifest.sources


def test_two_generations_are_kept(var: Path, make_library: Any) -> None:
    names = [read_pointer(var).current.generation]
    for without in (("hip",), ("pillows",), ("sciatica",)):
        names.append(build_index(*make_library(without=without), var, embedder="hashing").generation)
    assert generations(var) == names[-2:]


def test_rollback_goes_back_and_forth(var: Path, make_library: Any) -> None:
    build_index(*make_library(without=("pillows",)), var, embedder="hashing")
    assert Retriever.open(var).search("pillow", 1, system="bm25") == []
    rollback(var)
    assert Retriever.open(var).search("pillow", 1, system="bm25")
    rollback(var)
    assert Retriever.open(var).search("pillow", 1, system="bm25") == []


def test_rollback_needs_somewhere_to_go(var: Path) -> None:
    with pytest.raises(IndexMissing, match="no generation before"):
        rollback(var)


def test_rollback_to_a_damaged_generation_is_refused(var: Path, make_library: Any) -> None:
    old = Retriever.open(var).folder
    build_index(*make_library(without=("pillows",)), var, embedder="hashing")
    (old / "passages.jsonl").unlink()
    before = read_pointer(var)
    with pytest.raises(IndexCorrupt, match=r"passages.jsonl: missing"):
        rollback(var)
    assert read_pointer(var) == before


def every_file(var: Path) -> list[str]:
    return [*sorted(Retriever.open(var).manifest.files), "manifest.json"]


@pytest.mark.parametrize("damage", ["missing", "truncated", "bit flipped"])
def test_damage_to_any_file_is_found_and_the_repair_named(var: Path, damage: str) -> None:
    folder = Retriever.open(var).folder
    for name in every_file(var):
        path, whole = folder / name, (folder / name).read_bytes()
        path.unlink()
        if damage == "truncated":
            path.write_bytes(whole[:-1])
        elif damage == "bit flipped":
            path.write_bytes(whole[:-1] + bytes([whole[-1] ^ 4]) if whole else b"x")
        with pytest.raises(IndexCorrupt, match=r"python -m index (build|rollback)") as caught:
            Retriever.open(var)
        assert path.name in str(caught.value)
        path.write_bytes(whole)
    assert Retriever.open(var).search("hip", 1)


@pytest.mark.parametrize(
    "pointer", ["", "{}", "[]", '{"current": {"generation": "gone", "manifest_sha256": ""}, "previous": null}']
)
def test_a_damaged_pointer_is_found_and_a_build_repairs_it(var: Path, library: Library, pointer: str) -> None:
    (index_folder(var) / "current").write_text(pointer)
    with pytest.raises(IndexCorrupt, match="python -m index build"):
        Retriever.open(var)
    build_index(*library, var, embedder="hashing")
    assert Retriever.open(var).search("hip", 1)


def broken(passage: Passage, **changes: Any) -> Passage:
    return replace(passage, **changes)


@pytest.mark.parametrize(
    ("changes", "fault"),
    [
        ({"text": " ", "end": 1}, "blank"),
        ({"end": 5}, "not as long"),
        ({"start": 1, "end": 84, "sentences": ()}, "does not hold its text"),
        ({"sentences": ((0, 900),)}, "sentence lies outside"),
        ({"document_id": "gone"}, "missing"),
        ({"passage_id": "hip:0"}, "more than once"),
    ],
)
def test_passages_that_cannot_be_cited_are_refused(library: Library, changes: dict[str, Any], fault: str) -> None:
    passages, documents = library
    length = len(passages[0].text)
    if "start" in changes:
        changes = changes | {"end": length + 1}
    passages[0] = broken(passages[0], **changes)
    with pytest.raises(PassagesInvalid, match=fault):
        check_passages(passages, documents)


def test_an_empty_library_is_refused_and_the_old_index_serves(var: Path) -> None:
    with pytest.raises(PassagesInvalid, match=r"found none; add documents with `python -m ingest add PATH`"):
        build_index([], [], var, embedder="hashing")
    assert Retriever.open(var).search("hip", 1)


@pytest.mark.parametrize(
    "text", ["x", "😀", "\ud800 lone", "NUL \0 inside", "<script>alert(1)</script>", "مرحبا بالعالم", "word " * 4000]
)
def test_any_text_can_be_indexed(tmp_path: Path, text: str) -> None:
    passage = Passage("p", "d", text, 0, len(text), Source("s", "\ud800 title"), sentences=((0, len(text)),))
    build_index([passage], [StoredDocument("d", passage.source, text)], tmp_path, embedder="hashing")
    retriever = Retriever.open(tmp_path)
    assert retriever.search(text, 1)[0].passage == passage
    assert retriever.document("d").text == text


def test_passages_without_sentences_can_be_indexed(tmp_path: Path, make_library: Any) -> None:
    passages, documents = make_library({"a": ["No full stop here", "One sentence. And another."]})
    build_index(passages, documents, tmp_path, embedder="hashing")
    hits = {hit.passage.passage_id: hit for hit in Retriever.open(tmp_path).search("full stop", 2)}
    assert hits["a:0"].sentences == ()
    assert hits["a:0"].scores["sentence"] == hits["a:0"].scores["dense"]
    assert len(hits["a:1"].sentences) == 2


def test_a_second_build_at_the_same_time_is_refused(var: Path, make_library: Any) -> None:
    with build_lock(var), pytest.raises(BuildFailed, match="another build is running"):
        build_index(*make_library(without=("hip",)), var, embedder="hashing")


def test_a_folder_that_cannot_be_written_is_named(tmp_path: Path, library: Library) -> None:
    (tmp_path / "var").write_text("a file, not a folder")
    with pytest.raises(BuildFailed, match="PLUMBLINE_VAR"):
        build_index(*library, tmp_path / "var", embedder="hashing")
    with pytest.raises(BuildFailed, match="PLUMBLINE_VAR"):
        build_index(*library, Path("/proc/plumbline"), embedder="hashing")


SMALL_DISK = """
import resource, sys
from pathlib import Path
from index.build import build_index
from index.errors import BuildFailed
from index.passages import read_documents, read_passages
var, limit = Path(sys.argv[1]), int(sys.argv[2])
passages, documents = read_passages(var / "passages.jsonl"), read_documents(var / "documents.jsonl")
resource.setrlimit(resource.RLIMIT_FSIZE, (limit, limit))
try:
    build_index(passages, documents, var, embedder="hashing")
except BuildFailed as exc:
    print(exc)
    sys.exit(7)
"""


@pytest.mark.parametrize("limit", [200, 2_000, 5_000])
def test_a_disk_that_takes_no_more_leaves_the_old_index(var: Path, make_library: Any, limit: int) -> None:
    """A limit on the size of files makes real writes fail, at different stages of the build."""
    from index.passages import write_documents, write_passages

    passages, documents = make_library({"new": [f"Paragraph {number} about heat." for number in range(20)]})
    write_passages(var / "passages.jsonl", passages)
    write_documents(var / "documents.jsonl", documents)
    before, names = read_pointer(var), generations(var)
    done = subprocess.run(
        [sys.executable, "-c", SMALL_DISK, str(var), str(limit)],
        capture_output=True,
        text=True,
        timeout=60,
        cwd=ROOT,
        check=False,
    )
    assert done.returncode == 7, done.stderr
    assert "still serves" in done.stdout
    assert read_pointer(var) == before
    assert generations(var) == names
    assert Retriever.open(var, thorough=True).search("pillow", 1, system="bm25")


@pytest.mark.parametrize(
    "fault",
    [
        OSError(errno.ENOSPC, "No space left on device"),
        OSError("Not enough free space to write 19278336 bytes after offset 128"),  # numpy says it without a number
        OSError("the lexical index cannot be written (IoError: No space left on device (os error 28))"),
    ],
)
def test_a_full_disk_is_called_that_however_it_is_reported(tmp_path: Path, fault: OSError) -> None:
    """By the time the fault is read, what was written is gone again and the disk has room."""
    with pytest.raises(BuildFailed, match=r"disk is full: free some space .* still serves"), _explained(tmp_path):
        raise fault


def test_a_manifest_is_plain_json_with_a_hash_of_every_file(var: Path) -> None:
    folder = Retriever.open(var).folder
    raw = json.loads((folder / "manifest.json").read_text())
    on_disk = {path.relative_to(folder).as_posix() for path in folder.rglob("*") if path.is_file()}
    assert set(raw["files"]) == on_disk - {"manifest.json"}
    assert raw["embedder"]["embedder_id"] == "hashing"
    check_files(folder, Retriever.open(var).manifest, thorough=True)


def test_a_broken_store_is_never_published(var: Path, make_library: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    """A store that finds the wrong passages is registered; the build must notice by itself."""
    from index.vector_stores import LOADERS
    from index.vector_stores.numpy_store import NumpyFormat, NumpyStore

    class Blind(NumpyFormat):
        def open(self, vectors: Any, folder: Path) -> NumpyStore:
            return NumpyStore(np.ascontiguousarray(-vectors))

    monkeypatch.setitem(LOADERS, "blind", Blind)
    before = read_pointer(var)
    with pytest.raises(BuildFailed, match="finds"):
        build_index(*make_library(without=("hip",)), var, embedder="hashing", options=BuildOptions(store="blind"))
    assert read_pointer(var) == before
    assert generations(var) == [before.current.generation]


READ_ONLY = """
import os, sys
from pathlib import Path
from index.build import build_index
from index.errors import BuildFailed
from index.live import LiveRetriever
import faiss, index.vector_stores.faiss_store, index.embedders.hashing, encodings.idna  # before rights are given up
if os.getuid() == 0:
    os.setuid(65534)
var = Path(sys.argv[1])
live = LiveRetriever(var)
assert live.search("hip", 1)
try:
    build_index(list(live.snapshot().passages)[:2], [], var, embedder="hashing")
except BuildFailed as exc:
    print(exc)
    sys.exit(7)
"""


def test_a_read_only_folder_serves_and_refuses_a_build(library: Library) -> None:
    """In a folder of its own below the system's, since another user may not enter pytest's."""
    with TemporaryDirectory() as name:
        var = Path(name) / "var"
        build_index(*library, var, embedder="hashing")
        before = sorted(path.name for path in var.rglob("*"))
        Path(name).chmod(0o755)
        for path in [var, *var.rglob("*")]:
            path.chmod(0o555 if path.is_dir() else 0o444)
        done = subprocess.run(
            [sys.executable, "-c", READ_ONLY, str(var)],
            capture_output=True,
            text=True,
            timeout=60,
            cwd=ROOT,
            check=False,
        )
        assert done.returncode == 7, done.stderr
        assert "make it writable" in done.stdout
        assert sorted(path.name for path in var.rglob("*")) == before
        for path in [var, *var.rglob("*")]:
            path.chmod(0o755)
