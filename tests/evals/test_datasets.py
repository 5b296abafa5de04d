"""Data sets are read by written rules, and every fault names its file and line."""

from __future__ import annotations

import gzip
from pathlib import Path

import pytest

from evals.datasets import read_corpus, read_dataset, read_qrels, read_topics
from evals.errors import DatasetInvalid

CORPUS = '{"_id": "d1", "title": "Hip", "text": "The hip is a joint."}\n{"_id": "d2", "text": "The back has discs."}\n'
QUERIES = '{"_id": "q1", "text": "what is a hip"}\n{"_id": "q2", "text": "discs"}\n'
QRELS = "query-id\tcorpus-id\tscore\nq1\td1\t2\nq2\td2\t0\n"


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    (tmp_path / "qrels").mkdir()
    (tmp_path / "corpus.jsonl").write_text(CORPUS)
    (tmp_path / "queries.jsonl").write_text(QUERIES)
    (tmp_path / "qrels" / "test.tsv").write_text(QRELS)
    return tmp_path


def test_a_folder_is_read_and_queries_without_an_answer_are_left_out(folder: Path) -> None:
    dataset = read_dataset(folder, "test")
    assert [document.document_id for document in dataset.documents] == ["d1", "d2"]
    assert [topic.query_id for topic in dataset.topics] == ["q1"]
    assert dataset.qrels == {"q1": {"d1": 2}}
    assert dataset.left_out == 1


def test_gzip_is_told_by_its_bytes_and_plain_wins_over_gz(folder: Path) -> None:
    (folder / "corpus.jsonl.gz").write_bytes(gzip.compress(b'{"_id": "other", "text": "x"}\n'))
    assert read_corpus(folder)[0].document_id == "d1"
    (folder / "corpus.jsonl").write_bytes(gzip.compress(CORPUS.encode()))
    assert read_corpus(folder)[1].text == "The back has discs."
    (folder / "corpus.jsonl").unlink()
    assert read_corpus(folder)[0].document_id == "other"


def test_byte_order_mark_carriage_returns_and_blank_lines_do_no_harm(tmp_path: Path) -> None:
    path = tmp_path / "q.tsv"
    path.write_bytes(b"\xef\xbb\xbf" + QRELS.replace("\n", "\r\n").encode() + b"\r\n")
    assert read_qrels(path) == {"q1": {"d1": 2}, "q2": {"d2": 0}}


def test_a_qrels_file_needs_no_header_and_takes_whole_decimals(tmp_path: Path) -> None:
    path = tmp_path / "q.tsv"
    path.write_text("q1\td1\t1.0\nq1\td1\t1\n")
    assert read_qrels(path) == {"q1": {"d1": 1}}


def test_numbers_are_taken_as_ids(tmp_path: Path) -> None:
    path = tmp_path / "queries.jsonl"
    path.write_text('{"_id": 7, "text": "hip"}\n')
    assert read_topics(path)[0].query_id == "7"


@pytest.mark.parametrize(
    ("name", "content", "expected"),
    [
        ("corpus.jsonl", CORPUS + "{broken\n", "line 3: expected a JSON object"),
        ("corpus.jsonl", CORPUS + '["d3"]\n', "line 3: expected an object with '_id'"),
        ("corpus.jsonl", CORPUS + '{"_id": "d1", "text": "x"}\n', "line 3: id 'd1' was used in line 1"),
        ("corpus.jsonl", '{"_id": "d1", "text": null}\n', "line 1: expected a string in 'text', found none"),
        ("corpus.jsonl", '{"_id": " d1", "text": "x"}\n', "line 1: expected an id without white space"),
        ("corpus.jsonl", '{"_id": "d1", "text": " "}\n', "expected at least one document with text"),
        ("queries.jsonl", '{"_id": "q1", "text": "  "}\n', "line 1: expected words in 'text'"),
        ("queries.jsonl", "", "expected at least one query"),
        ("qrels/test.tsv", "query-id\tscore\nq1\t1\n", "line 1: expected columns query-id corpus-id score"),
        ("qrels/test.tsv", QRELS + "q1 d2 1\n", "line 4: expected 3 columns between tabs, found 1"),
        ("qrels/test.tsv", QRELS + "q9\td1\t1\n", "line 4: query id 'q9' is not in the queries file"),
        ("qrels/test.tsv", QRELS + "q1\td9\t1\n", "line 4: document id 'd9' is not in the corpus file"),
        ("qrels/test.tsv", QRELS + "q1\td1\t1\n", "line 4: 'q1' and 'd1' have grade 2 as well"),
        ("qrels/test.tsv", QRELS + "q1\td2\t0.5\n", "line 4: expected a whole grade of 0 or more"),
        ("qrels/test.tsv", QRELS + "q1\td2\t-1\n", "line 4: expected a whole grade of 0 or more"),
        ("qrels/test.tsv", QRELS + "q1\td2\tyes\n", "line 4: expected a whole grade of 0 or more"),
        ("qrels/test.tsv", "query-id\tcorpus-id\tscore\n", "expected at least one judgement"),
        ("qrels/test.tsv", "q1\td1\t0\n", "expected at least one grade above 0"),
    ],
)
def test_a_fault_names_its_file_and_line(folder: Path, name: str, content: str, expected: str) -> None:
    (folder / name).write_text(content)
    with pytest.raises(DatasetInvalid) as fault:
        read_dataset(folder, "test")
    assert expected in str(fault.value)
    assert str(folder / name) in str(fault.value)


def test_a_missing_file_is_named_with_what_is_there(folder: Path) -> None:
    with pytest.raises(DatasetInvalid, match="splits: test"):
        read_dataset(folder, "dev")
    (folder / "corpus.jsonl").unlink()
    with pytest.raises(DatasetInvalid, match=r"expected corpus.jsonl or corpus.jsonl.gz"):
        read_dataset(folder, "test")
    with pytest.raises(DatasetInvalid, match="expected a folder"):
        read_dataset(folder / "nowhere", "test")


def test_bytes_that_are_no_utf8_and_a_cut_gzip_are_faults(folder: Path) -> None:
    (folder / "queries.jsonl").write_bytes('{"_id": "q1", "text": "café"}'.encode("latin-1"))
    with pytest.raises(DatasetInvalid, match="expected UTF-8"):
        read_dataset(folder, "test")
    (folder / "queries.jsonl").write_bytes(gzip.compress(QUERIES.encode())[:-12])
    with pytest.raises(DatasetInvalid, match="cannot be read"):
        read_dataset(folder, "test")
