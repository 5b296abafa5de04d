"""The estimate of coverage: bounded, higher for better evidence, lower for what the library never heard of."""

from __future__ import annotations

import pytest

from server.evidence import DATA, CalibratedJudge, Rarity, features
from server.logistic import LogisticModel, load_model
from tests.fakes import make_hit, make_query

WORDS = (
    "sciatica is nerve pain what helps how long does last hip back the in usually gets better weeks and it can longer"
)
VOCABULARY = {word: 9 + at for at, word in enumerate(WORDS.split())}
JUDGE = CalibratedJudge(lambda: VOCABULARY)
TEXT = "Sciatica is nerve pain. It usually gets better in weeks."


def evidence(question: str, cosine: float) -> float:
    """Return the estimate for a question and one passage this near to it."""
    return JUDGE.confidence(make_query(question), [make_hit(TEXT, "What is sciatica?", cosine=cosine)]).evidence


def test_without_hits_nothing_is_covered() -> None:
    confidence = JUDGE.confidence(make_query("what is sciatica"), [])
    assert confidence.evidence == 0.0
    assert not confidence.is_covered


def test_a_near_passage_about_the_subject_is_covered_and_a_far_one_is_not() -> None:
    near = JUDGE.confidence(make_query("what is sciatica"), [make_hit(TEXT, "What is sciatica?", cosine=0.8)])
    assert near.is_covered
    far = JUDGE.confidence(make_query("who won the world cup"), [make_hit(TEXT, "What is sciatica?", cosine=0.05)])
    assert not far.is_covered


def test_the_estimate_grows_with_the_cosine() -> None:
    values = [evidence("what helps sciatica", cosine) for cosine in (0.1, 0.3, 0.5, 0.7, 0.9)]
    assert values == sorted(values)
    assert 0.0 <= values[0] < values[-1] <= 1.0


@pytest.mark.parametrize(
    "worse", ["does kombucha help sciatica", "does sciatica insurance cost much", "who invented sciatica"]
)
def test_things_the_library_never_mentions_lower_it(worse: str) -> None:
    assert evidence(worse, 0.6) < evidence("what helps sciatica", 0.6)


def test_features_stay_in_range() -> None:
    rarity = Rarity(VOCABULARY)
    for question in ("what is sciatica", "x", "my dog and my knee cost " * 30, "??"):
        values = features(make_query(question), [make_hit(TEXT, "What is sciatica?")], rarity)
        assert all(0.0 <= value <= 1.0 for value in values.values()), values
        assert set(load_model(DATA).weights) <= set(values)


def test_the_committed_model_is_sane() -> None:
    model = load_model(DATA)
    assert 0.05 < model.cutoff < 0.95
    assert model.weights["dense"] > 0 > model.weights["unknown"]


def test_other_coefficients_can_be_given() -> None:
    sure = CalibratedJudge(lambda: VOCABULARY, LogisticModel({}, 10.0, 0.5))
    assert sure.confidence(make_query("anything"), [make_hit(TEXT)]).evidence > 0.99


def test_a_dose_is_redirected_beside_words_on_the_same_medicine_however_few_they_are() -> None:
    far = make_hit("Naproxen can upset the stomach.", "What are the side effects?", cosine=0.05)
    asked = make_query("how much naproxen can I take", request="dose")
    assert JUDGE.confidence(asked, [far]).is_covered
    assert not JUDGE.confidence(make_query("how much codeine can I take", request="dose"), [far]).is_covered
    assert not JUDGE.confidence(make_query("who makes naproxen"), [far]).is_covered


def test_a_complaint_of_another_part_is_never_covered_however_near_the_words_are() -> None:
    hits = [make_hit(TEXT, "What is sciatica?", cosine=0.9)]
    assert not JUDGE.confidence(make_query("my knee replacement clicks, what helps"), hits).is_covered
    assert JUDGE.confidence(make_query("what helps sciatica beside a knee replacement"), hits).is_covered
