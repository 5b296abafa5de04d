"""The owner's seed file and a folder of awkward documents, where they are at hand."""

from __future__ import annotations

import json
import os
from pathlib import Path

import pytest

from evals.ingest_screen import measure
from index.passages import read_documents, read_passages
from ingest.commands import main
from ingest.report import IngestReport, report_from_json

SHARED = Path(os.environ.get("PLUMBLINE_SHARED", Path(__file__).resolve().parents[3] / "shared"))
SEED = SHARED / "seeds" / "000_561a1223419553c2.txt"
DOCUMENTS = SHARED / "data" / "documents"

pytestmark = pytest.mark.skipif(not SEED.is_file(), reason=f"no seed file in {SHARED}; set PLUMBLINE_SHARED")


def take_in(tmp_path: Path, *places: Path) -> IngestReport:
    register = tmp_path / "sources.toml"
    register.write_text("", encoding="utf-8")
    report = tmp_path / "report.json"
    options = ["--register", str(register), "--var", str(tmp_path / "var"), "--json", str(report)]
    main(["add", *map(str, places), *options])
    return report_from_json(json.loads(report.read_text(encoding="utf-8")))


def test_the_seed_file_is_sorted_sensibly(tmp_path: Path) -> None:
    report = take_in(tmp_path, SEED)
    assert report.counts == {
        "read": 1, "empty": 0, "refused": 0, "paragraphs": 33, "set_aside": 6, "merged": 2, "passages": 25,
    }  # fmt: skip
    assert sorted(row.reason for row in report.set_aside) == [
        "biography", "biography", "biography", "disclaimer", "disclaimer", "symbol",
    ]  # fmt: skip
    assert report.repairs["footnote marks"] == 2
    passages = read_passages(tmp_path / "var" / "passages.jsonl")
    (document,) = read_documents(tmp_path / "var" / "documents.jsonl")
    assert all(document.text[row.start : row.end] == row.text and "\n" not in row.text for row in passages)
    assert any("true numbness around" in row.text for row in passages)
    assert not any("BACK TO TEXT" in row.text for row in passages)


@pytest.mark.skipif(not DOCUMENTS.is_dir(), reason="no documents folder")
def test_every_awkward_document_gives_sound_words_or_a_clear_refusal(tmp_path: Path) -> None:
    rows = [json.loads(line) for line in (DOCUMENTS / "manifest.jsonl").read_text(encoding="utf-8").splitlines()]
    folder = tmp_path / "documents"
    folder.mkdir()
    for row in rows:
        (folder / row["file"]).write_bytes((DOCUMENTS / row["file"]).read_bytes())
    register = tmp_path / "sources.toml"
    register.write_text('[[source]]\nid = "d"\ntitle = "D"\npath = "documents"\n', encoding="utf-8")
    out = tmp_path / "report.json"
    main(["run", "--register", str(register), "--var", str(tmp_path / "var"), "--json", str(out)])
    report = report_from_json(json.loads(out.read_text(encoding="utf-8")))
    assert len(report.documents) == len(rows)
    outcomes = {Path(row.name).name: row for row in report.documents}
    refused = {name for name, row in outcomes.items() if row.status == "refused"}
    assert refused == {
        "aes-128.pdf", "malformed-from-issue-932.pdf", "MEDRPT-2024-PAT-3847_medical_report_scan.pdf",
    }  # fmt: skip
    assert {name for name, row in outcomes.items() if row.status == "empty"} == {
        "empty.pdf", "empty.txt", "fake-text-all-whitespace.txt",
    }  # fmt: skip
    assert all(len(outcomes[name].reason) > 30 for name in refused)
    texts = {row.document_id: row.text for row in read_documents(tmp_path / "var" / "documents.jsonl")}
    for row in rows:
        if "expected_words" in row:
            words = texts[outcomes[row["file"]].document_id].split()
            assert len(words) == row["expected_words"], row["file"]
            assert row["expected_contains"] in " ".join(words)
    assert not any("â€" in text or "\0" in text or "\ufffd" in text for text in texts.values())


@pytest.mark.skipif(not DOCUMENTS.is_dir(), reason="no documents folder")
def test_screening_of_real_paragraphs_does_not_fall_below_what_was_measured() -> None:
    measured = measure([SHARED / "seeds", DOCUMENTS])
    assert measured["real, seeds"]["precision"] == measured["real, seeds"]["recall"] == 1.0
    precision = measured["real, documents"]["precision"]
    assert isinstance(precision, float)
    assert precision >= 0.85
