"""Our own words: small talk, redirects, and what to say when the library does not cover a question."""

from __future__ import annotations

import re
import tomllib
import zlib
from collections.abc import Callable, Collection, Mapping, Sequence
from functools import cache
from pathlib import Path
from typing import Any

from index.retriever import Hit
from server.answers import AnswerStatus, Draft
from server.drafts import DraftPart
from server.gaps import missing_things, open_aspects
from server.intents import intent_of, library_intent
from server.outside import outside_complaint
from server.queries import Query
from server.terms import library_terms
from server.words import FromVocabulary, Vocabulary, library_stems, stem_counts

DATA = Path(__file__).parent / "data" / "replies.toml"
REDIRECTED = frozenset({"diagnosis", "dose", "stop_medicine", "prognosis", "scan"})
_STATUS = {
    "abuse": AnswerStatus.REJECTED,
    "gibberish": AnswerStatus.REJECTED,
    "vague": AnswerStatus.NEEDS_CLARIFICATION,
    "fed_up": AnswerStatus.NEEDS_CLARIFICATION,
    "screening": AnswerStatus.NEEDS_CLARIFICATION,
    "complaint": AnswerStatus.NEEDS_CLARIFICATION,
    "unclear": AnswerStatus.NEEDS_CLARIFICATION,
}
# A passage at least this near (cosine) is named as something covered nearby.
NEARBY_COSINE = 0.33
MAX_SUGGESTIONS = 3
MAY_HAVE_GAPS = frozenset({"question", "diagnosis", "prognosis"})
_NOT_A_SUGGESTION = re.compile(r"^(get help now|what is well supported|what is (a |the )?myth)", re.IGNORECASE)
_HEALTH = re.compile(
    r"\b(pain|ill|sick|symptom|disease|doctor|medicine|medication|tablet|infection|fever|blood|rash|cough|headache|"
    r"pregnan\w*|treat\w*|diagnos\w*|surgery|cancer|diabet\w*|allerg\w*|skin|heart|eye|ear|throat|stomach|vaccin\w*|dose)",
    re.IGNORECASE,
)
_MONEY = re.compile(
    r"\b(cost|price|pay|paid|insur\w*|claim|benefits?|compensation|waiting (list|time)|nhs list|private(ly)?|"
    r"hospital in|clinic in|near me|appointment in|book|address|phone number|lawyer|solicitor|sue)\b",
    re.IGNORECASE,
)
_WHO = r"(?:doctor|surgeon|specialist|clinic|hospital|consultant|centre|center|physio\w*|chiropractor|osteopath)s?\b"
_ASKS_FOR_ADDRESS = re.compile(
    rf"\bwhere (?:can|could|do|should|would) (?:i|we) (?:find|get|buy|go)\b.{{0,40}}\b{_WHO}|"
    rf"\b(?:find|recommend|know of|suggest|refer me to) (?:me )?(?:an?|any|some|the best) (?:[\w-]+ ){{0,3}}{_WHO}|"
    rf"\b(?:best|good) (?:[\w-]+ ){{0,2}}{_WHO}.{{0,20}}\b(?:in|near|around)\b",
    re.IGNORECASE,
)
_MEDICINE = re.compile(
    r"\b(medicines?|medication|tablets?|pills?|drugs?|supplements?|vitamins?|cream|gel|patch)\b", re.I
)


