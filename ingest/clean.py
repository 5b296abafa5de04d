"""Cleaning the words of a document before they are laid out, so that every later span is exact in the stored text."""

from __future__ import annotations

import re
import unicodedata
from collections import Counter
from dataclasses import replace

import ftfy

from ingest.documents import Block, Content, DocumentSection

# Quotation marks and fractions stay as written: the text is quoted word for word.
_REPAIR = ftfy.TextFixerConfig(
    unescape_html="auto",
    uncurl_quotes=False,
    fix_latin_ligatures=True,
    fix_character_width=True,
    fix_line_breaks=False,
    remove_terminal_escapes=True,
    normalization="NFC",
    explain=False,
)
# Words after which a digit belongs to the word: covid19, omega3, step2.
_WORDS_WITH_NUMBERS = frozenset(
    """
    algorithm appendix area box chapter class cohort coronavirus covid day episode exercise fig figure formula
    grade group item lesson level line method mode model month note number omega option page part phase point
    position protocol python question route sars schedule score section session set stage step study table trial
    type unit version vitamin week windows year zone
    """.split()  # noqa: SIM905  (a list of words reads better)
)
_UNITS = frozenset(
    """
    metre metres meter meters mile miles feet foot inch inches
    """.split()  # noqa: SIM905  (a list of words reads better)
)
_GLUED = re.compile(r"\b([A-Za-z]?[a-z]{3,})(\d{1,3}(?:,\d{1,3})*)(?![\w%°]|[.,:/]\d|-\w)")
_AFTER_STOP = re.compile(r"(?<=[a-z]{4}[.!?,;])(\d{1,3}(?:[,–-]\d{1,3})*)(?=\s+[A-Z“\"‘']|\s*$)")
_SUPERSCRIPT = re.compile(r"[⁰¹²³⁴⁵⁶⁷⁸⁹][⁰¹²³⁴⁵⁶⁷⁸⁹⁻,]*")
_WORD_BEFORE = re.compile(r"([A-Za-z]{3,30})?([.,;!?”\"’)]*)$")
_BRACKETED = re.compile(
    r"(?<=[\w.,;:!?”\"’)])\s?\[(?:\d{1,3}(?:\s?[,–-]\s?\d{1,3})*|edit|citation needed|note \d+)\]", re.I
)
_BACK_LINK = re.compile(r"\s*\b(?:BACK|RETURN) TO (?:THE )?(?:TEXT|TOP|ARTICLE|CONTENTS|MAIN TEXT)\b[.↑^]?")
_BACK_LINK_AT_END = re.compile(r"(?<=[.!?)”\"])\s*\b(?:back|return) to (?:the )?(?:text|top|contents)\W*$", re.I)
_LINK_NOTES = re.compile(r"\s*\((?:opens? in (?:a )?new (?:tab|window)|external link|link is external)\)", re.I)
_LINK_TAIL = re.compile(r"(?<=[.!?…])\s*(?:read more|continue reading|learn more|show more)\s*[»›…>→.]*$", re.I)
_RETURN_ARROW = re.compile(r"\s*[↩↑]\ufe0e?\s*$")


def clean_content(content: Content) -> tuple[Content, Counter[str]]:
    """Return the content with every title, heading and block cleaned, and how often each kind of repair was made."""
    repairs: Counter[str] = Counter()
    sections = tuple(_clean_section(section, repairs) for section in content.sections)
    return replace(content, sections=sections, title=clean_text(content.title)[0]), repairs


def clean_text(text: str) -> tuple[str, Counter[str]]:
    """Return one paragraph without damage and page furniture, and the repairs made, by kind.

    Footnote digits glued to a word go; names that end in a digit stay. White space is folded to single spaces.

    >>> clean_text("true numbness14 at L5, not covid19. BACK TO TEXT")[0]
    'true numbness at L5, not covid19.'
    """
    repairs: Counter[str] = Counter()
    repaired = ftfy.fix_text(text, _REPAIR)
    if repaired != unicodedata.normalize("NFC", text):
        repairs["characters"] += 1
    repaired = " ".join(_without_controls(repaired).split())
    for kind, pattern, replacement in (
        ("back links", _BACK_LINK, ""),
        ("back links", _BACK_LINK_AT_END, ""),
        ("back links", _RETURN_ARROW, ""),
        ("link furniture", _LINK_NOTES, ""),
        ("link furniture", _LINK_TAIL, ""),
        ("footnote marks", _BRACKETED, ""),
        ("footnote marks", _AFTER_STOP, ""),
    ):
        repaired, count = pattern.subn(replacement, repaired)
        repairs[kind] += count
    repaired = _without_glued_digits(repaired, repairs)
    return repaired.strip(), +repairs


def _clean_section(section: DocumentSection, repairs: Counter[str]) -> DocumentSection:
    blocks = []
    for block in section.blocks:
        text, found = clean_text(block.text)
        repairs.update(found)
        if text:
            blocks.append(Block(text, block.kind, block.marker))
        else:
            repairs["emptied"] += 1
    path = tuple(heading for part in section.heading_path if (heading := clean_text(part)[0]))
    return DocumentSection(path, tuple(blocks))


def _without_controls(text: str) -> str:
    """Return the text without control, zero-width and direction-override characters; line ends become spaces."""
    kept = []
    for char in text:
        category = unicodedata.category(char)
        if category in {"Cc", "Zl", "Zp"}:
            kept.append(" " if char.isspace() else "")
        elif category in {"Co", "Cs", "Cn"} or (category == "Cf" and char not in "\u200c\u200d"):
            continue
        elif char != "\ufffd":
            kept.append(char)
    return "".join(kept)


def _without_glued_digits(text: str, repairs: Counter[str]) -> str:
    def keep_word(match: re.Match[str]) -> str:
        if match[1].lower() in _WORDS_WITH_NUMBERS or match[2].startswith("0"):
            return match[0]
        repairs["footnote marks"] += 1
        return match[1]

    def keep_units(match: re.Match[str]) -> str:
        before = _WORD_BEFORE.search(match.string, max(0, match.start() - 32), match.start())
        word, stop = (before[1] or "", before[2]) if before else ("", "")
        is_note = bool(stop or len(word) > 3) and word.lower() not in _UNITS
        repairs["footnote marks"] += is_note
        return "" if is_note else match[0]

    return _SUPERSCRIPT.sub(keep_units, _GLUED.sub(keep_word, text))
