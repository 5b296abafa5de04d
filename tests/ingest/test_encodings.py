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


@pytest.mark.parametrize("encoding", ["utf-16-le", "utf-16-be"])
@pytest.mark.parametrize(
    "text",
    [
        "Боль в спине часто проходит сама. Двигайтесь как можно больше — каждый день.\n",
        "ألم أسفل الظهر يتحسن عادة خلال أسابيع قليلة. تحرك قدر الإمكان.\n",
        "पीठ के निचले हिस्से का दर्द अक्सर ठीक हो जाता है। रोज चलें.\n",
        "Ο πόνος στη μέση συνήθως περνά μόνος του. Κινηθείτε.\n",
        "腰痛は多くの場合、数週間でよくなります。毎日歩いてください。\n",
    ],
)
def test_utf_16_without_a_mark_is_seen_in_any_script(text: str, encoding: str) -> None:
    assert decode(text.encode(encoding)) == text


@pytest.mark.parametrize("text", ["1\t2\t3\t4\n" * 9, "a\nb\nc\nd\ne\n" * 9, "x" * 20 + "\0" * 512])
def test_plain_text_of_single_letters_is_not_taken_for_utf_16(text: str) -> None:
    assert decode(text.encode()) == text.replace("\0", "")


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
