"""What goes in and out over HTTP, as pydantic models: the same for every door, the page and the terminal."""

from __future__ import annotations

from datetime import datetime
from typing import Annotated, Literal

from pydantic import BaseModel, ConfigDict, Field, StrictBool, StringConstraints

from server.answers import AnswerStatus
from server.settings import Region

LevelName = Literal["emergency", "same_day", "soon", "routine", "none"]
# As the source register names them; other words would find nothing.
Audience = Annotated[str, StringConstraints(min_length=1, max_length=60, strip_whitespace=True)]
SpanText = Annotated[int, Field(ge=0)]


class Model(BaseModel):
    """Base of everything here: unknown fields in a request are an error that names them."""

    model_config = ConfigDict(extra="forbid")


class SpanOut(Model):
    """A half-open stretch of text, in Unicode code points (JavaScript counts UTF-16 units instead)."""

    start: SpanText
    end: SpanText


# ---- requests -------------------------------------------------------------------------------------------------------


class ChatIn(Model):
    """A message to the assistant."""

    message: Annotated[str, StringConstraints(min_length=1)] = Field(examples=["how long does sciatica last?"])
    conversation_id: str | None = Field(default=None, max_length=64, description="Continue this conversation")
    region: Region | None = Field(default=None, description="Whose phone numbers to show")
    top_k: int | None = Field(default=None, strict=True, ge=1, le=50, description="Passages to draw on")
    stream: StrictBool = Field(default=False, description="Answer as server-sent events")
    replace_last: StrictBool = Field(
        default=False,
        description="Take the place of the conversation's last question. One that called for help today or at once "
        "stays; this message is then added after it",
    )


class SafetyMessageIn(Model):
    """One turn of a conversation to check."""

    role: Literal["user", "assistant"]
    content: str


class SafetyIn(Model):
    """A conversation to check for red flags, oldest turn first."""

    messages: list[SafetyMessageIn] = Field(min_length=1, max_length=200)
    region: Region | None = None


class SearchIn(Model):
    """A query for the passages alone."""

    query: Annotated[str, StringConstraints(min_length=1)] = Field(examples=["what causes sciatica"])
    top_k: int = Field(default=10, strict=True, ge=1, le=50)
    audience: Audience | None = Field(default=None, description="Only sources written for these readers")


FeedbackReason = Literal[
    "wrong", "missing", "unclear", "not_about_my_question", "bad_source", "missed_emergency", "false_alarm", "other"
]  # fmt: skip


class FeedbackIn(Model):
    """What somebody thought of an answer; there is no free text on purpose."""

    answer_id: str = Field(max_length=64)
    rating: Literal["helpful", "not_helpful", "unsafe"]
    reason: FeedbackReason | None = None


class FeedbackReceipt(Model):
    """The rating was counted."""

    received: Literal[True] = True


# ---- answers --------------------------------------------------------------------------------------------------------


class EvidenceOut(Model):
    """The words that fired a rule: user message number from 1, and a span in its text."""

    turn: int
    start: int
    end: int


class FlagOut(Model):
    """A red-flag category that was reached, with the rule and the words."""

    category: str
    rule: str
    version: str
    level: LevelName
    evidence: list[EvidenceOut]


class CardOut(Model):
    """Advice that stands above the answer; three urgencies as in the NHS care-card pattern."""

    variant: Literal["emergency", "urgent", "non_urgent"]
    prefix: str
    heading: str
    items: list[str]
    while_waiting: list[str] = []
    go_now_if: list[str] = []
    note: str = ""


class ContactOut(Model):
    """A number to ring."""

    label: str
    href: str
    region: str


class QuestionOut(Model):
    """A yes / no / not sure question whose answer could change the advice."""

    id: str
    text: str


class SafetyOut(Model):
    """The outcome of the red-flag check."""

    level: LevelName
    sticky: bool
    flags: list[FlagOut]
    card: CardOut | None
    contacts: list[ContactOut]
    questions: list[QuestionOut]
    reminder: str = ""
    safety_net: str = ""
    region: str | None = None


class SourceOut(Model):
    """Where words come from."""

    id: str
    title: str
    publisher: str
    url: str
    heading_path: list[str] = []
    licence: str
    last_reviewed: str
    next_review: str
    reviewed_by: str = ""
    stale: bool
    also_in: list[str] = []


