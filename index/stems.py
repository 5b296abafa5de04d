"""English stems of a text: what lexical search and the query adapter know words by."""

from __future__ import annotations

from functools import cache

import tantivy

LONGEST_WORD = 40  # longer runs of letters are codes or noise

# Words of a question that say nothing about its subject. "down", "up", "no", "not", "without" and "both" stay: they
# matter in "numb down there" and "both legs".
# fmt: off
STOPWORDS = [
    "a", "about", "after", "all", "also", "am", "an", "and", "any", "are", "as", "at", "be", "because", "been",
    "being", "but", "by", "can", "could", "did", "do", "does", "doing", "for", "from", "get", "had", "has",
    "have", "having", "he", "her", "hers", "him", "his", "how", "i", "if", "in", "into", "is", "it", "its",
    "just", "kind", "me", "might", "more", "most", "much", "my", "of", "on", "or", "our", "please", "she",
    "should", "so", "some", "such", "than", "that", "the", "their", "them", "then", "there", "these", "they",
    "this", "those", "to", "too", "us", "very", "was", "we", "were", "what", "when", "where", "which", "while",
    "who", "whom", "whose", "why", "will", "with", "would", "you", "your",
]
# fmt: on


def stems_of(text: str) -> list[str]:
    """Return the different stems of a text, function words too, in the order they are first met."""
    return list(dict.fromkeys(_plain().analyze(encodable(text))))


def encodable(text: str) -> str:
    """Return a text with lone surrogates replaced, which tantivy does not take."""
    return text.encode("utf-8", "replace").decode("utf-8")


def analyser(*, stopwords: bool = False) -> tantivy.TextAnalyzer:
    """Return what cuts a text into stems; `stopwords`: without the words that say nothing about a subject."""
    builder = (
        tantivy.TextAnalyzerBuilder(tantivy.Tokenizer.simple())
        .filter(tantivy.Filter.remove_long(LONGEST_WORD))
        .filter(tantivy.Filter.lowercase())
        .filter(tantivy.Filter.ascii_fold())
    )
    if stopwords:
        builder = builder.filter(tantivy.Filter.custom_stopword(STOPWORDS))
    return builder.filter(tantivy.Filter.stemmer("english")).build()


@cache
def _plain() -> tantivy.TextAnalyzer:
    return analyser()
