"""Bytes of any common encoding become the same words."""

from __future__ import annotations

import codecs

import pytest

from ingest.errors import DocumentMalformed
from ingest.readers.encodings import decode

TEXT = "Hips don’t lie – naïve café.\nPain eases with gentle movement, most of the time.\n" * 4


@pytest.mark.parametrize(
    "raw",
    [
        TEXT.encode(),
        codecs.BOM_UTF8 + TEXT.encode(),
        TEXT.encode("utf-16"),
        TEXT.encode("utf-16-le"),
        TEXT.encode("utf-16-be"),
        codecs.BOM_UTF16_BE + TEXT.encode("utf-16-be"),
        TEXT.encode("utf-32"),
        TEXT.encode("utf-32-le"),
        TEXT.encode("utf-32-be"),
        TEXT.encode("cp1252"),
        TEXT.replace("\n", "\r\n").encode(),
        TEXT.replace("\n", "\r").encode(),
        TEXT.encode() + b"\0" * 512,
    ],
)
def test_every_encoding_gives_the_same_words(raw: bytes) -> None:
    assert decode(raw) == TEXT


def test_a_character_cut_at_the_end_costs_only_itself() -> None:
    raw = (TEXT + "and ’").encode()
    assert decode(raw[:-1]) == TEXT + "and "


def test_a_declared_encoding_is_believed_when_the_bytes_are_not_utf_8() -> None:
    assert decode("ағрық".encode("cp1251", "replace") + "боль в спине".encode("cp1251"), "windows-1251").endswith(
        "спине"
    )


def test_binary_data_is_refused() -> None:
    with pytest.raises(DocumentMalformed, match="binary"):
        decode(bytes(range(1, 32)) * 40)
