"""Complaints outside the library are known for what they are; all that may come from a back or a hip is not."""

from __future__ import annotations

import pytest

from server.outside import outside_complaint


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("My knee replacement clicks when I go upstairs, is it loose?", "knee replacement"),
        ("I had a stroke and my left shoulder has dropped and hurts when the carers dress me", "left shoulder"),
        ("this isn't about my back for once, I've a ringing in my left ear", "ear"),
        ("why is my jaw locked", "jaw"),
        ("my dog has hip dysplasia, which food should he eat", "animals"),
        ("our cat limps", "animals"),
        ("Our labrador has hip dysplasia and the vet says total hip", "animals"),
    ],
)
def test_a_complaint_of_another_part_or_an_animal_is_outside(text: str, said: str) -> None:
    assert outside_complaint(text) == said


@pytest.mark.parametrize(
    "text",
    [
        "my son is 13, knee pain and he has been limping for 2 weeks",
        "why are both my ankles swollen every evening",
        "my knee replacement went well but now my hip hurts on that side",
        "my shoulders and hips are stiff in the morning",
        "my dog is heavy and my back hurts when I lift him",
        "my dog has to be walked, can I do that with a bad hip",
        "I was walking the dog when my back went, the vet came past",
        "pain under my shoulder blade",
        "is the pain all in my head",
        "thrown by a horse and broke her pelvis",
        "can I do the dead bug",
    ],
)
def test_what_the_library_may_be_about_is_not_outside(text: str) -> None:
    assert outside_complaint(text) == ""
