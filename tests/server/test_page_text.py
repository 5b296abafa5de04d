"""Stored text becomes blocks with the right words marked, whatever the offsets."""

from __future__ import annotations

import re

from hypothesis import given
from hypothesis import strategies as st

from index.passages import Section, Source, StoredDocument
from server.page_text import Group, document_groups, section_around, text_groups

TEXT = "Stretches\n\nTry these:\n- Walk.\n- Lie on your side.\n\n1. Bend.\n2. Hold.\n\nDose | Time\nOne | Two"


def marked(groups: list[Group]) -> str:
    return "".join(
        piece.text for group in groups for block in group.blocks for piece in block.pieces if piece.is_marked
    )


def test_lists_steps_and_tables_are_told_from_paragraphs() -> None:
    groups = text_groups(TEXT, (0, len(TEXT)))
    assert [group.kind for group in groups] == ["paragraph", "paragraph", "bullet", "step", "row"]
    assert [block.text for block in groups[2].blocks] == ["Walk.", "Lie on your side."]
    assert [block.number for block in groups[3].blocks] == [1, 2]
    assert [["".join(p.text for p in cell) for cell in block.cells] for block in groups[4].blocks] == [
        ["Dose", "Time"],
        ["One", "Two"],
    ]


def test_a_mark_over_two_list_items_marks_both_and_says_where_it_begins_and_ends() -> None:
    start = TEXT.index("- Walk")
    groups = text_groups(TEXT, (0, len(TEXT)), (start, TEXT.index("side.") + len("side.")))
    assert marked(groups) == "Walk.Lie on your side."
    pieces = [piece for block in groups[2].blocks for piece in block.pieces]
    assert [(piece.opens, piece.closes) for piece in pieces] == [(True, False), (False, True)]


def test_a_mark_inside_a_sentence_leaves_the_words_around_it() -> None:
    start = TEXT.index("on your")
    bullets = text_groups(TEXT, (0, len(TEXT)), (start, start + 7))[2]
    assert [(p.text, p.is_marked) for p in bullets.blocks[1].pieces] == [
        ("Lie ", False),
        ("on your", True),
        (" side.", False),
    ]


def test_words_are_linked_to_their_explanation() -> None:
    at = TEXT.index("side")
    bullets = text_groups(TEXT, (0, len(TEXT)), links=[(at, at + 4, "word-1")])[2]
    assert [piece.target for piece in bullets.blocks[1].pieces] == ["", "word-1", ""]


@given(st.text(alphabet="ab é𝄞.\n-|1 ", max_size=60), st.data())
def test_marked_words_are_those_between_the_offsets(text: str, data: st.DataObject) -> None:
    """Offsets count code points; only line ends and the markers of list items may be missing from what is marked."""
    start = data.draw(st.integers(0, len(text)))
    end = data.draw(st.integers(start, len(text)))
    expected = "".join(
        text[max(line.start(), start) : min(line.end(), end)]
        for line in re.finditer(r"[^\n]+", text)
        if line.start() < end and start < line.end() and line[0].strip()
    )
    got = marked(text_groups(text, (0, len(text)), (start, end)))
    markers = r"[-0-9. |]"
    assert re.sub(markers, "", got) == re.sub(markers, "", expected)
    assert len(got) <= len(expected)


def document() -> StoredDocument:
    text = "Hip pain\n\nIt hurts.\n\nCare\n\nAt home\n\nRest.\n\nWork\n\nAsk."
    sections = (
        Section((), text.index("It hurts"), text.index("It hurts") + 9),
        Section(("Care", "At home"), text.index("Rest."), text.index("Rest.") + 5),
        Section(("Work",), text.index("Ask."), text.index("Ask.") + 4),
    )
    return StoredDocument("d", Source("hip", "Hip pain"), text, sections)


def test_an_article_has_its_headings_at_their_depth_and_not_its_title_twice() -> None:
    groups = document_groups(document())
    headings = [(group.blocks[0].text, group.blocks[0].depth) for group in groups if group.kind == "heading"]
    assert headings == [("Care", 0), ("At home", 1), ("Work", 0)]
    assert [group.blocks[0].text for group in groups if group.kind == "paragraph"] == ["It hurts.", "Rest.", "Ask."]


def test_the_section_around_a_span_is_found() -> None:
    at = document().text.index("Rest")
    assert section_around(document(), (at, at + 4)).heading_path == ("Care", "At home")
    assert section_around(document(), (0, 3)).heading_path == ()
