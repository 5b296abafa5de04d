"""The register is checked field by field, and its errors say where to look."""

from __future__ import annotations

from pathlib import Path

import pytest

from ingest.documents import Content
from ingest.errors import DocumentMalformed, RegisterInvalid
from ingest.readers import read_content
from ingest.sources import put_entry, read_register, remove_entry, source_of_document

GOOD = """
[[source]]
id = "nhs-hip"
title = "Hip pain"
path = "hip.txt"
publisher = "Example"
licence = "OGL-3.0"
reviewed = 2025-11-03
topics = ["hip"]
references = [{title = "Guideline", year = 2020, url = "https://example.org/g"}, {"general knowledge" = "Anatomy"}]
keep = ["0123456789ab"]
"""


def register(tmp_path: Path, text: str) -> Path:
    path = tmp_path / "sources.toml"
    path.write_text(text, encoding="utf-8")
    return path


def test_an_entry_holds_all_that_is_known_of_a_source(tmp_path: Path) -> None:
    (entry,) = read_register(register(tmp_path, GOOD))
    assert entry.path == tmp_path / "hip.txt"
    assert entry.source.reviewed == "2025-11-03"
    assert entry.source.references[0].year == 2020
    assert entry.source.references[1].general_knowledge
    assert entry.keep == ("0123456789ab",)


@pytest.mark.parametrize(
    ("text", "line", "field"),
    [
        (GOOD.replace('"nhs-hip"', '"NHS hip"'), 3, "id"),
        (GOOD.replace('title = "Hip pain"', "title = 7"), 4, "title"),
        (GOOD.replace('title = "Hip pain"\n', ""), 2, "title"),
        (GOOD.replace("2025-11-03", '"last year"'), 8, "reviewed"),
        (GOOD.replace('["hip"]', '"hip"'), 9, "topics"),
        (GOOD.replace("year = 2020", 'year = "2020"'), 10, "references"),
        (GOOD.replace("https://example.org/g", "example.org/g"), 10, "references"),
        (GOOD + 'url = "ftp://example.org"\n', 12, "url"),
        (GOOD + "colour = 1\n", 12, "colour"),
        (GOOD.replace('path = "hip.txt"\n', ""), 2, "path"),
        (GOOD + GOOD, 13, "id"),
        (GOOD.replace("2025-11-03", "2025-13-03"), 8, "reviewed"),
        (GOOD.replace('"hip.txt"', '"hip\\u0000.txt"'), 5, "path"),
        (GOOD.replace('path = "hip.txt"', 'sitemap = "http://[bad/sitemap.xml"'), 5, "sitemap"),
    ],
)
def test_an_error_names_file_line_and_field(tmp_path: Path, text: str, line: int, field: str) -> None:
    with pytest.raises(RegisterInvalid) as caught:
        read_register(register(tmp_path, text))
    assert f"sources.toml, line {line}, field {field!r}" in str(caught.value)


@pytest.mark.parametrize("text", ["[[source]\n", "[[other]]\nid = 1\n", "source = 3\n"])
def test_a_file_that_is_no_register_is_refused(tmp_path: Path, text: str) -> None:
    with pytest.raises(RegisterInvalid, match=r"sources\.toml"):
        read_register(register(tmp_path, text))
    with pytest.raises(RegisterInvalid):
        read_register(tmp_path / "missing.toml")


def test_a_folder_gives_each_document_its_own_title_and_the_shared_licence(tmp_path: Path) -> None:
    (tmp_path / "library").mkdir()
    text = '[[source]]\nid = "lib"\ntitle = "Library"\npath = "library"\nlicence = "CC BY 4.0"\n'
    (entry,) = read_register(register(tmp_path, text))
    content = Content((), metadata={"title": "Sciatica", "written": "2026-11-23"})
    source = source_of_document(entry, "sciatica", "", content, "sciatica.md")
    assert (source.source_id, source.title, source.licence) == ("sciatica", "Sciatica", "CC BY 4.0")
    assert source.written == "2026-11-23"


def test_a_mistake_in_front_matter_is_named_with_its_line(tmp_path: Path) -> None:
    (entry,) = read_register(register(tmp_path, GOOD))
    content = read_content(b"---\ntitle: Hip\nwritten: last year\n---\nwritten: here\n", "hip.md")
    with pytest.raises(DocumentMalformed, match=r"hip\.md, line 3, field 'written': expected a date"):
        source_of_document(entry, "hip", "", content, "hip.md")
    with pytest.raises(DocumentMalformed, match=r"hip\.html, field 'written': expected a date"):
        source_of_document(entry, "hip", "", Content((), metadata={"written": "last year"}), "hip.html")


@pytest.mark.parametrize("title", ["One\u2028two", "One\x85two", "One\x7ftwo", "One\udcfftwo", 'One\n"two'])
def test_any_title_survives_the_removal_of_another_entry(tmp_path: Path, title: str) -> None:
    path = tmp_path / "added.toml"
    put_entry(path, {"id": "a", "title": "A", "path": "a.txt"})
    put_entry(path, {"id": "b", "title": title, "path": "b.txt"})
    before = read_register(path)[1].source
    assert remove_entry(path, "a")
    assert [entry.source for entry in read_register(path)] == [before]
    assert before.title.startswith("One")


def test_entries_are_added_and_removed_one_by_one(tmp_path: Path) -> None:
    path = tmp_path / "added.toml"
    put_entry(path, {"id": "a", "title": 'Say "aah" \\ é\n', "path": "a.txt"})
    put_entry(path, {"id": "b", "title": "B", "path": "b.txt", "licence": ""})
    assert [entry.source.title for entry in read_register(path)] == ['Say "aah" \\ é', "B"]
    assert remove_entry(path, "a")
    assert not remove_entry(path, "a")
    assert [entry.source.source_id for entry in read_register(path)] == ["b"]


def test_an_entry_that_would_spoil_the_register_is_not_written(tmp_path: Path) -> None:
    path = tmp_path / "added.toml"
    put_entry(path, {"id": "a", "title": "A", "path": "a.txt"})
    before = path.read_text(encoding="utf-8")
    with pytest.raises(RegisterInvalid, match="field 'url'"):
        put_entry(path, {"id": "b", "title": "B", "path": "b.txt", "url": "example"})
    assert path.read_text(encoding="utf-8") == before


def test_an_entry_takes_the_place_of_an_older_one_of_its_id(tmp_path: Path) -> None:
    path = tmp_path / "added.toml"
    for title in ("First", "Second"):
        put_entry(path, {"id": "a", "title": title, "path": "a.txt"})
    assert [entry.source.title for entry in read_register(path)] == ["Second"]
