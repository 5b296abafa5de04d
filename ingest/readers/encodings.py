"""Decoding bytes of unknown encoding: byte order marks, missing marks, damage at the end, NUL padding."""

from __future__ import annotations

import codecs
import re

from charset_normalizer import from_bytes

from ingest.errors import DocumentMalformed

# Longest first: the UTF-32 little-endian mark begins with the UTF-16 one.
_MARKS = (
    (codecs.BOM_UTF32_LE, "utf-32-le"),
    (codecs.BOM_UTF32_BE, "utf-32-be"),
    (codecs.BOM_UTF8, "utf-8"),
    (codecs.BOM_UTF16_LE, "utf-16-le"),
    (codecs.BOM_UTF16_BE, "utf-16-be"),
)
_SAMPLE = 4096
# More than one control character in ten is not text in any encoding.
_MAX_CONTROL_SHARE = 0.1
_MAX_BAD_SHARE = 0.02
# High bytes of the characters U+0100 to U+1FFF, where the alphabets are.
_ALPHABETS = range(0x01, 0x20)


def decode(raw: bytes, declared: str = "") -> str:
    r"""Return the text of `raw` with `\n` line ends and without NUL characters.

    Tried in order: a byte order mark, UTF-16/32 without a mark (seen by where the zero bytes are), UTF-8, UTF-8 with
    little damage, the `declared` encoding, Windows-1252, and last the guess of charset-normalizer.

    Raises:
        DocumentMalformed: if the bytes are not text.

    >>> decode("häuslich".encode("utf-16"))
    'häuslich'
    >>> decode(b"don\x92t\rsit")
    'don’t\nsit'
    """
    text = _decode(raw, declared).replace("\0", "").removeprefix("\ufeff")
    text = text.replace("\r\n", "\n").replace("\r", "\n").replace("\u2028", "\n").replace("\u2029", "\n\n")
    controls = sum(1 for char in text[:_SAMPLE] if ord(char) < 32 and char not in "\n\t\f\v")
    if controls > _MAX_CONTROL_SHARE * max(1, len(text[:_SAMPLE])):
        raise DocumentMalformed("expected text, found binary data; convert the file to a format that can be read")
    return text


def _decode(raw: bytes, declared: str) -> str:
    for mark, encoding in _MARKS:
        if raw.startswith(mark):
            return raw[len(mark) :].decode(encoding, errors="replace").rstrip("\ufffd")
    wide = _wide_encoding(raw)
    if wide:
        return raw.decode(wide, errors="replace").rstrip("\ufffd")
    try:
        return raw.decode("utf-8")
    except UnicodeDecodeError:
        return _decode_damaged(raw, declared)


def _wide_encoding(raw: bytes) -> str:
    """Return the UTF-16 or UTF-32 form whose zero bytes are where those of `raw` are, or an empty string.

    In UTF-16 of another alphabet than the Latin one, only spaces and full stops have a zero byte; the high bytes of the
    letters are one and the same instead.
    """
    sample = raw[: _SAMPLE - _SAMPLE % 4]
    if len(sample) < 8:
        return ""
    zeros = [sample[place::4].count(0) / len(sample[place::4]) for place in range(4)]
    patterns = {"utf-32-le": "0111", "utf-32-be": "1110", "utf-16-le": "0101", "utf-16-be": "1010"}
    for encoding, pattern in patterns.items():
        if all((share > 0.7) if want == "1" else (share < 0.3) for share, want in zip(zeros, pattern, strict=True)):
            return encoding
    for encoding, high, low in (("utf-16-le", sample[1::2], sample[::2]), ("utf-16-be", sample[::2], sample[1::2])):
        of_letters = max(map(high.count, _ALPHABETS))
        has_spaces = 0 in high and low.count(0) < 0.3 * len(low)
        if has_spaces and of_letters > 0.3 * len(high) and high.count(0) + of_letters > 0.9 * len(high):
            return encoding
    return ""


def _decode_damaged(raw: bytes, declared: str) -> str:
    text = raw.decode("utf-8", errors="replace")
    bad = text.count("\ufffd")
    has_real_utf8 = any(ord(char) > 127 and char != "\ufffd" for char in text)
    cut_at_end = bad == 1 and text.endswith("\ufffd")
    if cut_at_end or (has_real_utf8 and bad <= max(1, _MAX_BAD_SHARE * len(text))):
        return text.rstrip("\ufffd")
    for encoding in (_known(declared), "cp1252"):
        if encoding and not encoding.startswith(("utf", "ascii", "us-ascii")):
            try:
                decoded = raw.decode(encoding)
            except UnicodeDecodeError:
                continue
            if encoding != "cp1252" or _looks_latin(decoded):
                return decoded
    best = from_bytes(raw).best()
    if best is None:
        raise DocumentMalformed("expected text, found bytes in no encoding that is known; save the file as UTF-8")
    return str(best)


def _known(declared: str) -> str:
    """Return the name under which Python knows an encoding; the web reads Latin-1 as Windows-1252."""
    try:
        name = codecs.lookup(declared.strip()).name if declared.strip() else ""
    except LookupError:
        return ""
    return "cp1252" if name in {"iso8859-1", "ascii"} else name


def _looks_latin(text: str) -> bool:
    """Return whether a text decoded as Windows-1252 has the few accents and typographic marks of a Latin script."""
    high = sum(1 for char in text if ord(char) > 127)
    letters = len(re.findall(r"[A-Za-z]", text))
    return high <= 0.25 * max(1, letters)