class LibraryReplies:
    """Replies that know what the library holds."""

    def __init__(
        self,
        vocabulary: Callable[[], Vocabulary],
        ordinary_words: Collection[str] = (),
    ) -> None:
        """Prepare for a library.

        Args:
            vocabulary: returns the words of its passages.
            ordinary_words: English words that are not said to be missing: they name no treatment and no complaint.
        """
        self._ordinary = frozenset(ordinary_words)
        self._stems = FromVocabulary(vocabulary, stem_counts)

    def without_search(self, query: Query) -> Draft | None:
        """Return a reply that needs no library; None for a question."""
        wordings = _wording()["small_talk"].get(query.request)
        if wordings is None:
            return None
        status = _STATUS.get(query.request, AnswerStatus.OUT_OF_SCOPE)
        return Draft(status, [DraftPart("note", _pick(wordings, query.original))])

    def not_covered(self, query: Query, hits: Sequence[Hit]) -> Draft:
        """Return a refusal that says what the library does cover nearby, and where to go instead."""
        words = _wording()["not_covered"]
        outside = outside_complaint(query.original)
        nearby = "" if outside else self._nearby(hits)
        if query.request in REDIRECTED:
            parts = [*self.redirect_alone(query), *([DraftPart("note", nearby)] if nearby else [])]
            return Draft(AnswerStatus.NO_EVIDENCE, parts)
        if not outside and not is_about_the_subject(query):
            said = [_pick(words["elsewhere"], query.original)]
            if _HEALTH.search(query.text):
                said.append(words["elsewhere_health"])
            return Draft(AnswerStatus.OUT_OF_SCOPE, [DraftPart("note", " ".join(said))])
        missing = [outside] if outside else self.missing(query, hits)
        said = [_pick(words["near"], query.original)]
        if missing:
            said.append(words["missing"].format(missing=_listed(missing)))
        said += [nearby, _where(query.text)]
        return Draft(AnswerStatus.NO_EVIDENCE, [DraftPart("note", " ".join(part for part in said if part))])

    def redirect(self, query: Query) -> list[DraftPart]:
        """Return the words before the excerpts for a request not answered as asked."""
        wordings = _wording()["redirect"].get(query.request)
        return [] if wordings is None else [DraftPart("note", _pick(wordings, query.original))]

    def redirect_alone(self, query: Query) -> list[DraftPart]:
        """Return the words for a request not answered as asked when no excerpts follow; empty for an ordinary one."""
        if query.request not in REDIRECTED:
            return []
        return [DraftPart("note", _wording()["redirect_alone"][query.request])]

    def gaps(self, query: Query, hits: Sequence[Hit]) -> list[DraftPart]:
        """Return the words before the excerpts that say which part of the question the library leaves open."""
        if query.request not in MAY_HAVE_GAPS:
            return []
        words, said = _wording()["partial"], []
        missing = self.missing(query, hits)
        if missing:
            said.append(words["missing"].format(missing=_listed(missing)))
        said += [words["missing"].format(missing=aspect) for aspect in open_aspects(query, hits)]
        if _ASKS_FOR_ADDRESS.search(query.asking):
            said.append(words["addresses"])
        return [DraftPart("note", " ".join([*said, words["rest"]]))] if said else []

    def missing(self, query: Query, hits: Sequence[Hit]) -> list[str]:
        """Return what a question names that none of the hits speaks of, as it was written (`server.gaps`)."""
        return missing_things(query, hits, self._stems.get(), self._ordinary)

    def suggestions(self, query: Query, hits: Sequence[Hit], quoted: Collection[str] = ()) -> tuple[str, ...]:
        """Return up to three questions the library answers that could come next: headings of nearby sections.

        Args:
            query: what was searched for.
            hits: what was found, best first.
            quoted: ids of the passages that were quoted; their questions were just answered.
        """
        if _wording()["small_talk"].get(query.request) is not None or not hits:
            return ()
        asked = set(query.stems)
        questions: dict[str, None] = {}
        articles = {hit.passage.document_id for hit in hits if hit.passage.passage_id in quoted}
        left = [hit for hit in hits if hit.passage.passage_id not in quoted] if quoted else hits[1:]
        near = [
            hit for hit in left if hit.scores.get("dense", 0.0) >= NEARBY_COSINE and _is_related(query, hit, articles)
        ]
        for hit in sorted(near, key=lambda hit: hit.passage.document_id not in articles):
            heading = hit.passage.heading_path[-1] if hit.passage.heading_path else ""
            is_new = not library_stems(heading) <= asked or library_intent(heading) != intent_of(query.text)
            if heading.endswith("?") and is_new and not _NOT_A_SUGGESTION.search(heading) and _stands_alone(heading):
                questions[heading] = None
        return tuple(questions)[:MAX_SUGGESTIONS]

    def _nearby(self, hits: Sequence[Hit]) -> str:
        near = [hit for hit in hits if hit.scores.get("dense", 0.0) >= NEARBY_COSINE]
        titles = list(dict.fromkeys(hit.passage.source.title for hit in near))[:3]
        return str(_wording()["not_covered"]["nearby"].format(nearby="; ".join(titles))) if titles else ""


def is_about_the_subject(query: Query) -> bool:
    """Return whether a question names a condition, a body part, a symptom, an exercise, a treatment or a test."""
    return any(item.term.kind not in ("person", "activity") for item in query.terms)


def _is_related(query: Query, hit: Hit, articles: Collection[str]) -> bool:
    """Return whether a section is of an article that was quoted, or its heading speaks of what the query names."""
    if not articles or hit.passage.document_id in articles:
        return True
    asked = {item.term.name for item in query.terms if item.term.name != "pain"}
    return any(item.term.name in asked for item in library_terms((hit.passage.heading_path or ("",))[-1]))


def _stands_alone(heading: str) -> bool:
    """Return whether a heading names its subject, so that it can be asked without the article around it."""
    return bool(library_terms(heading))


def _where(text: str) -> str:
    words = _wording()["not_covered"]
    if _MONEY.search(text):
        return str(words["where_money"])
    return str(words["where_medicine"] if _MEDICINE.search(text) else words["where_health"])


def _listed(words: Sequence[str]) -> str:
    quoted = [f"“{word}”" for word in words]
    return quoted[0] if len(quoted) == 1 else ", ".join(quoted[:-1]) + " or " + quoted[-1]


def _pick(wordings: Sequence[str], message: str) -> str:
    """Return one of the wordings, always the same for the same message."""
    return wordings[zlib.crc32(message.encode("utf-8", "replace")) % len(wordings)]


@cache
def _wording() -> Mapping[str, Any]:
    return tomllib.loads(DATA.read_text(encoding="utf-8"))
