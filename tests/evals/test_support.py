"""Support pairs: the file is sound, and the words alone already tell most of them apart."""

from __future__ import annotations

from evals.support import measure, read_pairs


def test_half_of_the_pairs_are_supported_and_no_sentence_comes_twice() -> None:
    pairs = read_pairs()
    assert sum(is_supported for _, _, is_supported, _ in pairs) * 2 == len(pairs) >= 60
    assert len({(sentence, passage.text) for sentence, passage, _, _ in pairs}) == len(pairs)


def test_wrong_numbers_terms_and_negations_are_refused_by_words_alone() -> None:
    found = measure(read_pairs(), None)
    assert [found[f"unsupported: {kind}"]["share"] for kind in ("number", "term", "negation", "forbidden")] == [0.0] * 4
    assert float(str(found["supported"]["share"])) >= 0.9
