"""Fakes that work: queries over a few words, hits over texts of a test's own, a scripted writer, a bad endpoint."""

from __future__ import annotations

import json
import re
import threading
import time
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any, ClassVar

from index.passages import Passage, PassageKind, Source
from index.retriever import Hit
from server.chat_models import ChatMessage, ChatModelUnavailable
from server.drafts import DraftPart
from server.follow_ups import resolve
from server.queries import Query, QueryBuilder
from server.red_flags.words import read_known_words
from server.topics import Turn

SENTENCE = re.compile(r"[^.!?\n]*[^.!?\n\s][^.!?\n]*[.!?]?")


@dataclass(frozen=True)
class Said:
    """A turn of a conversation."""

    role: str
    text: str
    answer: Mapping[str, Any] | None = None


def said(*texts: str, answers: Sequence[Mapping[str, Any]] = ()) -> list[Said]:
    """Return a conversation that ends with the last text; earlier ones were answered, with `answers` where given."""
    turns: list[Said] = []
    for at, text in enumerate(texts[:-1]):
        turns += [Said("user", text), Said("assistant", "…", answers[at] if at < len(answers) else None)]
    return [*turns, Said("user", texts[-1])]


def make_passage(
    text: str,
    heading: str = "",
    title: str = "Sciatica",
    kind: PassageKind = "prose",
    start: int = 0,
    document: str = "",
) -> Passage:
    """Return a passage of an article, with its sentences where a full stop or a line ends them."""
    source_id = document or title.lower().replace(" ", "-")
    spans = [
        (start + m.start() + len(m[0]) - len(m[0].lstrip(" -0123456789.")), start + m.end())
        for m in SENTENCE.finditer(text)
    ]
    spans = [(a, b) for a, b in spans if a < b]
    return Passage(
        passage_id=f"{source_id}:{start}",
        document_id=source_id,
        text=text,
        start=start,
        end=start + len(text),
        source=Source(source_id, title),
        heading_path=(heading,) if heading else (),
        kind=kind,
        sentences=tuple(spans),
    )


def make_hit(
    text: str,
    heading: str = "",
    *,
    rank: int = 1,
    score: float = 0.9,
    cosine: float = 0.6,
    question: float = 0.6,
    sentence_scores: Sequence[float] = (),
    **of_passage: Any,
) -> Hit:
    """Return a hit; sentences score `cosine` where nothing else is said, its nearest question `question`."""
    passage = make_passage(text, heading, **of_passage)
    count = len(passage.sentences)
    cosines = (*sentence_scores, *[cosine] * count)[:count]
    return Hit(passage, rank, score, {"bm25": 5.0, "dense": cosine, "sentence": cosine, "question": question}, cosines)


def make_query(text: str, **fields: Any) -> Query:
    """Return a query as it was written."""
    return Query(text=text, lexical_text=text, original=text, **fields)


@dataclass
class ScriptedWriter:
    """Writes what a test tells it to."""

    parts: Sequence[DraftPart]
    mode: str = "extractive"

    def write(self, query: Query, hits: Sequence[Hit]) -> Iterator[DraftPart]:
        """Yield the script."""
        yield from self.parts


@dataclass
class ScriptedModel:
    """Says what a test tells it to, in small pieces, and keeps the prompts; breaks off after its words if asked to."""

    words: str
    breaks_off: bool = False
    prompts: list[Sequence[ChatMessage]] = field(default_factory=list)

    def stream(self, messages: Sequence[ChatMessage]) -> Iterator[str]:
        """Yield the script seven characters at a time."""
        self.prompts.append(messages)
        for at in range(0, len(self.words), 7):
            yield self.words[at : at + 7]
        if self.breaks_off:
            raise ChatModelUnavailable("the model's stream was cut")


