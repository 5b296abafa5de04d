"""Items of a file by place and by id, without loading it."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import numpy as np
import pytest

from index.errors import IndexCorrupt
from index.json_lines import JsonLines, write_json_lines

ITEMS = {
    f"id-{number}": {"id": f"id-{number}", "text": text} for number, text in enumerate(["a", "ü\n", "\ud800", "😀", ""])
}


def open_lines(folder: Path) -> JsonLines[dict[str, Any]]:
    return JsonLines(folder, "items", dict, lambda item: item["id"])


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    write_json_lines(tmp_path, "items", ITEMS.items())
    return tmp_path


def test_items_come_back_in_order_and_by_place(folder: Path) -> None:
    lines = open_lines(folder)
    assert list(lines) == list(ITEMS.values())
    assert lines[1]["text"] == "ü\n"
    assert lines[-1] == lines[4]
    assert [item["id"] for item in lines[1:3]] == ["id-1", "id-2"]
    assert len(lines) == 5


@pytest.mark.parametrize("place", [5, -6])
def test_a_place_outside_is_an_index_error(folder: Path, place: int) -> None:
    with pytest.raises(IndexError):
        open_lines(folder)[place]


def test_items_are_found_by_id(folder: Path) -> None:
    lines = open_lines(folder)
    assert [lines.find(key) for key in ITEMS] == list(range(5))
    assert lines.find("id-99") is None
    assert lines.find("\ud800") is None


def test_ids_that_share_a_hash_are_told_apart(folder: Path) -> None:
    table = np.load(folder / "items.ids.npy")
    table[0] = np.sort(table[0])[2]  # every id under the hash of one
    np.save(folder / "items.ids.npy", table)
    lines = open_lines(folder)
    owner = [key for key in ITEMS if lines.find(key) is not None]
    assert len(owner) == 1
    assert lines[lines.find(owner[0]) or 0]["id"] == owner[0]


def test_a_file_without_items_can_be_opened(tmp_path: Path) -> None:
    write_json_lines(tmp_path, "items", [])
    lines = open_lines(tmp_path)
    assert list(lines) == []
    assert lines.find("x") is None


def test_files_that_do_not_belong_together_are_corrupt(folder: Path) -> None:
    with (folder / "items.jsonl").open("a") as out:
        out.write("{}\n")
    with pytest.raises(IndexCorrupt, match="another file"):
        open_lines(folder)


def test_a_missing_side_file_is_corrupt(folder: Path) -> None:
    (folder / "items.ids.npy").unlink()
    with pytest.raises(IndexCorrupt, match=r"python -m index build --force"):
        open_lines(folder)


def test_a_damaged_line_is_corrupt(folder: Path) -> None:
    data = (folder / "items.jsonl").read_bytes()
    (folder / "items.jsonl").write_bytes(data.replace(b'{"id": "id-1"', b'{"id"; "id-1"'))
    with pytest.raises(IndexCorrupt, match="cannot be read"):
        open_lines(folder)[1]
