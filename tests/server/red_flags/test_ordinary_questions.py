"""What ordinary people ask about hips and backs: the wordings bundled with the library hardly ever give an emergency.

A pattern that is too loose shows here first: the wordings are thousands, the emergencies among them few and known.
"""

from __future__ import annotations

import tomllib
import zlib
from collections.abc import Iterator
from pathlib import Path

import pytest

from server.red_flags.assess import assess
from server.red_flags.explain import UserText
from server.red_flags.levels import Level

QUESTIONS = Path(__file__).parents[3] / "corpus" / "library" / "questions"
# The part of every article that says when to go to hospital: its wordings are emergencies on purpose.
URGENT_PART = "Get help now if"
# Articles that are about an emergency, or about an illness of the spinal cord, of the nerves of the bladder or of a
# bleeding or clotted vessel, so that people ask them with its signs.
ABOUT_EMERGENCIES = frozenset(
    (
        "aortic-aneurysm-and-back-pain",
        "cancer-and-the-spine",
        "cauda-equina-syndrome",
        "deep-vein-thrombosis",
        "dizzy-or-sick-after-a-fall",
        "growths-in-the-spinal-canal",
        "hip-fracture",
        "hip-replacement-warning-signs",
        "kidney-and-organ-pain",
        "leg-nerve-injury-after-surgery-or-birth",
        "leg-symptoms-from-brain-or-spinal-cord-conditions",
        "life-after-cauda-equina-surgery",
        "meningocele-repair-in-a-baby",
        "moving-pain",
        "nerve-sheath-tumours",
        "opioids-for-back-pain",
        "past-cancer-and-new-back-pain",
        "pelvic-floor",
        "septic-arthritis-of-the-hip",
        "sex-and-back-or-hip-pain",
        "sight-changes-after-a-neck-injury",
        "spina-bifida-and-tethered-cord",
        "spinal-infection",
        "spinal-injury-after-an-accident",
        "sudden-spreading-weakness",
        "syringomyelia-and-chiari",
        "tethered-cord-bladder-bowel-and-kidneys",
        "vertebral-compression-fracture",
        "when-to-see-someone",
    )
)
# The rules whose cards stand alone and whose wordings are the widest: the most fires a thousand wordings may give.
# Most of what is left is said with the very words of the rule: both feet numb, legs that go dead, a leaking bladder.
MOST_IN_THOUSAND = {"SH1": 0.0, "GE1": 1.2, "CE1": 1.5, "CE2": 5.0, "CC1": 2.6, "FR1": 0.5, "FR2": 1.2, "ME1": 0.5}
MOST_EMERGENCIES_IN_THOUSAND = 11.0
SAMPLE = 4  # one wording in so many, in the quick test


def _wordings() -> Iterator[str]:
    for path in sorted(QUESTIONS.glob("*.toml")):
        if path.stem not in ABOUT_EMERGENCIES:
            for part, wordings in tomllib.loads(path.read_text(encoding="utf-8")).items():
                if part != URGENT_PART:
                    yield from wordings


def _fires(wordings: list[str]) -> dict[str, list[str]]:
    """Return the wordings that each emergency rule fired on."""
    fires: dict[str, list[str]] = {}
    for text in wordings:
        found = assess([UserText(text)])
        if found.level is Level.EMERGENCY:
            fires.setdefault(found.flags[0].rule, []).append(text)
    return fires


def _assert_rare(wordings: list[str], slack: int) -> None:
    fires = _fires(wordings)
    thousands = len(wordings) / 1000
    for rule, most in MOST_IN_THOUSAND.items():
        allowed = most * thousands + (slack if most else 0)
        assert len(fires.get(rule, [])) <= allowed, f"{rule}: {fires[rule]}"
    total = sum(map(len, fires.values()))
    assert total <= MOST_EMERGENCIES_IN_THOUSAND * thousands + slack, fires


def test_the_articles_left_out_exist() -> None:
    assert {path.stem for path in QUESTIONS.glob("*.toml")} >= ABOUT_EMERGENCIES


def test_ordinary_questions_hardly_ever_give_an_emergency() -> None:
    # Chosen by its words: an article that is added changes nothing for the wordings of the others.
    wordings = [text for text in _wordings() if zlib.crc32(text.encode()) % SAMPLE == 0]
    assert len(wordings) > 2000
    _assert_rare(wordings, slack=4)


@pytest.mark.slow
def test_no_ordinary_question_gives_an_alarm_beyond_the_known_few() -> None:
    _assert_rare(list(_wordings()), slack=2)


def test_no_ordinary_question_is_taken_for_a_plan_of_suicide() -> None:
    told = ("time i go", "will my", "note", "letter", "plan", "train", "bridge", "tablets", "myself", "the end", "kill")
    wordings = [text for text in _wordings() if any(words in text.lower() for words in told)]
    assert len(wordings) > 500
    assert [text for text in wordings if "SH1" in {flag.rule for flag in assess([UserText(text)]).flags}] == []