class CitationOut(Model):
    """A numbered reference with both spans: `document_text[source_span.start:source_span.end] == quote`."""

    id: int
    answer_span: SpanOut
    quote: str
    source_span: SpanOut
    passage_id: str
    document_id: str
    source: SourceOut


class SentenceOut(Model):
    """A stretch of the answer and what it rests on; `lead_in` and `note` are the assistant's own words."""

    start: int
    end: int
    kind: Literal["lead_in", "excerpt", "steps", "sentence", "note"]
    citations: list[int]


class AnswerTextOut(Model):
    """The answer's text. Spans count in `text`, which carries `[n]` markers after each cited stretch."""

    text: str
    sentences: list[SentenceOut]
    mode: Literal["extractive", "generated"]


class ConfidenceOut(Model):
    """How sure the assistant is that its library covers the question, and the cut-off; both 0 to 1."""

    evidence: float
    cutoff: float


class DisclaimerOut(Model):
    """Shown with every answer."""

    id: str
    text: str


class IndexOut(Model):
    """Which index generation and embedding model answered."""

    version: str
    model: str


class ExplainedOut(Model):
    """A medical word in the answer's text, where it stands there, and what it means; the quote itself is unchanged."""

    start: SpanText
    end: SpanText
    term: str
    explanation: str


class AnswerOut(Model):
    """One reply, the same through every door."""

    id: str
    conversation_id: str
    status: AnswerStatus
    safety: SafetyOut
    query_used: str
    query_rewritten: bool
    query_why: str = ""
    answer: AnswerTextOut
    citations: list[CitationOut]
    glossary: list[ExplainedOut] = []
    suggestions: list[str]
    confidence: ConfidenceOut
    disclaimer: DisclaimerOut
    index: IndexOut
    timings_ms: dict[str, float]


class SafetyReply(Model):
    """The answer of the safety door."""

    safety: SafetyOut


class HitOut(Model):
    """A passage that was found."""

    passage_id: str
    rank: int
    score: float
    scores: dict[str, float]
    text: str
    source: SourceOut


class SearchOut(Model):
    """Passages, best first."""

    hits: list[HitOut]


class PassageOut(Model):
    """A passage and the document it stands in; `span` counts in `document_text`."""

    passage_id: str
    text: str
    source_id: str
    span: SpanOut
    heading_path: list[str]
    document_id: str
    document_text: str
    source: SourceOut


class SourcesOut(Model):
    """Every source the library holds."""

    sources: list[SourceOut]


class SectionOut(Model):
    """A stretch of a document under one heading."""

    heading_path: list[str]
    span: SpanOut


class DocumentOut(Model):
    """A whole stored document."""

    document_id: str
    text: str
    sections: list[SectionOut]


class SourceDetailOut(Model):
    """A source with the documents that came from it."""

    source: SourceOut
    topics: list[str]
    references: list[str]
    documents: list[DocumentOut]


class ProblemFieldOut(Model):
    """One field that cannot be used: where it is, and what is expected there."""

    pointer: str
    code: str
    detail: str


class ProblemOut(Model):
    """A fault, as RFC 9457 describes; never repeats what a person wrote."""

    type: str
    title: str
    status: int
    detail: str
    instance: str
    request_id: str
    errors: list[ProblemFieldOut] = []


class HealthOut(Model):
    """The process is alive."""

    status: Literal["ok"] = "ok"


class CheckOut(Model):
    """One thing that must hold before questions can be answered."""

    name: str
    ok: bool
    detail: str


class ReadyOut(Model):
    """Whether questions can be answered, and what was checked."""

    status: Literal["ready", "not_ready"]
    checks: list[CheckOut]


class VersionOut(Model):
    """What is running."""

    version: str
    index: IndexOut
    passages: int
    writer: str = Field(description="extractive or generated")


class MessageOut(Model):
    """A turn of a conversation; `answer` is the whole answer for the assistant's turns."""

    role: Literal["user", "assistant"]
    content: str
    time: datetime
    answer: AnswerOut | None = None


class ConversationOut(Model):
    """A conversation while it lives."""

    id: str
    region: str | None
    messages: list[MessageOut]


class DeletedOut(Model):
    """The receipt of a deletion."""

    id: str
    deleted: Literal[True] = True
    deleted_at: datetime