class _Endpoint(BaseHTTPRequestHandler):
    """Speaks the OpenAI protocol as the behaviour at the head of the list says; the last one stays."""

    behaviours: ClassVar[list[str]] = []
    bodies: ClassVar[list[dict[str, Any]]] = []

    def do_POST(self) -> None:
        body = json.loads(self.rfile.read(int(self.headers["content-length"])))
        self.bodies.append({**body, "path": self.path, "authorization": self.headers.get("authorization", "")})
        behaviour = self.behaviours.pop(0) if len(self.behaviours) > 1 else self.behaviours[0]
        name, _, detail = behaviour.partition(":")
        getattr(self, f"_{name}")(detail)

    def _says(self, text: str) -> None:
        self._start_stream()
        for at in range(0, len(text), 5):
            self._event({"choices": [{"delta": {"content": text[at : at + 5]}}]})
        self._event({"choices": [{"delta": {}, "finish_reason": "stop"}]})
        self.wfile.write(b"data: [DONE]\n\n")

    def _cut(self, text: str) -> None:
        self._start_stream()
        self._event({"choices": [{"delta": {"content": text}}]})

    def _slow(self, seconds: str) -> None:
        self._start_stream()
        for _ in range(int(float(seconds) * 20)):
            time.sleep(0.05)
            self._event({"choices": [{"delta": {"content": "word "}}]})

    def _status(self, code: str) -> None:
        self.send_response(int(code))
        self.send_header("retry-after", "0.01")
        self.end_headers()

    def _garbage(self, _: str) -> None:
        self._start_stream()
        self.wfile.write(b"data: {not json\n\n")

    def _long(self, _: str) -> None:
        self._start_stream()
        for _ in range(3000):
            self._event({"choices": [{"delta": {"content": "on and on "}}]})

    def _whole(self, text: str) -> None:
        payload = json.dumps({"choices": [{"message": {"content": text}}]}).encode()
        self.send_response(200)
        self.send_header("content-type", "application/json")
        self.send_header("content-length", str(len(payload)))
        self.end_headers()
        self.wfile.write(payload)

    def _start_stream(self) -> None:
        self.send_response(200)
        self.send_header("content-type", "text/event-stream")
        self.end_headers()

    def _event(self, value: dict[str, Any]) -> None:
        try:
            self.wfile.write(f"data: {json.dumps(value)}\n\n".encode())
            self.wfile.flush()
        except OSError:
            self.close_connection = True

    def log_message(self, *_: Any) -> None:
        """Stay quiet."""


@contextmanager
def chat_endpoint(*behaviours: str) -> Iterator[tuple[str, list[dict[str, Any]]]]:
    """Run an endpoint that behaves as told, request by request; give its base address and what it was sent.

    Behaviours: `says:TEXT`, `whole:TEXT` (no stream), `cut:TEXT`, `slow:SECONDS`, `status:CODE`, `garbage:`, `long:`.
    """
    bodies: list[dict[str, Any]] = []
    handler = type("Endpoint", (_Endpoint,), {"behaviours": list(behaviours), "bodies": bodies})
    with ThreadingHTTPServer(("127.0.0.1", 0), handler) as server:
        thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.01}, daemon=True)
        thread.start()
        try:
            yield f"http://127.0.0.1:{server.server_address[1]}/v1", bodies
        finally:
            server.shutdown()
            thread.join(timeout=5)


_WORDS = """
sciatica piriformis syndrome bursitis disc slipped hip back pain leg nerve walking heat swimming exercise exercises
greater trochanteric outer sleep surgery scan clamshell bridge stretch lasts weeks stenosis osteoarthritis herniation
buttock pelvic girdle spine lower low
"""
VOCABULARY = dict.fromkeys(_WORDS.split(), 50)
QUERIES = QueryBuilder(lambda: VOCABULARY, read_known_words())


def ask(*texts: str, answers: list[dict[str, object]] | None = None) -> Query:
    """Return the query for the last of the texts."""
    return QUERIES.standalone_query(said(*texts, answers=answers or []))


def read_on(message: str, *earlier: Turn | str) -> str:
    """Return a message standing alone, after earlier questions; empty when it stands alone already."""
    turns = [turn if isinstance(turn, Turn) else Turn(turn) for turn in earlier]
    found = resolve(message, turns)
    return found.text if found is not None else ""
